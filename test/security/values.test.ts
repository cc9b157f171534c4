// T6: no value of a scanned file leaves by anything but the patch.
import { describe, expect, test, vi } from 'vitest';
import { Collector } from '../../core/engine/collector.js';
import type { Finding } from '../../core/engine/types.js';
import type { FindingDraft } from '../../core/rule.js';
import { holdsSecret, redacted } from '../../core/text/secrets.js';
import { SourceFile } from '../../core/text/source-file.js';
import { spanOf } from '../../core/text/span.js';
import { formatNames } from '../../report/encoder.js';
import { catalog } from '../../rules/catalog.js';
import { cli, folder, git, repository } from '../cli/support.js';
import { type Fixture, listFixtures, runFixture } from '../support/fixture.js';
import { ForgeSimulator } from '../support/forge/simulator.js';
import { badWord } from '../support/test-catalog.js';
import { type Spot, anyCanary, valueSpots, withCanaries } from './canaries.js';

vi.setConfig({ testTimeout: 300_000 });

const host = { catalog: async () => catalog };

/** The findings of a text by rule and message. */
async function kindsIn(fixture: Fixture, text: string): Promise<readonly string[]> {
  const { findings } = await runFixture(fixture, text, fixture.extension, 'none');
  return findings.map(({ rule, messageId }) => `${rule} ${messageId}`).toSorted();
}

/** As many of the spots as can hold canaries without a finding being lost. */
async function surviving(fixture: Fixture, wanted: readonly string[]): Promise<readonly Spot[]> {
  const grow = async (kept: readonly Spot[], more: readonly Spot[]): Promise<readonly Spot[]> => {
    if (more.length === 0) return kept;
    const all = [...kept, ...more];
    const found = await kindsIn(fixture, withCanaries(fixture.input, all));
    if (wanted.every((kind) => found.filter((each) => each === kind).length >= count(wanted, kind))) return all;
    if (more.length === 1) return kept;
    const middle = more.length >> 1;
    return grow(await grow(kept, more.slice(0, middle)), more.slice(middle));
  };
  return grow([], valueSpots(fixture));
}

function count(kinds: readonly string[], kind: string): number {
  return kinds.filter((each) => each === kind).length;
}

/** Everything that a finding says. Snippets are source text, as the patch is. */
function textsOf({ message, prevents = '', followUps, fix, refusal, resource }: Finding): readonly string[] {
  const { id = '', type = '' } = resource ?? {};
  return [
    message,
    prevents,
    ...followUps,
    fix?.title ?? '',
    fix?.consequence.cost ?? '',
    refusal?.because ?? '',
    id,
    type,
  ];
}

const spoiled = new Map<string, Promise<Spoiled>>();

interface Spoiled {
  readonly text: string;
  readonly canaries: number;
}

/** A fixture with all the canaries that leave its findings; undefined where it has none. */
async function spoil(fixture: Fixture): Promise<Spoiled | undefined> {
  const wanted = await kindsIn(fixture, fixture.input);
  if (wanted.length === 0) return undefined;
  const key = `${fixture.rule}/${fixture.name}.${fixture.extension}`;
  const known =
    spoiled.get(key) ??
    surviving(fixture, wanted).then((spots) => ({
      text: withCanaries(fixture.input, spots),
      canaries: spots.length,
    }));
  spoiled.set(key, known);
  return known;
}

describe('canaries in all values and comments', () => {
  test.each(catalog.map(({ id }) => id))('%s tells none of them', async (id) => {
    let placed = 0;
    for (const fixture of listFixtures(id)) {
      const made = await spoil(fixture);
      if (!made) continue;
      placed += made.canaries;
      const { findings, remaining, report } = await runFixture(fixture, made.text);
      expect(findings.length).toBeGreaterThan(0);
      const said = [...findings, ...remaining].flatMap(textsOf);
      expect(leaksIn([...said, report.replaceAll(/^ +\| .*$/gm, '')].join('\n')), fixture.name).toEqual([]);
    }
    expect(placed).toBeGreaterThan(2);
  });
});

/** A repository with a YAML and a JSON template and a program of each rule, full of canaries. */
async function spoiledFiles(): Promise<Readonly<Record<string, string>>> {
  const files: Record<string, string> = {};
  const counts = new Set<string>();
  for (const fixture of listFixtures()) {
    const { rule, name, extension, config } = fixture;
    const kind = `${rule} ${extension}`;
    if (counts.has(kind) || config.options !== undefined || config.account !== undefined) continue;
    const made = await spoil(fixture);
    if (!made) continue;
    counts.add(kind);
    files[`${rule}/${name}/${extension === 'ts' ? 'index' : 'template'}.${extension}`] = made.text;
    if (extension !== 'ts') continue;
    files[`${rule}/${name}/Pulumi.yaml`] = 'name: project\nruntime: nodejs\n';
    files[`${rule}/${name}/package.json`] = '{"dependencies": {"@pulumi/aws": "^6.0.0"}}';
  }
  return files;
}

/** The canaries in a text, each with what stands around it. */
function leaksIn(text: string): readonly string[] {
  return Array.from(text.matchAll(new RegExp(`.{0,80}${anyCanary.source}.{0,40}`, 'g')), ([found]) => found);
}

/** What is source text by its meaning: patches, the texts of files, snippets to paste. */
const sources = new Set(['patch', 'diff', 'snippet', 'content', 'artifactChanges']);

/** JSON without the fields that hold source text. */
function withoutSources(json: string): string {
  return JSON.stringify(JSON.parse(json), (key, value: unknown) => (sources.has(key) ? undefined : value));
}

/** A text for people without the lines of hunks and snippets. */
function withoutHunks(text: string): string {
  return text.replaceAll(/^(?:[-+ @]| {4,}\S).*$/gm, (line) => (/^ {4}\S/.test(line) ? line : ''));
}

describe('the reports of a repository full of canaries', () => {
  const texts = { check: ['text'], diff: ['text', 'patch'], fix: ['text'] } as const;

  test('what is left out of the reports below is only source text', async () => {
    const cwd = repository(await spoiledFiles());
    const { stdout } = await cli(['diff', '--preset', 'all'], { cwd, host });
    expect(stdout).toMatch(anyCanary);
    expect(withoutHunks(stdout)).toContain('#   why: ');
    expect(withoutHunks(stdout).length).toBeGreaterThan(5_000);
  });

  test.each(Object.keys(texts) as (keyof typeof texts)[])('%s, in every format', async (command) => {
    const cwd = repository(await spoiledFiles());
    for (const format of formatNames) {
      if (format === 'patch' && command !== 'diff') continue;
      const accept = command === 'check' ? [] : ['--accept', 'review'];
      const force = command === 'fix' ? ['--force'] : [];
      const { code, stdout, stderr } = await cli(
        [command, '--preset', 'all', '--verbose', ...accept, ...force, '--format', format],
        { cwd, host },
      );
      expect(code, stderr).toBeLessThan(2);
      expect(stdout.length).toBeGreaterThan(200);
      const isJson = /^(?:json|sarif|gitlab)$/.test(format);
      const said = isJson ? withoutSources(stdout) : withoutHunks(stdout);
      expect(leaksIn(`${said}\n${stderr}`), format).toEqual([]);
    }
  });

  test('the plan of pull requests, and what they say on the forge', async () => {
    await using forge = await ForgeSimulator.start({ files: await spoiledFiles() });
    const cwd = clone(forge);
    const token = forge.token('stackmend[bot]', 'installation');
    const pr = (...args: string[]) =>
      cli(
        [
          'pr',
          '--preset',
          'all',
          '--group-by',
          'all',
          '--commit-mode',
          'git',
          '--forge',
          'github',
          '--api-url',
          forge.origin,
          ...args,
        ],
        {
          cwd,
          host,
          env: { STACKMEND_TOKEN: token },
        },
      );
    const plan = await pr('--dry-run', '--format', 'json');
    expect(plan.code, plan.stderr).toBeLessThan(2);
    const fixes = (JSON.parse(plan.stdout) as { groups: { plan: { fixes: unknown[] } }[] }).groups[0]?.plan.fixes;
    expect(fixes?.length).toBeGreaterThan(15);
    expect(plan.stdout).toMatch(anyCanary);
    expect(leaksIn(withoutSources(plan.stdout))).toEqual([]);
    const shown = await pr('--dry-run');
    expect(leaksIn(withoutHunks(shown.stdout.replaceAll(/^ {2}would send/gm, 'would send')))).toEqual([]);
    expect((await pr('--verbose')).stdout).toMatch(/^CREATED/);
    const [pull] = forge.state.pulls;
    expect(leaksIn(`${pull?.title}\n${pull?.body}`)).toEqual([]);
    const [branch] = await branches(forge);
    expect(await forge.state.store.git('show', String(branch))).toMatch(anyCanary);
    expect(await forge.state.store.git('log', '-1', '--format=%B', String(branch))).not.toMatch(anyCanary);
    expect(branch).not.toMatch(anyCanary);
  });

  test('a review: comments and summary', async () => {
    await using forge = await ForgeSimulator.start({ files: { 'README.md': 'x' } });
    const cwd = clone(forge);
    await forge.people.push('feature', await spoiledFiles());
    const { number } = await forge.people.open('feature', 'main', 'A feature');
    const args = ['review', '--preset', 'all', '--pr', String(number), '--verbose'];
    const env = {
      STACKMEND_TOKEN: forge.token('stackmend[bot]', 'installation', ['pull_requests']),
      GITHUB_API_URL: forge.origin,
    };
    const ran = await cli(args, { cwd, host, env });
    expect(ran.code, ran.stderr).toBeLessThan(2);
    const pull = forge.state.pull(number);
    const bodies = [...(pull?.reviewComments ?? []), ...(pull?.comments ?? [])].map(({ body }) => body);
    expect(bodies.length).toBeGreaterThan(10);
    for (const body of bodies) expect(leaksIn(body.replaceAll(/^(`{3,})suggestion\n[^]*?^\1$/gm, ''))).toEqual([]);
    expect(leaksIn(ran.stdout + ran.stderr)).toEqual([]);
  });
});

async function branches(forge: ForgeSimulator): Promise<readonly string[]> {
  const names = await forge.state.store.git('for-each-ref', '--format=%(refname:short)', 'refs/heads/stackmend/');
  return names.split('\n').filter(Boolean);
}

function clone(forge: ForgeSimulator): string {
  const cwd = folder();
  git(cwd, 'init', '-q', '-b', 'main');
  git(cwd, 'remote', 'add', 'origin', forge.remote);
  return cwd;
}

describe('what looks like a secret', () => {
  const secrets = {
    'key of an account': 'AKIAIOSFODNN7EXAMPLE',
    'secret key': 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    'token of GitHub': `ghp_${'a1'.repeat(18)}`,
    'token of GitLab': 'glpat-aBcDeFgHiJkLmNoPqRsT',
    'web token': 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.abc',
    'key file': '-----BEGIN RSA PRIVATE KEY-----',
    address: 'https://user:hunter22@db.example/x',
    assignment: 'DB_PASSWORD=hunter22',
    'YAML of one': 'MasterUserPassword: "hunter22"',
  };

  test.each(Object.entries(secrets))('%s: not repeated, whatever text it came into', (_, secret) => {
    expect(holdsSecret(`Grant ${secret} to nobody`)).toBe(true);
    expect(redacted(redacted(`x ${secret}`))).toBe(redacted(`x ${secret}`));
  });

  test.each([
    'MyFunctionServiceRoleDefaultPolicyB705ABD4',
    'BucketNotificationsHandler050a0587b7544547bf325f094a3db8347ECC3691',
    'ProcessOrdersV2LambdaExecutionRole',
    'arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole',
    'Password: !Ref DatabasePassword',
    "Password: '{{resolve:secretsmanager:db}}'",
    'Grant secretsmanager:GetSecretValue on Secret to Role',
    'the token ${Token} is known only at deployment',
  ])('%s is none', (text) => {
    expect(redacted(text)).toBe(text);
  });

  const draft = { message: 'named', certainty: 'proven' } as const;

  test('is taken out of every text of a finding, whatever the rule', async () => {
    const secret = secrets['key of an account'];
    const rule = { ...badWord, messages: { named: { text: 'x {value}', preset: 'deploy' } } } as const;
    const collector = new Collector({
      file: 'a.yaml',
      noun: 'template',
      isOpaque: false,
      placeOf: ({ node }) => ({ source: new SourceFile('a.yaml', 'a: 1'), span: node.span }),
      describe: () => undefined,
      makerOf: () => undefined,
      includeGenerated: false,
    });
    const node = { span: spanOf(0, 1), path: [] } as unknown as FindingDraft['node'];
    const made = { ...draft, node, data: { value: secret }, followUps: [secret] };
    const fix = { title: secret, safety: 'safe', consequence: { deployment: 'none' }, touches: [] } as const;
    const find = (): FindingDraft[] => [
      { ...made, fix: () => ({ ...fix, edits: [{ span: spanOf(0, 1), expected: 'a', text: secret }] }) },
      { ...made, fix: () => ({ code: 'limit', because: secret }) },
    ];
    collector.run({ rule, find }, undefined);
    const findings = collector.findings();
    expect(findings).toHaveLength(2);
    for (const said of findings.flatMap(textsOf)) expect(said).not.toContain(secret);
    // The edit is the repository's own text.
    expect(JSON.stringify(findings[0]?.fix?.changes)).toContain(secret);
  });

  test('in the lines of a fix: no suggestion, and the comment says why', async () => {
    const text = (key: string): string =>
      `Resources:\n  F:\n    Type: AWS::Lambda::Function\n    Properties: {Runtime: nodejs14.x, Handler: a.b, Role: r, Code: {S3Bucket: b, S3Key: k}, Environment: {Variables: {ACCESS: ${key}}}}\n`;
    await using forge = await ForgeSimulator.start({ files: { 'README.md': 'x' } });
    const cwd = clone(forge);
    await forge.people.push('feature', { 'a.yaml': text(secrets['key of an account']), 'b.yaml': text('none') });
    const { number } = await forge.people.open('feature', 'main', 'A feature');
    const env = {
      STACKMEND_TOKEN: forge.token('stackmend[bot]', 'installation', ['pull_requests']),
      GITHUB_API_URL: forge.origin,
    };
    await cli(['review', '--pr', String(number)], { cwd, host, env });
    const pull = forge.state.pull(number);
    expect(pull?.reviewComments.map(({ path }) => path)).toEqual(['b.yaml']);
    expect(pull?.comments.map(({ body }) => body)).toEqual([
      expect.stringMatching(/a\.yaml:4[^]*hold what looks like a secret, so the fix is no suggestion/),
    ]);
    expect(JSON.stringify([pull?.comments, pull?.reviewComments])).not.toContain(secrets['key of an account']);
  });
});
