// T8: what stands in a description is advice. T9: a plan file is held against the base. T11: bots do not drive each other.
import { afterEach, describe, expect, test, vi } from 'vitest';
import { loadTree } from '../../bot/base.js';
import { splitBody, withBlock } from '../../bot/body/frame.js';
import { Workshop } from '../../bot/git/repository.js';
import { branchName } from '../../bot/identity.js';
import { metadataLine, readMetadata, withMetadata } from '../../bot/metadata.js';
import { checkPlan, readPlanFile } from '../../bot/plan-file.js';
import { catalog } from '../../rules/catalog.js';
import { World, stack } from '../bot/bot.js';
import { cli } from '../cli/support.js';

vi.setConfig({ testTimeout: 300_000 });

const worlds: World[] = [];
const a = 'stack:a.yaml';
const b = 'stack:b.yaml';

async function world(): Promise<World> {
  const made = await World.start({ 'a.yaml': stack('A'), 'b.yaml': stack('B') });
  worlds.push(made);
  return made;
}

afterEach(async () => {
  await Promise.all(worlds.splice(0).map((each) => each.stop()));
});

describe('forged metadata (T8)', () => {
  const fps = ['0123456789abcdef'];
  const good = { group: a, plan: '0'.repeat(32), fixes: fps };
  const raw = (value: unknown): string =>
    `<!-- stackmend:v1 ${Buffer.from(JSON.stringify(value)).toString('base64url')} -->`;

  test('in an open pull request it is written anew, and nothing else happens', async () => {
    const made = await world();
    await made.run();
    const tips = [await made.server.tip(branchName('main', a)), await made.server.tip(branchName('main', b))];
    const { body } = made.forge.pull(1);
    const other = made.forge.pull(2);
    made.writes();
    const { block = '' } = splitBody(body);
    const forgeries = [
      withMetadata(block, { ...good, group: b }),
      withMetadata(block, { ...good, group: '../../x', closedBy: 'obsolete' }),
      withMetadata(block, { ...good, labels: ['admin'], reviewers: ['mallory'] }),
      `${raw({ g: a, p: '0'.repeat(32), fps, by: 'me', l: [{}] })}\n${block}`,
      `${raw({ __proto__: null, constructor: { prototype: { polluted: 1 } } })}\n${block}`,
      `<!-- stackmend:v1 ${'A'.repeat(50_000)} -->\n${block}`,
      '',
    ];
    for (const forged of forgeries) {
      made.forge.change({ number: 1, body: withBlock('', forged) });
      expect(await made.states()).toEqual({ [a]: 'CURRENT', [b]: 'CURRENT' });
      expect(made.writes()).toEqual(['updatePullRequest']);
      expect(readMetadata(splitBody(made.forge.pull(1).body).block ?? '')).toMatchObject({ group: a });
      expect(made.forge.pull(1)).toMatchObject({ labels: [], state: 'open' });
      expect(made.forge.pull(2)).toEqual(other);
    }
    expect([await made.server.tip(branchName('main', a)), await made.server.tip(branchName('main', b))]).toEqual(tips);
    expect({}).not.toHaveProperty('polluted');
  });

  test('the worst of it is a "no": it mutes fixes of its own group, and of none beside', async () => {
    const made = await world();
    await made.run();
    const [own, others] = [1, 2].map((number) => readMetadata(splitBody(made.forge.pull(number).body).block ?? ''));
    const { block = '' } = splitBody(made.forge.pull(1).body);
    const fixes = [...(own?.fixes ?? []), ...(others?.fixes ?? [])];
    made.forge.change({ number: 1, body: withBlock('', withMetadata(block, { ...good, fixes })), state: 'closed' });
    expect(await made.states()).toEqual({ [a]: 'CLEANED', [b]: 'CURRENT' });
  });

  test('of a stranger it is not read at all', async () => {
    const made = await world();
    await made.server.commit('feature', { 'x.txt': 'x' });
    const line = metadataLine({ ...good, fixes: ['f'.repeat(16)] });
    const body = withBlock('', line);
    await made.forge.open({ head: 'feature', base: 'main', title: 't', body, draft: false }, 'mallory');
    expect(await made.states()).toEqual({ [a]: 'CREATED', [b]: 'CREATED' });
    expect(made.forge.pull(1)).toMatchObject({ author: 'mallory', body, state: 'open' });
  });
});

/** Each value in a piece of JSON, with the way to it. */
function leavesOf(value: unknown, way: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return [way];
  return Object.entries(value).flatMap(([key, child]) =>
    leavesOf(child, [...way, Array.isArray(value) ? Number(key) : key]),
  );
}

test('a plan of which anything that decides was changed does not hold (T9)', async () => {
  const made = await world();
  const dry = await cli(['pr', '--dry-run', '--format', 'json', '--today', '2026-01-01'], {
    cwd: made.server.clone,
    host: { catalog: async () => catalog },
  });
  const workshop = await Workshop.open(made.server.clone);
  const oid = (await made.server.tip('main')) ?? '';
  const { tree, close } = await loadTree(workshop, oid);
  const judge = async (text: string): Promise<string> => {
    try {
      for (const { plan } of readPlanFile(text).groups)
        if (plan) await checkPlan(workshop, tree, plan, { branch: 'main', oid });
      return 'holds';
    } catch (error) {
      return error instanceof Error ? error.name : String(error);
    }
  };
  expect(await judge(dry.stdout)).toBe('holds');
  const whole = JSON.parse(dry.stdout) as { groups: { plan: { files: unknown[] } }[] };
  const deciding = leavesOf(whole).filter((way) => way[0] === 'groups' && (way[3] === 'files' || way[3] === 'hash'));
  expect(deciding.length).toBeGreaterThan(8);
  const values = [
    '',
    'x',
    '../a.yaml',
    '.git/config',
    '.github/workflows/x.yml',
    '/etc/passwd',
    '0'.repeat(40),
    '100755',
    '120000',
    null,
    7,
    {},
  ];
  for (const way of deciding) {
    for (const value of values) {
      const changed = structuredClone(whole) as any;
      const last = way.slice(0, -1).reduce((at: any, key) => at[key], changed);
      if (last[way.at(-1) ?? ''] === value) continue;
      last[way.at(-1) ?? ''] = value;
      expect(await judge(JSON.stringify(changed)), `${way.join('.')} = ${JSON.stringify(value)}`).toBe('PlanFileError');
    }
  }
  for (const text of ['', '[]', 'null', '{"schemaVersion": 1}', '{"__proto__": {}}', '['.repeat(100_000)])
    expect(await judge(text)).toBe('PlanFileError');
  close();
  await workshop.close();
});

test('two bots and one that answers everything, 50 rounds: after the first ones nothing is written (T11)', async () => {
  const made = await World.start({ 'a.yaml': stack('A') });
  worlds.push(made);
  let seen = '';
  const answers = (): void => {
    // A bot of somebody else: a comment for each change that it sees.
    const now = JSON.stringify([made.forge.pulls, made.forge.notes.get(1)?.length]);
    if (now !== seen && made.forge.pulls.length > 0)
      made.forge.notes.set(1, [
        ...(made.forge.notes.get(1) ?? []),
        { id: `c${now.length}`, body: '@stackmend rebase! <!-- stackmend:note human -->', author: 'chatty[bot]' },
      ]);
    seen = now;
  };
  const counts: number[] = [];
  for (let round = 0; round < 50; round++) {
    // The second bot has an account of its own.
    const second = round % 2 === 1;
    await made.run(
      second
        ? {
            around: async (call, send) =>
              call.name === 'self' ? { login: 'second[bot]', signsCommits: false } : send(),
          }
        : {},
    );
    answers();
    counts.push(made.writes().length);
  }
  expect(counts[0]).toBeGreaterThan(0);
  expect(counts.slice(2).every((count) => count === 0)).toBe(true);
  expect(made.forge.pulls).toHaveLength(1);
});
