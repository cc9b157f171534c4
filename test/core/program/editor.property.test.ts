import { parse } from '@babel/parser';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CannotEdit } from '../../../core/template/cannot-edit.js';
import { lineEndBehind } from '../../../core/program/lines.js';
import { data } from '../../../core/program/print.js';
import type { ProgramResource } from '../../../core/program/resources.js';
import type { TextEdit } from '../../../core/text/edit.js';
import { TestProgram, dataOf } from '../../support/program.js';
import { meant, randomProgram, written } from '../../support/random-program.js';

const path = 'index.ts';
const runs = { numRuns: 150 };

function functionsOf({ program }: TestProgram): ProgramResource[] {
  return program.resources.filter(({ token }) => token.endsWith(':Function'));
}

/** The nth function of a program. */
function pick(test: TestProgram, index: number): ProgramResource {
  const all = functionsOf(test);
  const found = all[index % all.length];
  if (!found) throw new Error('there is no function');
  return found;
}

/** The properties of every resource, by name, as data. */
function modelOf(test: TestProgram): Record<string, unknown> {
  return Object.fromEntries(
    test.program.resources.map(({ id, logicalName }) => [
      logicalName?.type === 'StringLiteral' ? logicalName.value : id,
      dataOf(test.program.model.resource(id)?.node.get('Properties')),
    ]),
  );
}

function nameOf({ logicalName }: ProgramResource): string {
  return logicalName?.type === 'StringLiteral' ? logicalName.value : '';
}

/** The edits, and the program after them: what stands outside of the statement and its line is as it was. */
function edit(test: TestProgram, resource: ProgramResource, edits: readonly TextEdit[]): TestProgram {
  const before = test.file(path).text;
  const after = test.after(path, edits);
  const { file } = resource;
  const statement = [...file.scopes.around(resource.node)].find(
    (each) => file.scopes.parentOf(each)?.type === 'Program',
  );
  const start = statement?.start ?? 0;
  const end = lineEndBehind(file, statement?.end ?? 0);
  expect(after.slice(0, start)).toBe(before.slice(0, start));
  expect(after.slice(after.length - (before.length - end))).toBe(before.slice(end));
  parse(after, { sourceType: 'module', plugins: ['typescript'] });
  // What an edit replaces goes with its comments, which the engine's gate then tells of.
  const kept = edits
    .toSorted((a, b) => b.span.start - a.span.start)
    .reduce((left, { span }) => left.slice(0, span.start) + left.slice(span.end), before);
  const comments = (source: string): number =>
    source.match(/\/\/ (?:note|above|behind)|\/\* (?:why|behind|block) \*\//g)?.length ?? 0;
  expect(comments(after)).toBe(comments(kept));
  expect(/(?<!\r)\n/.test(after)).toBe(/(?<!\r)\n/.test(before));
  return new TestProgram({ [path]: after });
}

/** The edits of a verb; undefined where it says that it cannot. */
function attempt(verb: () => TextEdit[]): TextEdit[] | undefined {
  try {
    return verb();
  } catch (error) {
    if (error instanceof CannotEdit) return undefined;
    throw error;
  }
}

const target = fc.nat({ max: 3 });
const argument = fc.constantFrom('description', 'timeout', 'memorySize', 'tags', 'layers');
const modelName = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

/** Keys of objects that are arguments get a capital letter in the model; data below `tags` keeps its own. */
function inModel(value: unknown, isVerbatim: boolean): unknown {
  if (Array.isArray(value)) return value.map((each) => inModel(each, isVerbatim));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [isVerbatim ? name : modelName(name), inModel(each, isVerbatim)]),
  );
}

describe('the editor over random programs', () => {
  it('reads what was written', () => {
    fc.assert(
      fc.property(randomProgram, ({ text, resources }) => {
        const model = modelOf(new TestProgram({ [path]: text }));
        resources.forEach(({ args = [] }, index) => {
          const properties = model[`fn${index}`] as Record<string, unknown>;
          for (const [name, value] of args)
            expect(properties[modelName(name)]).toEqual(inModel(meant(value), name === 'tags'));
        });
      }),
      runs,
    );
  });

  it('sets an argument, once and for all', () => {
    fc.assert(
      fc.property(randomProgram, target, argument, written, ({ text }, index, name, value) => {
        const test = new TestProgram({ [path]: text });
        const fn = pick(test, index);
        const edits = attempt(() => test.editor.setArgument(fn, name, data(meant(value))));
        if (!edits) return;
        const after = edit(test, fn, edits);
        const expected = modelOf(test);
        expected[nameOf(fn)] = {
          ...(expected[nameOf(fn)] as object),
          [modelName(name)]: inModel(meant(value), name === 'tags'),
        };
        expect(modelOf(after)).toEqual(expected);
        const again = after.editor.setArgument(pick(after, index), name, data(meant(value)));
        expect(modelOf(edit(after, pick(after, index), again))).toEqual(expected);
        const twice = new TestProgram({ [path]: after.after(path, again) });
        const third = twice.editor.setArgument(pick(twice, index), name, data(meant(value)));
        expect(twice.after(path, third)).toBe(twice.file(path).text);
      }),
      runs,
    );
  });

  it('removes an argument, and nothing else', () => {
    fc.assert(
      fc.property(randomProgram, target, fc.nat(), ({ text, resources }, index, which) => {
        const test = new TestProgram({ [path]: text });
        const fn = pick(test, index);
        const args = resources[index % resources.length]?.args ?? [];
        const name = args[which % Math.max(args.length, 1)]?.[0];
        if (name === undefined) return;
        const after = edit(test, fn, test.editor.removeArgument(fn, name));
        const expected = modelOf(test);
        expected[nameOf(fn)] = Object.fromEntries(
          Object.entries(expected[nameOf(fn)] as object).filter(([key]) => key !== modelName(name)),
        );
        expect(modelOf(after)).toEqual(expected);
        expect(() => after.editor.removeArgument(pick(after, index), name)).toThrow(CannotEdit);
      }),
      runs,
    );
  });

  it('appends to a list that is written out', () => {
    fc.assert(
      fc.property(randomProgram, fc.array(written, { minLength: 1, maxLength: 2 }), ({ text, resources }, values) => {
        const test = new TestProgram({ [path]: text });
        functionsOf(test).forEach((fn, index) => {
          const [name] = (resources[index]?.args ?? []).find(([, { kind }]) => kind === 'list') ?? [];
          const literal = fn.args?.type === 'ObjectExpression' ? fn.args.properties : [];
          const property = literal.find(
            (each) => each.type === 'ObjectProperty' && each.key.type === 'Identifier' && each.key.name === name,
          );
          const owner = property?.type === 'ObjectProperty' ? property.value : undefined;
          if (owner?.type !== 'ArrayExpression' || name === undefined) return;
          const after = edit(
            test,
            fn,
            test.editor.append(fn.file, owner, ...values.map((value) => data(meant(value)))),
          );
          const expected = modelOf(test);
          const properties = expected[nameOf(fn)] as Record<string, unknown[]>;
          const isVerbatim = name === 'tags';
          properties[modelName(name)]?.push(...values.map((value) => inModel(meant(value), isVerbatim)));
          expect(modelOf(after)).toEqual(expected);
        });
      }),
      runs,
    );
  });

  it('makes a function wait for another one, which gets a name where it has none', () => {
    fc.assert(
      fc.property(randomProgram, ({ text }) => {
        const test = new TestProgram({ [path]: text });
        const all = functionsOf(test);
        const [first, last] = [all[0], all.at(-1)];
        if (!first || !last || first === last) return;
        const edits = test.editor.addDependencies(last, [first]);
        const after = new TestProgram({ [path]: test.after(path, edits) });
        const waiting = after.program.model.resource(functionsOf(after).at(-1)?.id ?? '');
        const before = dataOf(test.program.model.resource(last.id)?.node.get('DependsOn')) as string[] | undefined;
        expect(dataOf(waiting?.node.get('DependsOn'))).toEqual([...(before ?? []), functionsOf(after)[0]?.id]);
        expect(modelOf(after)).toEqual(modelOf(test));
        const isIn = (source: string, name: string): number => source.split(name).length - 1;
        for (const name of ['protect: true', 'shared'])
          expect(isIn(test.after(path, edits), name)).toBe(isIn(text, name));
      }),
      runs,
    );
  });

  it('inserts a statement behind another one, which stays as it is', () => {
    fc.assert(
      fc.property(randomProgram, target, ({ text }, index) => {
        const test = new TestProgram({ [path]: text });
        const fn = pick(test, index);
        const { file } = fn;
        const statement = [...file.scopes.around(fn.node)].find(
          (each) => file.scopes.parentOf(each)?.type === 'Program',
        );
        if (!statement) throw new Error('no statement');
        const created = { kind: 'call', callee: 'new aws.sns.Topic', args: [data('news')] } as const;
        const line = test.editor.creation(file, statement, 'news', created);
        const after = edit(test, fn, test.editor.insertAfter(file, statement, line));
        expect(after.program.resources.map(({ id }) => id)).toContain('news');
        expect(modelOf(after)).toMatchObject(modelOf(test));
      }),
      runs,
    );
  });
});
