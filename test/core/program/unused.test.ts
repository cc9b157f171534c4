import { describe, expect, it } from 'vitest';
import { type Node, walkNodes } from '../../../core/program/ast.js';
import { removeUnused } from '../../../core/program/unused.js';
import { atTop } from '../../../core/program/values.js';
import { TestProgram } from '../../support/program.js';

/** The text after `make(size)` has lost its argument. */
function after(text: string): string {
  const test = new TestProgram({ 'index.ts': text });
  const file = test.file('index.ts');
  const gone: Node[] = [...walkNodes(file.ast.program)].flatMap((node) =>
    node.type === 'CallExpression' ? node.arguments.filter(({ type }) => type === 'Identifier') : [],
  );
  return test.after('index.ts', removeUnused(gone.map((node) => ({ node, place: atTop(file) }))));
}

describe('taking unused constants away', () => {
  it('takes the line, and one of the blank lines that would meet', () => {
    expect(after('const a = 1;\n\nconst size = 2; // large\n\nmake(size);\n')).toBe('const a = 1;\n\nmake(size);\n');
    expect(after('const a = 1;\r\nconst size = 2;\r\nmake(size);\r\n')).toBe('const a = 1;\r\nmake(size);\r\n');
  });

  it('counts all that is taken away, and no property of the same name', () => {
    expect(after('const size = 2;\nmake(size);\nmake(size);\nother.size = { size: 1 };\n')).toBe(
      'make(size);\nmake(size);\nother.size = { size: 1 };\n',
    );
  });

  it.each([
    ['is used elsewhere', 'const size = 2;\nmake(size);\nlog({ size });\n'],
    ['is exported', 'export const size = 2;\nmake(size);\n'],
    ['is computed by a call', 'const size = measure();\nmake(size);\n'],
    ['shares its declaration', 'const size = 2,\n  b = 3;\nmake(size);\n'],
    ['may be assigned', 'let size = 2;\nmake(size);\n'],
  ])('leaves one that %s', (_, text) => {
    expect(after(text)).toBe(text);
  });
});
