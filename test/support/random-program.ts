import * as fc from 'fast-check';

/** How a random program is laid out; every part of it may go against what the rest does. */
export interface RandomStyle {
  readonly quote: "'" | '"';
  readonly semicolon: boolean;
  readonly indent: string;
  readonly eol: '\n' | '\r\n';
  readonly trailingComma: boolean;
  readonly spaced: boolean;
  readonly bom: boolean;
}

export const randomStyle: fc.Arbitrary<RandomStyle> = fc.record({
  quote: fc.constantFrom("'", '"'),
  semicolon: fc.boolean(),
  indent: fc.constantFrom('  ', '    ', '\t'),
  eol: fc.constantFrom('\n', '\r\n'),
  trailingComma: fc.boolean(),
  spaced: fc.boolean(),
  bom: fc.boolean(),
});

/** Data with the way that it is written. */
export type Written =
  | { readonly kind: 'scalar'; readonly value: string | number | boolean }
  | { readonly kind: 'list'; readonly items: readonly Written[]; readonly broken: boolean; readonly comment: string }
  | {
      readonly kind: 'object';
      readonly entries: readonly (readonly [key: string, value: Written])[];
      readonly broken: boolean;
      readonly comment: string;
    };

const word = fc.constantFrom(
  'orders',
  "it's",
  'a "b"',
  'café',
  '💀',
  'tab\there',
  'line\nbreak',
  '${x}',
  '`',
  '\\',
  '',
  '// no',
);
const key = fc.constantFrom('alpha', 'beta', 'gamma', 'delta', 'with-dash', '$dollar', 'class');
const comment = fc.constantFrom('', '', '', '// note', '/* why */', "// it's");
const scalar = fc
  .oneof(word, fc.integer({ min: -5, max: 5000 }), fc.boolean())
  .map((value) => ({ kind: 'scalar' as const, value }));

/** Plain data, and how it is written. */
export const written: fc.Arbitrary<Written> = fc.letrec<{ node: Written }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    scalar,
    fc.record({
      kind: fc.constant('list' as const),
      items: fc.array(tie('node'), { maxLength: 3 }),
      broken: fc.boolean(),
      comment,
    }),
    fc.record({
      kind: fc.constant('object' as const),
      entries: fc.uniqueArray(fc.tuple(key, tie('node')), { maxLength: 3, selector: ([name]) => name }),
      broken: fc.boolean(),
      comment,
    }),
  ),
})).node;

/** The data itself. */
export function meant(node: Written): unknown {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(meant);
  return Object.fromEntries(node.entries.map(([name, value]) => [name, meant(value)]));
}

/** The data as code. */
export function code(node: Written, style: RandomStyle, indent = ''): string {
  if (node.kind === 'scalar') return typeof node.value === 'string' ? quote(node.value, style) : String(node.value);
  const inner = indent + style.indent;
  const isList = node.kind === 'list';
  const parts = isList
    ? node.items.map((item) => code(item, style, inner))
    : node.entries.map(([name, value]) => `${nameOf(name, style)}: ${code(value, style, inner)}`);
  const [open, close] = isList ? '[]' : '{}';
  if (parts.length === 0) return `${open}${close}`;
  const isBroken = node.broken || parts.some((part) => part.includes('//'));
  if (!isBroken)
    return style.spaced && !isList ? `${open} ${parts.join(', ')} ${close}` : `${open}${parts.join(', ')}${close}`;
  const { eol } = style;
  const lines = parts.map((part, index) => {
    const comma = index < parts.length - 1 || style.trailingComma ? ',' : '';
    return `${inner}${part}${comma}${index === 0 && node.comment !== '' ? ` ${node.comment}` : ''}`;
  });
  return `${open}${eol}${lines.join(eol)}${eol}${indent}${close}`;
}

function nameOf(name: string, style: RandomStyle): string {
  return /^[\w$]+$/.test(name) ? name : quote(name, style);
}

function quote(value: string, { quote: sign }: RandomStyle): string {
  const escaped = value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll(sign, `\\${sign}`);
  return sign + escaped + sign;
}

/** One resource of a random program. */
export interface RandomResource {
  readonly args: readonly (readonly [name: string, value: Written])[] | undefined;
  readonly broken: boolean;
  readonly holder: 'const' | 'let' | 'export' | 'none';
  readonly opts: 'none' | 'protect' | 'dependsOn' | 'name';
  readonly above: string;
  readonly behind: string;
}

const argument = fc.constantFrom('description', 'timeout', 'memorySize', 'tags', 'layers', 'environment');

export const randomResource: fc.Arbitrary<RandomResource> = fc.record({
  args: fc.option(fc.uniqueArray(fc.tuple(argument, written), { maxLength: 4, selector: ([name]) => name }), {
    nil: undefined,
  }),
  broken: fc.boolean(),
  holder: fc.constantFrom('const', 'let', 'export', 'none'),
  opts: fc.constantFrom('none', 'none', 'protect', 'dependsOn', 'name'),
  above: fc.constantFrom('', '// above', '/* block */', '/**\n * Docs.\n */'),
  behind: fc.constantFrom('', ' // behind', ' /* behind */'),
});

const imports = ["import * as aws from 'P';", "import aws from 'P';", "const aws = require('P');"];

export interface RandomProgram {
  readonly text: string;
  readonly style: RandomStyle;
  readonly resources: readonly RandomResource[];
}

/** A flat program of a few functions, each with a name of its own: `fn0`, `fn1`... */
export const randomProgram: fc.Arbitrary<RandomProgram> = fc
  .record({
    style: randomStyle,
    head: fc.constantFrom(...imports),
    resources: fc.array(randomResource, { minLength: 1, maxLength: 4 }),
    apart: fc.boolean(),
  })
  .map(({ style, head, resources, apart }) => {
    const { eol, quote: sign } = style;
    const end = style.semicolon ? ';' : '';
    const first = head.replaceAll("'", sign).replace('P', '@pulumi/aws').replace(/;$/, end);
    const options = `const shared = { protect: true }${end}`;
    const queue = `const queue = new aws.sqs.Queue(${sign}queue${sign})${end}`;
    const statements = resources.map((resource, index) => statementOf(resource, index, style));
    const text = [first, '', options, queue, ...statements, ''].join(apart ? eol + eol : eol);
    return { text: (style.bom ? '\uFEFF' : '') + text, style, resources };
  });

function statementOf(resource: RandomResource, index: number, style: RandomStyle): string {
  const { quote: sign, eol } = style;
  const { args, opts, holder, above, behind } = resource;
  const name = `${sign}fn${index}${sign}`;
  const literal: Written | undefined = args && { kind: 'object', entries: args, broken: resource.broken, comment: '' };
  const options = {
    none: undefined,
    protect: style.spaced ? '{ protect: true }' : '{protect: true}',
    dependsOn: '{ dependsOn: [queue] }',
    name: 'shared',
  }[opts];
  const given = [name, literal && code(literal, style), options && (literal ? options : `{}, ${options}`)];
  const created = `new aws.lambda.Function(${given.filter((each) => each !== undefined).join(', ')})`;
  const held = holder === 'none' ? '' : `${holder === 'export' ? 'export const' : holder} fn${index} = `;
  const line = `${held}${created}${style.semicolon || holder === 'none' ? ';' : ''}${behind}`;
  return above === '' ? line : above.replaceAll('\n', eol) + eol + line;
}
