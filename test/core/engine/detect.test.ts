import { expect, test } from 'vitest';
import { detect } from '../../../core/engine/detect.js';
import { FixerPool } from '../../../core/engine/fixers.js';
import type { FileSettings } from '../../../core/engine/types.js';
import type { CatalogEntry } from '../../../core/rule.js';
import { CannotEdit } from '../../../core/template/cannot-edit.js';
import { draft, entryOf, functions, ruleOf, scalarRule, templateOf } from './kit.js';

async function detected(
  text: string,
  catalog: readonly CatalogEntry[],
  {
    preset = 'all' as const,
    includeGenerated = false,
    file = 't.yaml',
  }: { preset?: 'all' | 'deploy'; includeGenerated?: boolean; file?: string } = {},
) {
  const template = await templateOf(text, file);
  const settings: FileSettings = { rules: new Map(catalog.map(({ id }) => [id, { options: undefined, preset }])) };
  return detect({ template, unit: [template], settings, accounts: [] }, new FixerPool(catalog), {
    today: '2026-01-01',
    includeGenerated,
  });
}

const old = functions({ Runtime: 'old' }, { Runtime: 'old' });

test('a draft becomes a finding with place, text and fix', async () => {
  const { findings } = await detected(old, [scalarRule('a-rule')]);
  expect(findings).toHaveLength(2);
  expect(findings[0]).toMatchObject({
    rule: 'a-rule',
    messageId: 'wrong',
    message: 'F0 is wrong',
    impact: 'high',
    certainty: 'proven',
    file: 't.yaml',
    position: { line: 5, column: 16 },
    path: ['Resources', 'F0', 'Properties', 'Runtime'],
    resource: { id: 'F0', type: 'AWS::Lambda::Function' },
    prevents: 'AWS says no to a-rule',
    fix: { title: 'Mend it', safety: 'safe', changes: [{ kind: 'edit', file: 't.yaml' }] },
  });
  expect(findings[0]).not.toHaveProperty('refusal');
});

test('findings come in the order of the text', async () => {
  const { findings } = await detected(functions({ Handler: 'old', Runtime: 'old' }), [
    scalarRule('later'),
    scalarRule('earlier', { property: 'Handler' }),
  ]);
  expect(findings.map(({ rule }) => rule)).toEqual(['earlier', 'later']);
});

test('fingerprints do not change with what stands elsewhere, and tell repeats apart', async () => {
  const rule = entryOf('twice', function* find({ template }) {
    for (const resource of template.resources())
      for (let i = 0; i < 2; i++) yield { message: 'wrong', certainty: 'proven', resource, node: resource.node };
  });
  const one = (await detected(functions({ Runtime: 'x' }), [rule])).findings.map(({ fingerprint }) => fingerprint);
  const two = (
    await detected(`# more\nDescription: x\n${functions({ Handler: 'h', Runtime: 'x' })}`, [rule])
  ).findings.map(({ fingerprint }) => fingerprint);
  expect(one).toEqual(two);
  expect(new Set(one).size).toBe(2);
  expect(one[0]).toMatch(/^[0-9a-f]{16}$/);
});

test('the preset is a matter of the message', async () => {
  const catalog = [scalarRule('blocks'), scalarRule('tidies', { message: 'untidy' })];
  expect((await detected(old, catalog, { preset: 'deploy' })).findings.map(({ rule }) => rule)).toEqual([
    'blocks',
    'blocks',
  ]);
  const all = (await detected(old, catalog)).findings;
  expect(all).toHaveLength(4);
  expect(all.find(({ rule }) => rule === 'tidies')).not.toHaveProperty('prevents');
});

test('every way to have no fix has its reason', async () => {
  const refusals: [string, object][] = [
    ['none', {}],
    ['refused', { fix: () => ({ code: 'shared', because: 'it is shared', snippet: 'x' }) }],
    [
      'cannot-edit',
      {
        fix: () => {
          throw new CannotEdit('it is an alias');
        },
      },
    ],
    ['nothing', { fix: () => ({ ...draft, edits: [], touches: [] }) }],
  ];
  const catalog = refusals.map(([id, part]) => scalarRule(id, { draft: { fix: undefined, ...part } as object }));
  const { findings } = await detected(functions({ Runtime: 'old' }), catalog);
  expect(findings.map(({ refusal }) => refusal)).toEqual([
    { code: 'needs-choice', because: 'what is meant is for a person to decide' },
    { code: 'shared', because: 'it is shared', snippet: 'x' },
    { code: 'cannot-edit', because: 'it is an alias' },
    { code: 'limit', because: 'the fix would change nothing' },
  ]);
  expect(findings.every((finding) => !('fix' in finding))).toBe(true);
});

test('a rule that fails is told of, the others go on', async () => {
  const catalog = [
    entryOf('crashes', () => {
      throw new TypeError('x is undefined\nat ...');
    }),
    scalarRule('crashes-late', {
      draft: {
        fix: () => {
          throw new Error('late');
        },
      },
    }),
    scalarRule('speaks-unknown', { draft: { message: 'nothing' } }),
    entryOf('prepares-badly', () => [], {
      prepare: async () => {
        throw new Error('no facts');
      },
    }),
    scalarRule('works'),
  ];
  const { findings, problems } = await detected(functions({ Runtime: 'old' }), catalog);
  expect(findings.map(({ rule }) => rule)).toEqual(['crashes-late', 'works']);
  expect(findings[0]?.refusal).toEqual({ code: 'withheld', because: 'the rule failed while it planned the fix' });
  expect(problems.map(({ severity, file, rule, message }) => [severity, file, rule, message])).toEqual([
    ['error', 't.yaml', 'prepares-badly', expect.stringContaining('Error: no facts')],
    [
      'error',
      't.yaml',
      'crashes',
      'the rule crashes failed here and was skipped, a defect of stackmend: TypeError: x is undefined',
    ],
    ['error', 't.yaml', 'crashes-late', expect.stringContaining('late')],
    ['error', 't.yaml', 'speaks-unknown', expect.stringContaining('no message "nothing"')],
  ]);
});

test('a macro makes everything possible and nothing safe', async () => {
  const { findings } = await detected(`Transform: MyMacro\n${old}`, [scalarRule('a-rule')]);
  expect(findings[0]).toMatchObject({ certainty: 'possible', fix: { safety: 'review' } });
  const sam = await detected(`Transform: AWS::Serverless-2016-10-31\n${old}`, [scalarRule('a-rule')]);
  expect(sam.findings[0]).toMatchObject({ certainty: 'proven', fix: { safety: 'safe' } });
});

const cdk = functions({ Runtime: 'old' }).replace(
  '    Properties:',
  '    Metadata:\n      aws:cdk:path: S/F\n    Properties:',
);

test.each([
  ['the AWS CDK', cdk, 't.yaml'],
  ['the AWS CDK', `${old}  M:\n    Type: AWS::CDK::Metadata\n`, 't.yaml'],
  ['the Serverless Framework', old, 'a/.serverless/t.yaml'],
  ['sam build', old, '.aws-sam/build/t.yaml'],
  ['sam build', cdk.replace('aws:cdk:path: S/F', 'SamResourceId: F0'), 't.yaml'],
  [
    'sam package or aws cloudformation package',
    functions({ Runtime: 'old', CodeUri: 's3://bucket/0123456789abcdef0123456789abcdef' }),
    't.yaml',
  ],
  ['a tool ("Generated by troposphere")', `---\n# Generated by troposphere\n${old}`, 't.yaml'],
  ['a tool ("DO NOT EDIT!")', `## DO NOT EDIT!\n${old}`, 't.yaml'],
])('what %s made is reported, and edited only on request', async (maker, text, file) => {
  const catalog = [scalarRule('a-rule')];
  const kept = await detected(text, catalog, { file });
  expect(kept.generatedBy).toBe(maker);
  expect(kept.findings[0]).toMatchObject({ refusal: { code: 'generated' } });
  const included = await detected(text, catalog, { file, includeGenerated: true });
  expect(included).toMatchObject({
    generatedBy: maker,
    findings: [{ fix: { title: 'Mend it' } }, ...included.findings.slice(1)],
  });
});

test.each([['CodeUri: s3://bucket/code.zip'], ['# this file was not made by a generator\nX: y']])(
  'a person wrote %s',
  async (line) => {
    const { generatedBy } = await detected(
      line.startsWith('#')
        ? `${line.split('\n')[0]}\n${old}`
        : functions({ Runtime: 'old', CodeUri: 's3://bucket/code.zip' }),
      [scalarRule('a-rule')],
    );
    expect(generatedBy).toBeUndefined();
  },
);

test('fixers are loaded for the first text that needs them, once', async () => {
  const loads: string[] = [];
  const rule = ruleOf('rare');
  const rare: CatalogEntry = {
    id: 'rare',
    needles: ['RareThing'],
    rule: async () => rule,
    cfnFixer: async () => {
      loads.push('rare');
      return { rule, needles: ['RareThing'], find: () => [] };
    },
  };
  const pool = new FixerPool([rare]);
  const settings: FileSettings = { rules: new Map([['rare', { options: {}, preset: 'all' }]]) };
  expect(await pool.loadFor('template', 'a', ['nothing'], settings)).toEqual([]);
  expect(loads).toEqual([]);
  await pool.loadFor('template', 'a', ['a RareThing'], settings);
  await pool.loadFor('template', 'b', ['a RareThing'], settings);
  expect(loads).toEqual(['rare']);
  expect(pool.concerns('template', 'RareThing', { rules: new Map() })).toBe(false);
});

test('options are those of the settings, else the defaults of the rule', async () => {
  const seen: unknown[] = [];
  const rule = ruleOf('opts', {
    options: {
      schema: () => {
        throw new Error('not needed');
      },
      defaults: { a: 1 },
    },
  });
  const entry = entryOf(
    'opts',
    ({ options }) => {
      seen.push(options);
      return [];
    },
    { rule },
  );
  const template = await templateOf(old);
  const pool = new FixerPool([entry]);
  for (const options of [undefined, { a: 2 }])
    await detect(
      {
        template,
        unit: [template],
        accounts: [],
        settings: { rules: new Map([['opts', { options, preset: 'all' }]]) },
      },
      pool,
      { today: '2026-01-01', includeGenerated: false },
    );
  expect(seen).toEqual([{ a: 1 }, { a: 2 }]);
});
