import { describe, expect, it } from 'vitest';
import { type Node, walkNodes } from '../../core/program/ast.js';
import { Unpacking } from '../../transforms/shared/unpacking.js';
import { TestProgram } from '../support/program.js';

const head = `import * as pulumi from '@pulumi/pulumi';\n`;

/** The text after `use(...)`, in a callback, has got `b.arn` in the place of its argument or beside it. */
function after(code: string, how: 'add' | 'bring' | 'release'): string {
  const test = new TestProgram({ 'index.ts': head + code });
  const file = test.file('index.ts');
  const nodes: Node[] = [...walkNodes(file.ast.program)];
  const use = nodes.find(
    (node) => node.type === 'CallExpression' && 'name' in node.callee && node.callee.name === 'use',
  );
  const argument = use?.type === 'CallExpression' ? use.arguments[0] : undefined;
  const unpacking = argument && Unpacking.around(test.editor, file, argument);
  if (!argument || !unpacking) throw new Error('nothing is unpacked');
  const put = (name: string) => test.editor.at(file, argument.start ?? 0, argument.end ?? 0, name);
  if (how === 'release') return test.after('index.ts', [put(''), ...unpacking.release([argument])]).slice(head.length);
  if (how === 'add') {
    const name = unpacking.add('b.arn', 'b');
    return test.after('index.ts', [put(name), ...unpacking.edits()]).slice(head.length);
  }
  const brought = unpacking.bring('b.arn', () => 'b', [argument]);
  return test.after('index.ts', [put(brought.name), ...brought.edits]).slice(head.length);
}

describe('an output that comes into a callback', () => {
  it.each([
    ['a list', 'pulumi.all([a.arn]).apply(([a]) => use(a));', 'pulumi.all([a.arn, b.arn]).apply(([a, b]) => use(b));'],
    [
      'a longer list',
      'pulumi.all([a.arn, c]).apply(([a]) => use(a));',
      'pulumi.all([a.arn, c, b.arn]).apply(([a, , b]) => use(b));',
    ],
    [
      'a typed list',
      'pulumi.all([a]).apply(([a]: [string]) => use(a));',
      'pulumi.all([a, b.arn]).apply(([a, b]: [string, string]) => use(b));',
    ],
    ['an index', 'pulumi.all([a.arn]).apply(v => use(v[0]));', 'pulumi.all([a.arn, b.arn]).apply(v => use(v[1]));'],
    [
      'keys',
      'pulumi.all({ a: a.arn }).apply(({ a }) => use(a));',
      'pulumi.all({ a: a.arn, b: b.arn }).apply(({ a, b }) => use(b));',
    ],
    ['one output', 'a.arn.apply(a => use(a));', 'pulumi.all([a.arn, b.arn]).apply(([a, b]) => use(b));'],
    [
      'a taken name',
      'const b2 = 1;\na.arn.apply((a) => use(a, b, b2));',
      'const b2 = 1;\npulumi.all([a.arn, b.arn]).apply(([a, b3]) => use(b3, b, b2));',
    ],
  ])('is added to %s', (_, code, wanted) => {
    expect(after(code, 'add')).toBe(wanted);
  });

  it.each([
    ['a list', 'pulumi.all([b.arn]).apply(([x]) => use(x));', 'pulumi.all([b.arn]).apply(([x]) => use(x));'],
    [
      'keys',
      'pulumi.all({ k: b.arn }).apply(({ k: x }) => use(1));',
      'pulumi.all({ k: b.arn }).apply(({ k: x }) => use(x));',
    ],
    ['an index', 'pulumi.all([a, b.arn]).apply((v) => use(v[0]));', 'pulumi.all([a, b.arn]).apply((v) => use(v[1]));'],
  ])('keeps the name that it has in %s', (_, code, wanted) => {
    expect(after(code, 'add')).toBe(wanted);
  });

  it.each([
    [
      'takes the place of one that is used no more',
      'pulumi.all([a.arn, c]).apply(([a, c]) => use(a) + c);',
      'pulumi.all([b.arn, c]).apply(([b, c]) => use(b) + c);',
    ],
    [
      'leaves one that is',
      'pulumi.all([a.arn]).apply(([a]) => use(a) + a);',
      'pulumi.all([a.arn, b.arn]).apply(([a, b]) => use(b) + a);',
    ],
  ])('%s', (_, code, wanted) => {
    expect(after(code, 'bring')).toBe(wanted);
  });

  it('goes when nothing uses it', () => {
    expect(after('pulumi.all([a.arn, c]).apply(([a, c]) => use(a) + c);', 'release')).toBe(
      'pulumi.all([c]).apply(([c]) => use() + c);',
    );
  });

  it.each([
    ['a rest', 'pulumi.all([a]).apply(([...all]) => use(1));'],
    ['two parameters', 'a.apply((x, y) => use(x));'],
    ['a list that is computed', 'pulumi.all(list).apply(([x]) => use(x));'],
  ])('is refused in %s', (_, code) => {
    expect(() => after(code, 'add')).toThrow('uncommon way');
  });
});
