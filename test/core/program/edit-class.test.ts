import { expect, test } from 'vitest';
import type { babel } from '../../../core/program/ast.js';
import { ClassEditor } from '../../../core/program/edit-class.js';
import { StatementEditor, usesOf } from '../../../core/program/edit-statements.js';
import { ProgramEditor } from '../../../core/program/editor.js';
import { ProgramFile } from '../../../core/program/file.js';
import { Program } from '../../../core/program/program.js';
import { constructorOf } from '../../../core/program/values.js';
import { type TextEdit, applyEdits } from '../../../core/text/edit.js';
import { SourceFile } from '../../../core/text/source-file.js';

function opened(source: string): { file: ProgramFile; editor: ProgramEditor; after: (edits: TextEdit[]) => string } {
  const file = new ProgramFile(new SourceFile('index.ts', source));
  const editor = new ProgramEditor(new Program({ files: [file], resolve: () => undefined }));
  return { file, editor, after: (edits) => applyEdits(source, edits) };
}

function classIn({ body }: ProgramFile): babel.Class {
  const found = body.find((statement) => statement.type === 'ClassDeclaration');
  if (!found) throw new Error('no class');
  return found;
}

test('a field stands behind its last public sibling and looks like it', () => {
  const source = [
    'class A {',
    '  public readonly a: pulumi.Output<string>; // first',
    '  private readonly b: pulumi.Output<string>;',
    '  static c: pulumi.Output<string>;',
    '}',
    '',
  ].join('\r\n');
  const { file, editor, after } = opened(source);
  const edited = after(new ClassEditor(editor, file).addFields(classIn(file), 'Output<string>', ['x', 'y']));
  expect(edited.split('\r\n').slice(1, 5)).toEqual([
    '  public readonly a: pulumi.Output<string>; // first',
    '  public readonly x: pulumi.Output<string>;',
    '  public readonly y: pulumi.Output<string>;',
    '  private readonly b: pulumi.Output<string>;',
  ]);
  expect(() => new ClassEditor(editor, file).addFields(classIn(file), 'Output<number>', ['x'])).toThrow(
    'no field of the type',
  );
});

test('an assignment joins those before the statement, or stands apart', () => {
  const body = (before: string): string => `class A {\n  constructor() {\n${before}    this.done();\n  }\n}\n`;
  const edited = (before: string): string => {
    const { file, editor, after } = opened(body(before));
    const last = constructorOf(classIn(file))?.body.body.at(-1);
    return last ? after(new ClassEditor(editor, file).assignBefore(last, [{ name: 'x', value: 'fn.arn' }])) : '';
  };
  expect(edited('    this.a = b.c;\n\n')).toBe(body('    this.a = b.c;\n    this.x = fn.arn;\n\n'));
  expect(edited('    const b = 1;\n\n')).toBe(body('    const b = 1;\n\n    this.x = fn.arn;\n\n'));
  expect(edited('    this.b = new B();\n    // the end\n')).toBe(
    body('    this.b = new B();\n    this.x = fn.arn;\n    // the end\n'),
  );
});

test('entries of registerOutputs are added at once, whatever the commas', () => {
  const { file, editor, after } = opened('this.registerOutputs({\n  a: this.a\n});\n');
  const [statement] = file.body;
  const call = statement?.type === 'ExpressionStatement' ? statement.expression : undefined;
  if (call?.type !== 'CallExpression') throw new Error('no call');
  const outputs = ['x', 'y'].map((name) => ({ name, value: `this.${name}` }));
  expect(after(new ClassEditor(editor, file).registerOutputs(call, outputs))).toBe(
    'this.registerOutputs({\n  a: this.a,\n  x: this.x,\n  y: this.y\n});\n',
  );
});

test('an export stands behind the last one, as far from it as the others are', () => {
  const edited = (source: string): string => {
    const { file, editor, after } = opened(source);
    const last = file.body.at(-1);
    return last ? after(new ClassEditor(editor, file).exportBehind(last, [{ name: 'x', value: 's.x' }])) : '';
  };
  const [a, b] = ['export const a = s.a;\n', 'export const b = s.b;\n'];
  expect(edited(`${a}${b}`)).toBe(`${a}${b}export const x = s.x;\n`);
  expect(edited(`${a}\n${b}`)).toBe(`${a}\n${b}\nexport const x = s.x;\n`);
  expect(edited('const s = 1')).toBe('const s = 1\n\nexport const x = s.x');
});

test('a statement is taken out with its lines, its neighbours and the comments above stay', () => {
  const { file, editor, after } = opened(
    'const a = 1;\n\n// why\nconst b = a; // gone\n\nconst c = a;\nconst d = 1; const e = 2;\n',
  );
  const statements = new StatementEditor(editor);
  const [first, second, , fourth] = file.body;
  if (!first || !second || !fourth) throw new Error('no statements');
  expect(after(statements.remove(file, second))).toBe(
    'const a = 1;\n\n// why\n\nconst c = a;\nconst d = 1; const e = 2;\n',
  );
  expect(() => statements.remove(file, fourth)).toThrow('same line');
});

test('uses of a variable are told from names that only look like it', () => {
  const { file } = opened('const v = 1;\nconst w = { v: v, u: x.v, ...{ v } };\nfunction f(v: number) { return v; }\n');
  const [statement] = file.body;
  const declarator = statement?.type === 'VariableDeclaration' ? statement.declarations[0] : undefined;
  expect(declarator && usesOf(file, declarator).map(({ start }) => start)).toEqual([28, 44]);
});
