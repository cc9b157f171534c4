import { expect, test } from 'vitest';
import { commentsOf } from '../../../core/engine/comments.js';
import { fixOne, scalarRule, templateOf } from './kit.js';

const catalog = [scalarRule('a-rule'), scalarRule('b-rule', { property: 'Handler' })];

async function judged(text: string, file = 't.yaml') {
  const report = await fixOne(text, catalog, { accept: 'none', file });
  return {
    left: report.findings.map(({ rule }) => rule),
    suppressed: report.suppressed.map(({ rule }) => rule),
    problems: report.suppressionProblems.map(
      ({ position, message }) => `${position.line}:${position.column} ${message}`,
    ),
  };
}

function yaml(lines: {
  id?: string;
  above?: string;
  type?: string;
  properties?: string;
  line?: string;
  before?: string;
}): string {
  const { id = '', above = '', type = '', properties = '', line = '', before = '' } = lines;
  return `Resources:\n${above}  F:${id}\n    Type: AWS::Lambda::Function${type}\n    Properties:${properties}\n      MemorySize: 128\n${before}      Runtime: old${line}\n`;
}

const why = '# stackmend-ignore a-rule we mend it next week';

test.each([
  ['on its line', yaml({ line: ` ${why}` })],
  ['on the line above', yaml({ before: `      ${why}\n` })],
  ['above, under other comments', yaml({ before: `      ${why}\n      # and another\n` })],
  ['on the line of the resource', yaml({ id: ` ${why}` })],
  ['above the resource', yaml({ above: `  ${why}\n` })],
  ['on an attribute of the resource', yaml({ type: ` ${why}` })],
  ['on the line of Properties', yaml({ properties: ` ${why}` })],
  ['in CRLF', yaml({ line: ` ${why}` }).replaceAll('\n', '\r\n')],
  ['with several rules', yaml({ line: ' # stackmend-ignore a-rule: as agreed' })],
])('a comment %s', async (_, text) => {
  expect(await judged(text)).toEqual({ left: [], suppressed: ['a-rule'], problems: [] });
});

test('a comment elsewhere does nothing, and is told of', async () => {
  const text = yaml({}).replace('      MemorySize: 128\n', `      MemorySize: 128 ${why}\n`);
  expect(await judged(text)).toEqual({
    left: ['a-rule'],
    suppressed: [],
    problems: ['5:23 a-rule finds nothing here: remove what ignores it'],
  });
});

test('a comment behind code does not reach the next line', async () => {
  const text = yaml({}).replace('MemorySize: 128', `MemorySize: 128 ${why}`);
  expect((await judged(text)).left).toEqual(['a-rule']);
});

test('several rules in one comment, one of them unused', async () => {
  const text = `Resources:\n  # stackmend-ignore a-rule, b-rule both are meant\n  F:\n    Type: AWS::Lambda::Function\n    Properties:\n      Runtime: old\n`;
  expect(await judged(text)).toEqual({
    left: [],
    suppressed: ['a-rule'],
    problems: ['2:3 b-rule finds nothing here: remove what ignores it'],
  });
});

test.each([
  [
    'without a reason',
    '# stackmend-ignore a-rule',
    "ignoring a-rule needs a reason behind the rule's name; without one it does not count",
  ],
  ['without a rule', '# stackmend-ignore', 'stackmend-ignore needs the name of a rule and a reason'],
  ['for an unknown rule', '# stackmend-ignore no-rule because', 'there is no rule "no-rule" to ignore'],
])('a comment %s does not count', async (_, comment, message) => {
  expect(await judged(yaml({ line: ` ${comment}` }))).toEqual({
    left: ['a-rule'],
    suppressed: [],
    problems: [`6:20 ${message}`],
  });
});

test('text that looks like the comment is no comment', async () => {
  const scalar = `Resources:\n  F:\n    Type: AWS::Lambda::Function\n    Properties:\n      Code: |\n        ${why}\n        # stackmend-ignore\n      "Note ${why}": "x ${why}"\n      Runtime: old\n`;
  expect(await judged(scalar)).toEqual({ left: ['a-rule'], suppressed: [], problems: [] });
});

test('a rule that is not selected is not called unused; a message that the preset hides counts as used', async () => {
  const text = yaml({ line: ` ${why}` });
  const report = await fixOne(text, [scalarRule('a-rule', { message: 'untidy' }), scalarRule('x-rule')], {
    preset: 'deploy',
  });
  expect(report.suppressionProblems).toEqual([]);
  const settings = { settingsFor: () => ({ rules: new Map([['b-rule', { options: {}, preset: 'all' as const }]]) }) };
  const other = await fixOne(text.replace('Runtime', 'Handler'), catalog, settings);
  expect(other.suppressionProblems).toEqual([]);
});

test('Metadata of a resource and of the template, in both syntaxes', async () => {
  const metadata = { stackmend: { ignore: [{ rule: 'a-rule', reason: 'as agreed' }] } };
  const resource = { Type: 'AWS::Lambda::Function', Properties: { Runtime: 'old' } };
  const done = { left: [], suppressed: ['a-rule'], problems: [] };
  expect(await judged(JSON.stringify({ Resources: { F: { ...resource, Metadata: metadata } } }), 't.json')).toEqual(
    done,
  );
  expect(await judged(JSON.stringify({ Metadata: metadata, Resources: { F: resource } }), 't.json')).toEqual(done);
  expect(await judged(`Metadata:\n  stackmend:\n    ignore:\n      - a-rule as agreed\n${yaml({})}`)).toEqual(done);
  expect(
    await judged(
      yaml({}).replace(
        '    Properties:',
        '    Metadata: { stackmend: { ignore: [a-rule - as agreed] } }\n    Properties:',
      ),
    ),
  ).toEqual(done);
});

test('Metadata of another resource, without a reason, or not understood', async () => {
  const entries = '[{ rule: b-rule, reason: x }, { rule: a-rule }, 7, a-rule]';
  const { left, problems } = await judged(
    yaml({}).replace('    Properties:', `    Metadata: { stackmend: { ignore: ${entries} } }\n    Properties:`),
  );
  expect(left).toEqual(['a-rule']);
  expect(problems.map((problem) => problem.replace(/^\S+ /, ''))).toEqual([
    'b-rule finds nothing here: remove what ignores it',
    "ignoring a-rule needs a reason behind the rule's name; without one it does not count",
    'an entry of ignore is {rule, reason} or "rule reason"',
    "ignoring a-rule needs a reason behind the rule's name; without one it does not count",
  ]);
});

test('two directives for one finding: the second is too many', async () => {
  const text = yaml({ before: `      ${why}\n`, line: ` ${why}` });
  expect((await judged(text)).problems).toEqual(['7:20 a-rule is ignored here twice: remove one']);
});

test('what is ignored is not mended', async () => {
  const report = await fixOne(yaml({ line: ` ${why}` }), catalog);
  expect(report.after).toBe(report.before);
});

test('a directive is found in a file that no rule concerns', async () => {
  const text = `Resources:\n  T: # stackmend-ignore a-rule x\n    Type: AWS::SNS::Topic\n`;
  expect((await judged(text)).problems).toEqual(['2:6 a-rule finds nothing here: remove what ignores it']);
});

test('comments of a YAML text', async () => {
  const text =
    '\uFEFF# head\nResources: # the # rest\n  T:\n    Type: AWS::SNS::Topic\n    A: a#b\n    B: \'c # d\' #e\n    C: | # header\n      # inside\n    # outside\n    "k # k": {x: 1} # last';
  expect(
    commentsOf(await templateOf(text)).map(({ text: comment, ownLine }) => `${comment}${ownLine ? ' (own)' : ''}`),
  ).toEqual(['# head (own)', '# the # rest', '#e', '# header', '# outside (own)', '# last']);
  expect(commentsOf(await templateOf('{"Resources": {"A # b": {"Type": "AWS::SNS::Topic"}}}', 't.json'))).toEqual([]);
});
