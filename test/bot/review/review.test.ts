import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { patchLines } from '../../../bot/review/patch-lines.js';
import { type Ran, cli, folder, git, template } from '../../cli/support.js';
import { ForgeSimulator } from '../../support/forge/simulator.js';

let server: ForgeSimulator;
let token: string;
let cwd: string;

beforeEach(async () => {
  server = await ForgeSimulator.start({
    files: { 'a.yaml': template('fine', 'fine', 'fine', 'fine', 'fine', 'fine', 'fine'), 'old.yaml': template('bad') },
  });
  token = server.token('stackmend[bot]', 'installation', ['pull_requests']);
  cwd = folder();
  // Waiting for git here would keep the forge, which lives in this process, from answering it.
  git(cwd, 'init', '-q', '-b', 'main');
  git(cwd, 'remote', 'add', 'origin', server.remote);
});
afterEach(async () => {
  if (server.violations.length > 0) throw new Error(server.violations.join('\n'));
  await server[Symbol.asyncDispose]();
});

async function open(files: Readonly<Record<string, string>>): Promise<number> {
  await server.people.push('feature', files);
  const { number } = await server.people.open('feature', 'main', 'A feature');
  return number;
}

function review(number: number, ...more: readonly string[]): Promise<Ran> {
  return cli(['review', '--pr', String(number), ...more], {
    cwd,
    env: { GITHUB_TOKEN: token, GITHUB_API_URL: server.origin, GITHUB_SERVER_URL: server.origin },
  });
}

const pullOf = (number: number) => {
  const pull = server.state.pull(number);
  if (!pull) throw new Error('no such pull request');
  return pull;
};

test('the author gets suggestions on own lines and one comment for the rest, once', async () => {
  const number = await open({ 'a.yaml': template('bad', 'fine', 'fine', 'fine', 'fine', 'stuck', 'risky') });
  const first = await review(number);
  expect(first).toEqual({
    code: 0,
    stdout: `Pull request ${number}: 2 suggestions, and the rest in one comment.\n`,
    stderr: '',
  });
  const pull = pullOf(number);
  expect(pull.reviews.map(({ state }) => state)).toEqual(['COMMENTED']);
  expect(pull.reviewComments.map(({ path, line, body }) => [path, line, body.split('\n').slice(-3)])).toEqual([
    ['a.yaml', 6, ['```suggestion', '      BucketName: good', '```']],
    ['a.yaml', 30, ['```suggestion', '      BucketName: calm', '```']],
  ]);
  expect(pull.comments).toHaveLength(1);
  expect(pull.comments[0]?.body).toContain('`a.yaml:26`');
  // What the pull request does not change is not its business.
  expect(JSON.stringify([pull.comments, pull.reviewComments])).not.toContain('old.yaml');
  const writes = server.faults.log.length;
  expect((await review(number)).stdout).toBe(`Pull request ${number}: nothing new to say.\n`);
  const again = server.faults.log.slice(writes);
  expect(again.length).toBeGreaterThan(3);
  expect(again.filter(({ write }) => write)).toEqual([]);
});

test('the one comment is changed in place, also when nothing is left', async () => {
  const number = await open({ 'a.yaml': template('stuck', 'stuck') });
  await review(number);
  const before = pullOf(number).comments[0];
  const body = before?.body;
  await server.people.push('feature', { 'a.yaml': template('stuck', 'fine') });
  expect((await review(number)).stdout).toContain('the comment was changed');
  await server.people.push('feature', { 'a.yaml': template('fine', 'fine') });
  await review(number);
  const { comments } = pullOf(number);
  expect(comments.map(({ id }) => id)).toEqual([before?.id]);
  expect(comments[0]?.body).not.toBe(body);
  expect(comments[0]?.body).toContain('Nothing is left to say');
});

test('more than thirty comments go in several requests, and none is lost', async () => {
  const number = await open({ 'b.yaml': template(...Array<string>(35).fill('bad')) });
  expect((await review(number)).stdout).toContain('35 suggestions');
  const { reviews, reviewComments } = pullOf(number);
  expect(reviews).toHaveLength(2);
  expect(reviewComments).toHaveLength(35);
});

test('a dry run sends nothing and shows it; what cannot be judged is 2', async () => {
  const number = await open({ 'b.yaml': template('bad'), 'c.yaml': `${template('bad')}  - [` });
  const ran = await review(number, '--dry-run');
  expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining('c.yaml')]);
  expect(ran.stdout).toContain('1 suggestion, and the rest in one comment (not sent).');
  expect(ran.stdout).toContain('b.yaml:6\n');
  expect([pullOf(number).comments, pullOf(number).reviews]).toEqual([[], []]);
});

test('a lost answer is not sent again, and the next run says nothing twice', async () => {
  const number = await open({ 'b.yaml': template('bad', 'stuck') });
  // The review is sent where a dry run goes on to the comments.
  await review(number, '--dry-run');
  const call = server.faults.log.find(({ name }) => name.endsWith('/issues/{issue_number}/comments'))?.number ?? 0;
  server.faults.clear();
  server.faults.armed = { kind: 'lost', call, when: 'after', how: '502' };
  const lost = await review(number);
  expect(lost.code).toBe(1);
  expect(lost.stderr).toMatch(/^stackmend: .+\n/);
  expect(pullOf(number).reviewComments).toHaveLength(1);
  expect((await review(number)).code).toBe(0);
  expect(pullOf(number).reviewComments).toHaveLength(1);
  expect(pullOf(number).comments).toHaveLength(1);
});

describe('nothing is said', () => {
  test('on a closed one', async () => {
    const number = await open({ 'b.yaml': template('bad') });
    server.people.close(number);
    expect((await review(number)).stdout).toBe(`Pull request ${number} is closed: nothing was said.\n`);
  });

  test('where the pull request moved on', async () => {
    const number = await open({ 'b.yaml': template('bad') });
    const head = await server.people.push('feature', { 'b.yaml': template('bad', 'bad') });
    const old = await review(number, '--head', '0'.repeat(40));
    expect(old.stdout).toBe(`Pull request ${number} stands at another commit: nothing was said.\n`);
    expect(pullOf(number).reviews).toEqual([]);
    expect((await review(number, '--head', head)).stdout).toContain('2 suggestions');
  });

  test('without a token, and a token that is refused is not shown', async () => {
    const number = await open({ 'b.yaml': template('bad') });
    expect((await cli(['review', '--pr', String(number)], { cwd })).stderr).toContain('review needs a token');
    const wrong = 'ghs_canary0123456789';
    const ran = await cli(['review', '--pr', String(number)], {
      cwd,
      env: { STACKMEND_TOKEN: wrong, GITHUB_API_URL: server.origin },
    });
    expect(ran.code).toBe(1);
    expect(ran.stdout + ran.stderr).not.toContain(wrong);
  });
});

test('patches are read as forges show them', () => {
  const patch = '@@ -1,3 +1,4 @@ Resources:\n a\n+b\n c\n-d\n+e\n\\ No newline at end of file\n@@ -9 +10,0 @@\n-x';
  expect(patchLines(patch)).toEqual({ hunks: [{ start: 1, end: 4 }], touched: new Set([2, 4]) });
});
