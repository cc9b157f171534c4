import { describe, expect, test } from 'vitest';
import { cli } from './support.js';

describe('explain a rule', () => {
  test('its page', async () => {
    const { code, stdout } = await cli(['explain', 'lambda-reserved-concurrency']);
    expect(stdout).toBe(`# lambda-reserved-concurrency

Reserved concurrency that the account may not hold.

Impact: critical. Presets: deploy, all. Since 0.1.0.

## Why

The account may not hold it.

## What AWS answers

- below its minimum value of [10]

## What it reports

- {figures} (preset deploy)

## Options

- \`caps\` (object of integer). By default \`{}\`.
- \`maxPerFunction\` (integer): Largest of any one.

## References

- https://docs.aws.amazon.com/example
`);
    expect(code).toBe(0);
  });

  test.each([
    ['test-bad-wrod', 'did you mean "test-bad-word"?'],
    ['reserved', 'did you mean "lambda-reserved-concurrency"?'],
    ['xyz', 'see "stackmend rules"'],
  ])('%s is none', async (id, hint) => {
    expect(await cli(['explain', id])).toEqual({
      code: 2,
      stdout: '',
      stderr: `stackmend: unknown rule "${id}"\nhint: ${hint}\n`,
    });
  });
});

describe('explain a deployment error', () => {
  test('a small minimum is the quota itself, so a flag says it all', async () => {
    const { code, stdout } = await cli([
      'explain',
      'Resource handler returned message: ...UnreservedConcurrentExecution below its\n      minimum value of [10]. (Service: Lambda',
    ]);
    expect(stdout).toContain(
      'AWS said: below its minimum value of [10]\n    executions that must stay unreserved: 10\n',
    );
    expect(stdout).toContain('    stackmend diff --rule lambda-reserved-concurrency --account-limit 10\n');
    expect(stdout).toContain(
      '    stackmend fix --rule lambda-reserved-concurrency --account-limit 10 --accept review\n',
    );
    expect(code).toBe(0);
  });

  test('the documented minimum says nothing of the quota, so AWS is asked first', async () => {
    const { stdout } = await cli(['explain', 'below its minimum value of [100]']);
    expect(stdout).toContain('    aws lambda get-account-settings > account.json\n');
    expect(stdout).toContain(
      '    stackmend fix --rule lambda-reserved-concurrency --account account.json --accept review\n',
    );
  });

  test('other figures, words without quotes, standard input', async () => {
    const { stdout } = await cli(['explain', '-'], {
      stdin: 'FAILED\n\u001B[31mthe word\nugly is bad\u001B[0m for arn:aws:s3:::x\u202E\nrolled back',
    });
    expect(stdout).toContain(String.raw`    ARN: arn:aws:s3:::x\u202e`);
    expect(stdout).toContain('    word: ugly\n');
    expect(stdout).toContain('    stackmend diff --rule test-bad-word\n    '.trimEnd());
    expect((await cli(['explain', 'the', 'word', 'x', 'is', 'bad', 'for', 'arn:y'])).code).toBe(0);
  });

  test('several at once: one command for all', async () => {
    const { stdout } = await cli(['explain', 'the word x is bad for arn:y ... below its minimum value of [10]']);
    expect(stdout).toContain('stackmend diff --rule test-bad-word,lambda-reserved-concurrency --account-limit 10\n');
  });

  test('one that no rule knows', async () => {
    expect(await cli(['explain', 'the cat sat on the mat'])).toEqual({
      code: 1,
      stdout:
        'No rule of stackmend knows this error, so it has no fix for it.\nTo see what else the templates have: stackmend check --preset all\n',
      stderr: '',
    });
  });

  test('nothing', async () => {
    expect((await cli(['explain', '-'], { stdin: ' \n' })).stderr).toContain('there is nothing to explain');
    expect((await cli(['explain'])).stderr).toContain("missing required argument 'what'");
  });
});

describe('rules', () => {
  test('as a table', async () => {
    const { code, stdout } = await cli(['rules']);
    expect(stdout).toContain('rule                         impact    preset  what it finds\n');
    expect(stdout).toContain('test-file-name               low       all     File off the convention\n');
    expect(code).toBe(0);
  });

  test('as JSON', async () => {
    const rows = JSON.parse((await cli(['rules', '--format', 'json'])).stdout) as object[];
    expect(rows).toContainEqual(
      expect.objectContaining({
        id: 'test-bad-word',
        impact: 'high',
        presets: ['deploy', 'all'],
        errors: ['the word bad is bad for arn:aws:x'],
      }),
    );
  });
});
