import { describe, expect, it } from 'vitest';
import { type Node, walkNodes } from '../../../core/program/ast.js';
import { removeUnused } from '../../../core/program/unused.js';
import { TestProgram } from '../../support/program.js';

/** The text after each `make(size)` has lost its arguments, or got others. */
function after(text: string, put = '', path = 'index.ts'): string {
  const test = new TestProgram({ [path]: text });
  const file = test.file(path);
  const gone: Node[] = [...walkNodes(file.ast.program)].flatMap((node) =>
    node.type === 'CallExpression' && 'name' in node.callee && node.callee.name === 'make' ? node.arguments : [],
  );
  const edits = gone.map(({ start, end }) => test.editor.at(file, start ?? 0, end ?? 0, put));
  return test.after(path, [...edits, ...removeUnused(file, edits)]);
}

describe('taking away what an edit leaves unused', () => {
  it('takes the line, and one of the blank lines that would meet', () => {
    expect(after('const a = 1;\n\nconst size = 2; // large\n\nmake(size);\n')).toBe('const a = 1;\n\nmake();\n');
    expect(after('const a = 1;\r\nconst size = 2;\r\nmake(size);\r\n')).toBe('const a = 1;\r\nmake();\r\n');
  });

  it('counts all that is taken away, and no property of the same name', () => {
    expect(after('const size = 2;\nmake(size);\nmake(size);\nother.size = { size: 1 };\n')).toBe(
      'make();\nmake();\nother.size = { size: 1 };\n',
    );
  });

  it.each([
    ['is used elsewhere', 'const size = 2;\nmake(size);\nlog({ size });\n'],
    ['is exported', 'export const size = 2;\nmake(size);\n'],
    ['is computed by a call', 'const size = measure();\nmake(size);\n'],
    ['shares its declaration', 'const size = 2,\n  b = 3;\nmake(size);\n'],
    ['may be assigned', 'let size = 2;\nmake(size);\n'],
  ])('leaves one that %s', (_, text) => {
    expect(after(text)).toBe(text.replace('make(size)', 'make()'));
  });

  it('takes what only the taken away use', () => {
    expect(after('const a = 1;\nconst b = 2;\nconst size = a + b;\nmake(size);\nmake(b + 1, c);\n', 'c')).toBe(
      'make(c);\nmake(c, c);\n',
    );
  });

  it('leaves what new code names', () => {
    const text = 'const size = 2;\nmake(size);\n';
    expect(after(text, 'args.size ?? size')).toBe(text.replace('make(size)', 'make(args.size ?? size)'));
  });

  it('leaves what was unused before', () => {
    expect(after('const other = 1;\nmake(2);\n')).toBe('const other = 1;\nmake();\n');
  });

  it.each([
    [
      'a name of several',
      'const { size, a } = args;\nlog(a);\nmake(size);\n',
      'const { a } = args;\nlog(a);\nmake();\n',
    ],
    ['the only name', 'const { size: s } = args;\nmake(s);\n', 'make();\n'],
    [
      'none beside the rest',
      'const { size, ...rest } = args;\nlog(rest);\nmake(size);\n',
      'const { size, ...rest } = args;\nlog(rest);\nmake();\n',
    ],
  ])('takes out of a pattern %s', (_, text, left) => {
    expect(after(text)).toBe(left);
  });

  it.each([
    ['an import', `import { a } from './a';\nmake(a);\n`, 'make();\n'],
    [
      'one of several',
      `import b, { a, c } from './a';\nlog(b, c);\nmake(a);\n`,
      `import b, { c } from './a';\nlog(b, c);\nmake();\n`,
    ],
    [
      'no default beside others',
      `import b, { a } from './a';\nlog(a);\nmake(b);\n`,
      `import b, { a } from './a';\nlog(a);\nmake();\n`,
    ],
  ])('takes away %s', (_, text, left) => {
    expect(after(text)).toBe(left);
  });

  it('leaves imports of JavaScript, which run the module', () => {
    expect(after(`import { a } from './a.js';\nmake(a);\n`, '', 'index.js')).toBe(
      `import { a } from './a.js';\nmake();\n`,
    );
  });

  it.each([
    [`pulumi.getStack() === 'prod'`, true],
    ['config.get("size")', true],
    ['config.requireNumber("size")', false],
    ['pulumi.interpolate`${stack}-size`', true],
    ['sql`select ${size}`', false],
    ['new pulumi.Config("a")', true],
    ['new Size()', false],
    ['measure?.()', false],
    ['aws.getRegionOutput().name', true],
    ['aws.ec2.getVpcOutput({ default: true }).id', false],
  ])('knows whether %s may go: %s', (init, isGone) => {
    const head = `import * as pulumi from '@pulumi/pulumi';\nimport * as aws from '@pulumi/aws';\nconst config = new pulumi.Config();\nlog(config, aws, pulumi);\n`;
    expect(after(`${head}const size = ${init};\nmake(size);\n`)).toBe(
      `${head}${isGone ? '' : `const size = ${init};\n`}make();\n`,
    );
  });
});
