import { describe, expect, it } from 'vitest';
import { walkNodes } from '../../../core/program/ast.js';
import type { NewMember } from '../../../core/program/edit-interface.js';
import { type WrittenType, writtenTypeOf } from '../../../core/program/written-types.js';
import { TestProgram } from '../../support/program.js';

const member: NewMember = { name: 'limit', type: 'number', doc: 'How many at once.' };

/** The type of the parameter `args` of the first function that has one. */
function argsType(test: TestProgram, path = 'index.ts'): WrittenType | undefined {
  const file = test.file(path);
  for (const node of walkNodes(file.ast.program)) {
    if (node.type === 'Identifier' && node.name === 'args' && node.typeAnnotation)
      return writtenTypeOf(test.program.project, file, node.typeAnnotation);
  }
  return undefined;
}

function added(text: string, ...members: readonly NewMember[]): string {
  const test = new TestProgram({ 'index.ts': text });
  const type = argsType(test);
  if (!type) throw new Error('the type is not found');
  return test.after('index.ts', test.editor.addMembers(type, ...(members.length === 0 ? [member] : members)));
}

const user = 'function make(args: Args) {}\n';

describe('adding a member to a type', () => {
  it('stands behind the last one, and behind the comment on it', () => {
    expect(added(`interface Args {\n  name: string; // short\n}\n${user}`)).toBe(
      `interface Args {\n  name: string; // short\n  /** How many at once. */\n  limit?: number;\n}\n${user}`,
    );
  });

  it('is set apart and commented on as its neighbours are', () => {
    const neighbours =
      '    /**\n     * A name.\n     */\n    name: string;\n\n    /**\n     * A size.\n     */\n    size: number;\n';
    expect(added(`interface Args {\n${neighbours}}\n${user}`)).toBe(
      `interface Args {\n${neighbours}\n    /**\n     * How many at once.\n     */\n    limit?: number;\n}\n${user}`,
    );
  });

  it('ends as its neighbours do', () => {
    expect(added(`interface Args {\n  name: string,\n  size: number\n}\n${user}`)).toContain(
      '  size: number,\n  /** How many at once. */\n  limit?: number\n}',
    );
    expect(added(`interface Args {\n  name: string\n  size: number\n}\nconst a = 1\nconst b = 2\n${user}`)).toContain(
      '  size: number\n  /** How many at once. */\n  limit?: number\n}',
    );
  });

  it('takes members that share a line apart', () => {
    expect(added('class A {\n  constructor(args: { name: string; size: number }) {}\n}\n')).toBe(
      'class A {\n  constructor(args: {\n    name: string;\n    size: number;\n    /** How many at once. */\n    limit?: number;\n  }) {}\n}\n',
    );
  });

  it('fills an empty body, with CRLF where the file has it', () => {
    expect(added('interface Args {}\r\nfunction make(args: Args) {}\r\n')).toBe(
      'interface Args {\r\n  /** How many at once. */\r\n  limit?: number;\r\n}\r\nfunction make(args: Args) {}\r\n',
    );
  });

  it('wraps a long comment at the width of the file and keeps code together', () => {
    const doc = `${'word '.repeat(14)}then \`aws lambda get-account-settings\` and more.`;
    const text = added(`interface Args {\n  name: string;\n}\n${user}`, { ...member, doc });
    expect(text).toContain('  /**\n   * word word');
    expect(text).toContain('`aws lambda get-account-settings`');
    expect(Math.max(...text.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(80);
  });

  it('adds several at once', () => {
    expect(added(`interface Args {\n  name: string;\n}\n${user}`, member, { ...member, name: 'other' })).toContain(
      '  limit?: number;\n  /** How many at once. */\n  other?: number;\n}',
    );
  });

  it('refuses to move comments', () => {
    expect(() => added(`interface Args { /* none yet */ }\n${user}`)).toThrow('only a comment');
    expect(() => added(`type Args = { name: string; /* in cm */ size: number };\n${user}`)).toThrow('a comment stands');
  });
});

describe('finding the type behind an annotation', () => {
  it.each([
    ['an alias', 'type Args = { name: string };\nfunction make(args: Args) {}\n'],
    ['what may be missing', 'interface Args { name: string }\nfunction make(args: Args | undefined) {}\n'],
    ['a read-only type', 'interface Args { name: string }\nfunction make(args: Readonly<Args>) {}\n'],
    [
      'an intersection',
      'import { Other } from "x";\ntype Args = Other & { name: string };\nfunction make(args: Args) {}\n',
    ],
    ['an extension', 'interface Base { name: string }\ninterface Args extends Base {}\nfunction make(args: Args) {}\n'],
  ])('follows %s', (_, text) => {
    expect([...(argsType(new TestProgram({ 'index.ts': text }))?.names ?? [])]).toEqual(['name']);
  });

  it.each([
    ['by name', "import { Args } from './args';\nfunction make(args: Args) {}\n"],
    ['by another name', "import type { Args as Given } from './args.js';\nfunction make(args: Given) {}\n"],
    ['as a member', "import * as types from './args';\nfunction make(args: types.Args) {}\n"],
    ['through a file that hands it on', "import { Args } from './all';\nfunction make(args: Args) {}\n"],
    ['as the default', "import Args from './args';\nfunction make(args: Args) {}\n"],
  ])('follows an import %s', (_, text) => {
    const test = new TestProgram({
      'index.ts': text,
      'args.ts': 'interface Args { name: string }\nexport { Args };\nexport default interface Main { name: string }\n',
      'all.ts': "export * from './args';\n",
    });
    const type = argsType(test);
    expect(type?.file.path).toBe('args.ts');
    expect([...(type?.names ?? [])]).toEqual(['name']);
  });

  it.each([
    ['a package', "import { Args } from 'elsewhere';\nfunction make(args: Args) {}\n"],
    ['any', 'function make(args: any) {}\n'],
    ['a choice of two', 'function make(args: { a: string } | { b: string }) {}\n'],
    ['itself', 'type Args = Args | undefined;\nfunction make(args: Args) {}\n'],
  ])('knows nothing of %s', (_, text) => {
    expect(argsType(new TestProgram({ 'index.ts': text }))).toBeUndefined();
  });
});
