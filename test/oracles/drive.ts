import ts from 'typescript';

/**
 * Statements that use what a program only offers: a component class or a factory that it exports and never calls itself.
 * Appended to the program, so that its resources come into being. Optional arguments are left out: their defaults count.
 */
export function drive(text: string): string {
  const file = ts.createSourceFile('program.ts', text, ts.ScriptTarget.ES2022, true);
  const shapes = new Map(file.statements.flatMap((each) => (isShape(each) ? [[each.name.text, each] as const] : [])));
  const used = namesCalled(file);
  const lines = file.statements.flatMap((statement) => {
    if (!isExported(statement) || !isOffered(statement) || !statement.name || used.has(statement.name.text)) return [];
    const args = required(parametersOf(statement)).map((each) => valueOf(each.type, nameOf(each), shapes));
    const keyword = ts.isClassDeclaration(statement) ? 'new ' : '';
    return [`${keyword}${statement.name.text}(${args.join(', ')});`];
  });
  return lines.length === 0 ? text : `${text}\n${lines.join('\n')}\n`;
}

type Shape = ts.InterfaceDeclaration | ts.TypeAliasDeclaration;
type Shapes = ReadonlyMap<string, Shape>;
type Offered = ts.ClassDeclaration | ts.FunctionDeclaration;

function isShape(node: ts.Node): node is Shape {
  return ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node);
}

function isOffered(node: ts.Node): node is Offered {
  return ts.isClassDeclaration(node) || ts.isFunctionDeclaration(node);
}

function isExported(node: ts.Node): boolean {
  return (
    ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
  );
}

function namesCalled(file: ts.SourceFile): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    if ((ts.isNewExpression(node) || ts.isCallExpression(node)) && ts.isIdentifier(node.expression))
      names.add(node.expression.text);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return names;
}

function parametersOf(offered: Offered): readonly ts.ParameterDeclaration[] {
  if (ts.isFunctionDeclaration(offered)) return offered.parameters;
  return offered.members.find((member) => ts.isConstructorDeclaration(member))?.parameters ?? [];
}

/** Those before the first that may be left out. */
function required(parameters: readonly ts.ParameterDeclaration[]): readonly ts.ParameterDeclaration[] {
  const end = parameters.findIndex((each) => each.questionToken ?? each.initializer ?? each.dotDotDotToken);
  return end === -1 ? parameters : parameters.slice(0, end);
}

function nameOf({ name }: { readonly name: ts.Node }): string {
  return ts.isIdentifier(name) || ts.isStringLiteral(name) ? name.text : 'value';
}

/** The source text of some value of a type. Texts say where they come from, in words that any resource name may hold. */
function valueOf(type: ts.TypeNode | undefined, name: string, shapes: Shapes): string {
  if (!type) return '{}';
  if (ts.isParenthesizedTypeNode(type)) return valueOf(type.type, name, shapes);
  if (ts.isLiteralTypeNode(type)) return type.literal.getText();
  if (ts.isArrayTypeNode(type)) return `[${valueOf(type.elementType, name, shapes)}]`;
  if (ts.isTypeLiteralNode(type)) return objectOf(type.members, shapes);
  if (ts.isUnionTypeNode(type)) return valueOf(type.types.find(isSomething), name, shapes);
  if (ts.isTypeReferenceNode(type)) return valueOfReference(type, name, shapes);
  if (type.kind === ts.SyntaxKind.NumberKeyword) return '1';
  if (type.kind === ts.SyntaxKind.BooleanKeyword) return 'false';
  return type.kind === ts.SyntaxKind.StringKeyword ? JSON.stringify(kebab(name)) : '{}';
}

function valueOfReference(type: ts.TypeReferenceNode, name: string, shapes: Shapes): string {
  const text = type.typeName.getText();
  const [argument] = type.typeArguments ?? [];
  const shape = shapes.get(text);
  if (shape)
    return ts.isInterfaceDeclaration(shape)
      ? objectOf(allMembers(shape, shapes), shapes)
      : valueOf(shape.type, name, shapes);
  if (/(?:^|\.)(?:Input|Unwrap|Partial|Readonly|Promise)$/.test(text)) return valueOf(argument, name, shapes);
  if (/(?:^|\.)Output$/.test(text)) return `pulumi.output(${valueOf(argument, name, shapes)})`;
  if (/(?:^|\.)(?:ReadonlyArray|Array)$/.test(text)) return `[${valueOf(argument, name, shapes)}]`;
  if (/(?:^|\.)\w*Archive$/.test(text)) return 'new pulumi.asset.AssetArchive({})';
  if (/(?:^|\.)\w*Asset$/.test(text)) return 'new pulumi.asset.StringAsset("")';
  if (/(?:Record|Args|Options|Tags)$/.test(text)) return '{}';
  return `${text}.get(${JSON.stringify(kebab(name))}, ${JSON.stringify(`${kebab(name)}-id`)})`;
}

function allMembers(shape: ts.InterfaceDeclaration, shapes: Shapes): readonly ts.TypeElement[] {
  const bases = (shape.heritageClauses ?? []).flatMap(({ types }) => types.map((each) => shapes.get(each.getText())));
  const inherited = bases.flatMap((base) => (base && ts.isInterfaceDeclaration(base) ? allMembers(base, shapes) : []));
  return [...inherited, ...shape.members];
}

function objectOf(members: readonly ts.TypeElement[], shapes: Shapes): string {
  const entries = members.flatMap((member) =>
    ts.isPropertySignature(member) && !member.questionToken
      ? [`${member.name.getText()}: ${valueOf(member.type, nameOf(member), shapes)}`]
      : [],
  );
  return `{ ${entries.join(', ')} }`;
}

function isSomething(type: ts.TypeNode): boolean {
  return type.kind !== ts.SyntaxKind.UndefinedKeyword && type.getText() !== 'null';
}

/** A name in letters that any resource's name may hold. */
export function kebab(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`).replace(/^-/, '');
}
