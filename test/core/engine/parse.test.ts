import { expect, test } from 'vitest';
import { parseSource } from '../../../core/engine/parse.js';
import { isMeantAsTemplate, looksLikeTemplate, nestedLocations, placeholderIn } from '../../../core/engine/sniff.js';
import { SourceFile } from '../../../core/text/source-file.js';
import { functions } from './kit.js';

async function problemOf(text: string, file = 'a.yaml'): Promise<string> {
  const result = await parseSource(new SourceFile(file, text));
  if (result.kind !== 'problem') return result.kind;
  const { severity, position, message } = result.problem;
  return `${severity} ${position?.line}:${position?.column} ${message}`;
}

const template = functions({ Runtime: 'old' });

test('broken YAML and JSON: place and what to do', async () => {
  expect(await problemOf(`${template}  bad: [1,\n`)).toMatch(
    /^error \d+:\d+ this cannot be read as YAML here: .*; mend the syntax there first$/,
  );
  expect(await problemOf('{\n  "Resources": {"A": {"Type": "AWS::SNS::Topic",}}\n}', 'a.json')).toMatch(
    /^error 2:\d+ this is not valid JSON: .*; mend the syntax there first$/,
  );
});

test('a Jinja template is a note', async () => {
  expect(await problemOf(`{% if x %}\n${template}{% endif %}\n`)).toBe(
    'note 1:1 a Jinja-like template with placeholders, not read: render it first',
  );
  expect(await problemOf(`${template}  {{ more }}: [\n`)).toMatch(/^note 6:3 a Jinja-like/);
  expect(await problemOf(`${template}  {{cookiecutter.name}}:\n    Type: AWS::SNS::Topic\n`)).toMatch(
    /^note 6:3 a Jinja/,
  );
  expect(await problemOf('Resources:\n  [a, b]:\n    Type: AWS::SNS::Topic\n')).toBe(
    'error 2:3 a map or a list cannot be a key; mend the syntax there first',
  );
  expect(await problemOf(`${template}  Broken: [\n  1]\n  Document: '{{ below }}'\n`)).not.toMatch(/Jinja/);
  expect(placeholderIn("Value: '{{resolve:ssm:/a}}'")).toBeUndefined();
});

test('several documents: an error when one means to be a template, else a note', async () => {
  expect(await problemOf(`${template}---\na: 1\n`)).toMatch(
    /^error 6:1 the file holds several YAML documents.*keep one template per file$/,
  );
  const map = `kind: ConfigMap\ndata:\n  t: |\n    Resources:\n      A: {Type: AWS::SNS::Topic}\n---\nkind: Pod\n`;
  expect(looksLikeTemplate(map)).toBe(true);
  expect(await problemOf(map)).toMatch(/^(?:none$|note 6:1 )/);
  expect(await problemOf(`# one\n---\na: 1\n---\n${template}`)).toMatch(/^error 4:1 /);
  expect(await problemOf(`\uFEFF# one\n---\n${template}`)).toBe('document');
  expect(await problemOf(map.split('---')[0] ?? '')).toBe('none');
});

test('nesting that no parser survives', async () => {
  expect(await problemOf(`${template}      Deep: ${'['.repeat(300)}${']'.repeat(300)}\n`)).toMatch(
    /^error 6:2\d\d nested more than 200 levels deep; no template nests that deep; flatten it$/,
  );
  const steps = Array.from({ length: 250 }, (_, index) => `${' '.repeat(index)}a:\n`).join('');
  expect(await problemOf(`${steps}${template}`)).toMatch(/^error 20[0-9]:\d+ nested more than 200 levels deep/);
});

test('aliases that multiply: the first of them, and what to do', async () => {
  const rounds = Array.from({ length: 9 }, (_, index) => {
    const nine = Array<string>(9).fill(index === 0 ? 'x' : `*a${index - 1}`);
    return `a${index}: &a${index} [${nine.join(', ')}]\n`;
  });
  expect(await problemOf(`${rounds.join('')}${template}`)).toMatch(
    /^error [2-9]:\d+ YAML aliases expand to more than 500000 nodes; write out what they stand for$/,
  );
});

test('what looks like a template', () => {
  expect(looksLikeTemplate('{"Resources":{"A":{"Type":"AWS::SNS::Topic"}}}')).toBe(true);
  expect(looksLikeTemplate('{"dependencies":{"aws-cdk":"1"}}')).toBe(false);
  expect(isMeantAsTemplate('{"Resources":{}}')).toBe(true);
  expect(isMeantAsTemplate('docs: |\n  Resources:\n')).toBe(false);
});

test('sniffing stays linear on hostile input', () => {
  const text = `AWS::${' '.repeat(2_000_000)}${'Resources '.repeat(100_000)}`;
  expect(looksLikeTemplate(text)).toBe(false);
  expect(nestedLocations(`AWS::CloudFormation::Stack ${'Location: '.repeat(200_000)}`).length).toBe(0);
});

test('local nested templates', () => {
  const text = `Type: AWS::CloudFormation::Stack\nTemplateURL: ./a.yaml\nTemplateURL: https://s3/b.yaml\nTemplateURL: s3://b/c\nTemplateURL: !Sub x\n"Location": "../d.json"\nLocation: /abs.yaml\n`;
  expect(nestedLocations(text)).toEqual(['./a.yaml', '../d.json']);
  expect(nestedLocations('TemplateURL: ./a.yaml')).toEqual([]);
});
