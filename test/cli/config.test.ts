import { mkdirSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { configJsonSchema } from '../../cli/config/schema.js';
import { badWord, reserved, riskyWord } from '../support/test-catalog.js';
import type { Rule } from '../../core/rule.js';
import { type Ran, cli, folder, read, template } from './support.js';

const risky = template('risky');

/** What `fix --accept review` makes of a risky word under a config. */
async function mended(files: Readonly<Record<string, string>>, name = 'a.yaml'): Promise<string> {
  const cwd = folder({ [name]: risky, ...files });
  await cli(['fix', '--accept', 'review', name], { cwd });
  return /BucketName: (\w+)/.exec(read(cwd, name))?.[1] ?? '';
}

async function failing(name: string, text: string): Promise<Ran> {
  return cli(['check'], { cwd: folder({ 'a.yaml': risky, [name]: text }) });
}

/** What `check` says of an odd word under a config. */
async function shown(config: object): Promise<string> {
  const cwd = folder({ 'a.yaml': template('odd'), 'stackmend.config.json': JSON.stringify(config) });
  return (await cli(['check', 'a.yaml'], { cwd })).stdout;
}

/** What `fix` makes of a risky word two folders below the root, where it is run. */
async function inSub(files: Readonly<Record<string, string>>, isRepository: boolean): Promise<string> {
  const root = folder({ 'sub/deep/a.yaml': risky, ...files });
  if (isRepository) mkdirSync(`${root}/.git`);
  await cli(['fix', '--accept', 'review', '--force'], { cwd: `${root}/sub/deep` });
  return /BucketName: (\w+)/.exec(read(root, 'sub/deep/a.yaml'))?.[1] ?? '';
}

describe('what a config decides', () => {
  test.each<[string, string, string]>([
    ['options as JSON', 'stackmend.config.json', '{"rules": {"test-risky-word": {"to": "still"}}}'],
    [
      'options as JSON with comments and a BOM',
      'stackmend.config.json',
      '\uFEFF// ours\n{"rules": {"test-risky-word": {"to": "still"},}}',
    ],
    ['options as YAML', 'stackmend.config.yaml', 'rules:\n  test-risky-word:\n    to: still\n'],
    ['options as .yml', 'stackmend.config.yml', 'rules: {test-risky-word: {to: still}}'],
    [
      'an override for the path',
      'stackmend.config.json',
      '{"rules": {"test-risky-word": {"to": "x"}}, "overrides": [{"paths": ["*.yaml"], "rules": {"test-risky-word": {"to": "still"}}}]}',
    ],
  ])('%s', async (_name, file, text) => {
    expect(await mended({ [file]: text })).toBe('still');
  });

  test('a rule that is off', async () => {
    expect(await mended({ 'stackmend.config.json': '{"rules": {"test-risky-word": false}}' })).toBe('risky');
  });

  test('an override for other paths', async () => {
    const config = '{"overrides": [{"paths": ["infra/"], "rules": {"test-risky-word": false}}]}';
    expect(await mended({ 'stackmend.config.json': config })).toBe('calm');
    expect(await mended({ 'stackmend.config.json': config }, 'infra/x/a.yaml')).toBe('risky');
  });

  test('later overrides win, and options add up', async () => {
    const overrides = [
      { paths: ['**'], rules: { 'test-risky-word': false } },
      { paths: ['a.yaml'], rules: { 'test-risky-word': { mode: 'hard' } } },
      { paths: ['a.*'], rules: { 'test-risky-word': { to: 'still' } } },
    ];
    expect(await mended({ 'stackmend.config.json': JSON.stringify({ overrides }) })).toBe('still');
  });

  test('ignored files are not looked at', async () => {
    expect(await mended({ 'stackmend.config.json': '{"ignore": ["a.yaml"]}' })).toBe('risky');
    expect(await mended({ 'stackmend.config.json': '{"ignore": ["old"]}' }, 'x/old/y/a.yaml')).toBe('risky');
    expect(await mended({ 'stackmend.config.json': '{"ignore": ["./old"]}' }, 'x/old/y/a.yaml')).toBe('calm');
  });

  test('accept, and a flag over it', async () => {
    const cwd = folder({ 'a.yaml': risky, 'stackmend.config.json': '{"accept": "review"}' });
    await cli(['fix', '--accept', 'safe'], { cwd });
    expect(read(cwd, 'a.yaml')).toBe(risky);
    await cli(['fix'], { cwd });
    expect(read(cwd, 'a.yaml')).toBe(template('calm'));
  });

  test('the preset, and naming a rule that lies outside it', async () => {
    expect(await shown({ preset: 'deploy' })).not.toContain('is odd');
    expect(await shown({ preset: 'all' })).toContain('is odd');
    expect(await shown({ rules: { 'test-odd-word': true } })).toContain('is odd');
    expect(await shown({ rules: { 'test-odd-word': { preset: 'all' } } })).toContain('is odd');
    expect(await shown({ preset: 'all', rules: { 'test-odd-word': { preset: 'deploy' } } })).not.toContain('is odd');
    expect(await shown({ overrides: [{ paths: ['a.yaml'], preset: 'all' }] })).toContain('is odd');
  });
});

describe('where a config is found', () => {
  const still = '{"rules": {"test-risky-word": {"to": "still"}}}';
  test('upwards to the root of the repository, the nearest first', async () => {
    expect(await inSub({ 'stackmend.config.json': still }, true)).toBe('still');
    expect(await inSub({ 'stackmend.config.json': still, 'sub/stackmend.config.yaml': '{}' }, true)).toBe('calm');
  });

  test('outside a repository only in the directory itself', async () => {
    expect(await inSub({ 'stackmend.config.json': still }, false)).toBe('calm');
    expect(await inSub({ 'sub/deep/stackmend.config.json': still }, false)).toBe('still');
  });

  test('its globs are relative to it', async () => {
    expect(await inSub({ 'stackmend.config.json': '{"ignore": ["sub/deep/*.yaml"]}' }, true)).toBe('risky');
    expect(await inSub({ 'stackmend.config.json': '{"ignore": ["sub/a.yaml"]}' }, true)).toBe('calm');
    expect(
      await inSub(
        {
          'stackmend.config.json':
            '{"overrides": [{"paths": ["sub/deep"], "rules": {"test-risky-word": {"to": "still"}}}]}',
        },
        true,
      ),
    ).toBe('still');
  });

  test('--config names another', async () => {
    const cwd = folder({ 'a.yaml': risky, 'stackmend.config.json': '{', 'other.json': still });
    await cli(['fix', '--accept', 'review', '--config', 'other.json', 'a.yaml'], { cwd });
    expect(read(cwd, 'a.yaml')).toBe(template('still'));
  });
});

describe('what is wrong is named with its place', () => {
  test.each<[string, string, string]>([
    ['{\n  "presets": "all"\n}', '2:3', 'unknown key "presets"; did you mean "preset"?'],
    ['{"preset": "al"}', '1:12', 'preset: expected "deploy" or "all"'],
    ['{"rules": {"test-risky-wrod": true}}', '1:12', 'unknown rule "test-risky-wrod"; did you mean "test-risky-word"?'],
    [
      '{"rules": {"test-risky-word": {\n "too": "x"}}}',
      '2:2',
      'unknown option of test-risky-word "too"; did you mean "to"?',
    ],
    [
      '{"rules": {"test-risky-word": {"mode": "sft"}}}',
      '1:40',
      'rules.test-risky-word.mode: expected "soft" or "hard"',
    ],
    ['{"rules": {"test-risky-word": {"to": 3}}}', '1:38', 'rules.test-risky-word.to: expected string, received number'],
    [
      '{"rules": {"test-risky-word": "off"}}',
      '1:31',
      'rules.test-risky-word: expected true, false or an object of options',
    ],
    [
      '{"rules": {"test-risky-word": {"preset": "x"}}}',
      '1:42',
      'rules.test-risky-word.preset: expected "deploy" or "all"',
    ],
    [
      '{"overrides": [{"paths": ["x"], "rules": {"test-bad-wrd": false}}]}',
      '1:43',
      'unknown rule "test-bad-wrd"; did you mean "test-bad-word"?',
    ],
    ['{"overrides": [{"path": ["x"]}]}', '1:17', 'unknown key "path"; did you mean "paths"?'],
    ['{"accounts": [{"name": "x", "limit": "10"}]}', '1:38', 'accounts.0.limit: expected number, received string'],
    ['{"accounts": [{"name": "x"}]}', '1:15', 'accounts.0.limit: is missing, expected number'],
    [
      '{"accounts": [{"name": "x", "limit": 1, "unreservd": 1}]}',
      '1:41',
      'unknown key "unreservd"; did you mean "unreserved"?',
    ],
    ['{"ignore": ["!x"]}', '1:13', 'ignore.0: a pattern here cannot be turned round with "!"'],
    [
      '{"accounts": [{"name": "x", "limit": 10, "unreserved": 20}]}',
      '1:56',
      'accounts.0.unreserved: is larger than the limit of the account',
    ],
    ['{"preset": "all",\n "preset": "deploy"}', '2:2', 'cannot be read: the key "preset" stands twice'],
    ['{"__proto__": {"preset": "all"}}', '1:2', 'unknown key "__proto__"; known are $schema, '],
    ['{"rules": {"__proto__": {"preset": "all"}}}', '1:12', 'no key can be named "__proto__"'],
    ['[]', '1:1', 'expected object, received array'],
    ['{"preset": }', '1:12', 'cannot be read: Value expected'],
  ])('%s', async (text, place, message) => {
    const { code, stderr } = await failing('stackmend.config.json', text);
    expect(stderr).toContain(`stackmend.config.json:${place}: ${message}`);
    expect(stderr).not.toContain('\n    at ');
    expect(code).toBe(2);
  });

  test.each<[string, string, string]>([
    ['rules:\n  test-risky-word:\n    too: x\n', '3:5', 'unknown option of test-risky-word "too"; did you mean "to"?'],
    ['preset: everything\n', '1:9', 'preset: expected "deploy" or "all"'],
    [
      'a: [',
      '1:5',
      'cannot be read: Flow sequence in block collection must be sufficiently indented and end with a ]\n',
    ],
    ['preset: all\npreset: deploy\n', '2:1', 'cannot be read: Map keys must be unique\n'],
    ['preset: all\n---\npreset: deploy\n', '2:1', 'cannot be read: there are several YAML documents\n'],
    ['rules:\n  __proto__:\n    preset: all\n', '2:3', 'no key can be named "__proto__"'],
    ['a: &a [*a]\n', '1:1', 'unknown key "a"; '],
  ])('%j as YAML', async (text, place, message) => {
    const { code, stderr } = await failing('stackmend.config.yaml', text);
    expect(stderr).toContain(`stackmend.config.yaml:${place}: ${message}`);
    expect(code).toBe(2);
  });

  test('every mistake at once', async () => {
    const { stderr } = await failing('stackmend.config.json', '{"presets": 1,\n"ignored": []}');
    expect(stderr).toBe(
      'stackmend: stackmend.config.json:1:2: unknown key "presets"; did you mean "preset"?\n' +
        'stackmend.config.json:2:1: unknown key "ignored"; did you mean "ignore"?\n' +
        'hint: the keys are described in schemas/config.schema.json of the package\n',
    );
  });

  test('a config that is not there', async () => {
    expect((await cli(['check', '--config', 'no.json'])).stderr).toBe(
      'stackmend: no.json cannot be read: there is no such file or directory\nhint: name another with --config\n',
    );
  });

  test('JavaScript is never a config', async () => {
    const { stderr } = await cli(['check', '--config', 'x.js'], { cwd: folder({ 'x.js': 'globalThis.owned = 1' }) });
    expect(stderr).toContain('x.js:1:1: cannot be read');
    expect(globalThis).not.toHaveProperty('owned');
  });
});

test('the JSON schema agrees with the check', async () => {
  const rules = [badWord, riskyWord, reserved] as unknown as readonly Rule[];
  const validate = new Ajv2020({ strict: false }).compile(await configJsonSchema(rules));
  const valid = (config: unknown): boolean => validate(config);
  expect(
    valid({
      $schema: 'x',
      preset: 'all',
      rules: { 'test-risky-word': { to: 'x', preset: 'all' }, 'test-bad-word': false },
    }),
  ).toBe(true);
  expect(
    valid({
      rules: { 'lambda-reserved-concurrency': { caps: { Handler: 5 } } },
      overrides: [{ paths: ['x'], rules: { 'test-bad-word': true } }],
    }),
  ).toBe(true);
  expect(valid({ accounts: [{ name: 'x', limit: 10, shareBudget: true, reservations: { f: 1 } }] })).toBe(true);
  expect(valid({ rules: { 'test-risky-word': { too: 'x' } } })).toBe(false);
  expect(valid({ rules: { 'test-bad-wrod': true } })).toBe(false);
  expect(valid({ overrides: [{ paths: ['x'], rules: { nope: true } }] })).toBe(false);
  expect(valid({ presets: 'all' })).toBe(false);
});
