import { expect, test } from 'vitest';
import { runTexts } from '../../../core/engine/texts.js';
import { type Surveyed, confirmedNestedFiles, groupUnits, nestedFiles } from '../../../core/engine/units.js';
import { entryOf, functions, settingsOf, templateOf } from './kit.js';

function file(name: string, nested: readonly string[] = [], rest: Partial<Surveyed> = {}): Surveyed {
  return { file: name, concerned: true, nested, budgetGroup: undefined, ...rest };
}

function grouped(...files: readonly Surveyed[]): string[][] {
  return groupUnits(files).map((unit) => unit.map((each) => each.file));
}

test('parents and children, over several levels and in any order, are one unit', () => {
  expect(grouped(file('a'), file('b', ['d']), file('c', ['b', 'x']), file('d'), file('e'))).toEqual([
    ['a'],
    ['b', 'c', 'd'],
    ['e'],
  ]);
  expect(grouped(file('a', ['b']), file('b', ['a']))).toEqual([['a', 'b']]);
});

test('files that share a budget are one unit', () => {
  expect(
    grouped(
      file('a', [], { budgetGroup: 'prod' }),
      file('b', ['c']),
      file('c', [], { budgetGroup: 'prod' }),
      file('d', [], { budgetGroup: 'dev' }),
    ),
  ).toEqual([['a', 'b', 'c'], ['d']]);
});

test('a unit that no rule concerns is left out, one that a rule concerns in part is whole', () => {
  const idle = { concerned: false };
  expect(grouped(file('a', [], idle), file('b', ['c']), file('c', [], idle), file('d', ['a'], idle))).toEqual([
    ['b', 'c'],
  ]);
});

test('thousands of files in one chain', () => {
  const many = Array.from({ length: 20_000 }, (_, index) => file(`f${index}`, [`f${index + 1}`]));
  expect(groupUnits(many)).toHaveLength(1);
});

const parent = (location: string): string =>
  `Resources:\n  Child:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: ${location}\n`;

test('locations are relative to the template that names them', async () => {
  expect(nestedFiles('stacks/parent.yaml', parent('./nested/child.yaml'))).toEqual(['stacks/nested/child.yaml']);
  expect(nestedFiles('stacks/parent.yaml', parent('"../child.yaml"'))).toEqual(['child.yaml']);
  expect(confirmedNestedFiles(await templateOf(parent('child.yaml'), 'stacks/parent.yaml'))).toEqual([
    'stacks/child.yaml',
  ]);
  expect(confirmedNestedFiles(await templateOf(parent('!Sub "child.yaml"')))).toEqual([]);
  const sam =
    '{"Resources": {"App": {"Type": "AWS::Serverless::Application", "Properties": {"Location": "child.yaml"}}}}';
  expect(nestedFiles('t.json', sam)).toEqual(confirmedNestedFiles(await templateOf(sam, 't.json')));
});

async function unitsSeen(texts: Readonly<Record<string, string>>): Promise<string[]> {
  const seen: string[] = [];
  const looks = entryOf(
    'looks',
    ({ template, unit }) => {
      seen.push(`${template.source.path}: ${unit.map(({ source }) => source.path).join(' ')}`);
      return [];
    },
    { needles: ['AWS::Lambda', 'AWS::CloudFormation'] },
  );
  await runTexts(
    Object.entries(texts).map(([path, text]) => ({ path, text })),
    [looks],
    settingsOf([looks]),
  );
  return seen;
}

test('a rule sees the whole unit, members that it does not concern included', async () => {
  const topic = 'Resources:\n  T:\n    Type: AWS::SNS::Topic\n';
  expect(
    await unitsSeen({ 'child.yaml': topic, 'other.yaml': functions({}), 'parent.yaml': parent('child.yaml') }),
  ).toEqual(['parent.yaml: child.yaml parent.yaml', 'other.yaml: other.yaml']);
});

test('what only looks like a nested stack is none', async () => {
  const text = `${functions({})}    Metadata:\n      Note: |\n        Type: AWS::CloudFormation::Stack\n        TemplateURL: other.yaml\n`;
  expect(await unitsSeen({ 'a.yaml': text, 'other.yaml': functions({}) })).toEqual([
    'a.yaml: a.yaml',
    'other.yaml: other.yaml',
  ]);
});
