import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  actionResources,
  resourceArns,
  deploymentErrors,
  environmentWords,
  findManagedPolicy,
  isCreatable,
  limits,
  managedPolicies,
  permissions,
  reservedEnvKeys,
  retrieved,
  runtimes,
  samPolicyTemplates,
  type PermissionSet,
  type Runtime,
} from '../facts/index.js';
import { schemas } from '../facts/schema.js';

const FOLDER = new URL('../facts/', import.meta.url);

function read(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), 'utf8'));
}

function duplicates(values: readonly string[]): readonly string[] {
  return values.filter((value, index) => values.indexOf(value) !== index);
}

function covers(pattern: string, action: string): boolean {
  return new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'i').test(action);
}

describe('files', () => {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));

  test('each has a schema, each schema a file', () => {
    expect(files.toSorted()).toEqual(
      Object.keys(schemas)
        .map((name) => `${name}.json`)
        .toSorted(),
    );
  });

  test.each(Object.entries(schemas))('%s matches its schema', (name, schema) => {
    expect(schema.safeParse(read(name)).error?.issues.slice(0, 5) ?? []).toEqual([]);
  });
});

describe('runtimes', () => {
  const entries = Object.entries(runtimes);
  const creatable = (id: string, day: string) =>
    entries.some(([each, runtime]) => each === id && isCreatable(runtime, day));
  const idsWhere = (holds: (runtime: Runtime) => boolean) =>
    entries.filter(([, each]) => holds(each)).map(([id]) => id);

  test.each(entries)(
    '%s leads only to runtimes that can be created',
    (_id, { conservativeTarget, successorLatest }) => {
      const targets = [conservativeTarget, successorLatest].filter((id) => id !== null);
      expect(targets.filter((id) => !creatable(id, retrieved.runtimes))).toEqual([]);
    },
  );

  test('a conservative target is final, of the same family or OS-only, and takes inline code where the old one did', () => {
    const wrong = idsWhere((old) => {
      const next = old.conservativeTarget === null ? undefined : runtimes[old.conservativeTarget];
      if (next === undefined) return false;
      const fits = next.family === old.family || next.family === 'provided';
      return next.conservativeTarget !== null || !fits || next.inlineZipFile !== old.inlineZipFile;
    });
    expect(wrong).toEqual([]);
  });

  test('creation is blocked no later than updates, and only together with them', () => {
    const wrong = idsWhere(({ blockCreate, blockUpdate }) =>
      blockCreate === null || blockUpdate === null ? blockCreate !== blockUpdate : blockCreate > blockUpdate,
    );
    expect(wrong).toEqual([]);
  });

  test('what can no longer be created has a conservative target', () => {
    const retired = idsWhere((runtime) => runtime.preview !== true && !isCreatable(runtime, retrieved.runtimes));
    expect(retired).toContain('go1.x');
    expect(retired.filter((id) => runtimes[id]?.conservativeTarget == null)).toEqual([]);
  });

  test('inline code is for the families that the limits name', () => {
    const wrong = idsWhere(
      ({ family, inlineZipFile }) => inlineZipFile !== limits.inlineCode.families.includes(family),
    );
    expect(wrong).toEqual([]);
  });

  test.each([
    ['go1.x', '2024-02-07', true],
    ['go1.x', '2024-02-08', false],
    ['nodejs20.x', '2026-11-21', true],
    ['nodejs20.x', '2027-02-01', false],
    ['dotnet7', '2023-01-01', false],
    ['python3.15', '2026-11-21', false],
  ])('%s on %s can be created: %s', (id, day, expected) => {
    expect(creatable(id, day)).toBe(expected);
  });
});

describe('permissions', () => {
  const { dlq, destinations, eventSources, eventSourceFailure, vpc, tracing } = permissions;
  const byTarget = Object.entries({ dlq, destinations, eventSources, eventSourceFailure }).flatMap(
    ([part, { targets }]) =>
      Object.entries(targets).flatMap(([type, set]) => (set ? [[`${part}.${type}`, set] as const] : [])),
  );
  const sets: readonly (readonly [string, PermissionSet])[] = [...byTarget, ['vpc', vpc], ['tracing', tracing]];

  test.each(sets.filter(([, { managedPolicy }]) => managedPolicy !== null))(
    '%s: the managed policy grants every action',
    async (_name, { managedPolicy, actions }) => {
      const policy = await findManagedPolicy(`arn:aws:iam::aws:policy/${managedPolicy}`);
      const granted = policy?.statements.flatMap(({ Action = [] }) => Action) ?? [];
      expect(actions.filter(({ action }) => !granted.some((pattern) => covers(pattern, action)))).toEqual([]);
    },
  );

  test.each(sets)('%s: the error names only actions that are checked', (_name, { error, actions }) => {
    const named = /\(\?<action>(?<names>[A-Za-z|]+)\)/.exec(error ?? '')?.groups?.['names']?.split('|') ?? [];
    const checked = actions.filter((each) => each.checked).map(({ action }) => action.replace(/^.*:/, ''));
    expect(checked).toEqual(expect.arrayContaining(named));
  });

  test('DynamoDB actions are granted on what they act on', () => {
    const demanded = sets.flatMap(([, { actions }]) => actions).filter(({ action }) => action.startsWith('dynamodb:'));
    const wrong = demanded.filter(
      ({ action, on }) => !actionResources['dynamodb']?.actions[action.replace('dynamodb:', '')]?.includes(on),
    );
    expect(wrong).toEqual([]);
  });
});

describe('errors', () => {
  const rules = Object.keys(schemas.errors.parse(read('errors')).data);

  test.each(rules)('%s: every text matches its own example', (rule) => {
    const texts = deploymentErrors(rule);
    expect(texts.filter(({ pattern, example }) => !pattern.test(example))).toEqual([]);
    expect(texts).not.toEqual([]);
  });

  test('figures come out by name', () => {
    const groups = deploymentErrors('lambda-reserved-concurrency').flatMap(({ pattern, example }) =>
      Object.entries(pattern.exec(example)?.groups ?? {}),
    );
    expect(groups).toContainEqual(['minimum', '100']);
    expect(groups).toContainEqual(['limit', '5']);
  });

  test('a rule without texts has none', () => {
    expect(deploymentErrors('template-file-name')).toEqual([]);
  });
});

describe('managed policies', () => {
  const name = 'AWSLambdaSQSQueueExecutionRole';

  test('are found by name', async () => {
    const policy = await findManagedPolicy(name);
    expect(policy).toMatchObject({ name, path: 'service-role/', version: 'v1' });
    expect(policy?.statements[0]?.Action).toContain('sqs:ReceiveMessage');
  });

  test.each(['arn:aws', 'arn:aws-cn', 'arn:aws-us-gov', 'arn:${AWS::Partition}'])(
    'are found by ARN: %s',
    async (start) => {
      const { find } = await managedPolicies();
      expect(find(`${start}:iam::aws:policy/service-role/${name}`)).toEqual(find(name));
      expect(find(name)).not.toBe(undefined);
    },
  );

  test.each([`arn:aws:iam::aws:policy/${name}`, `arn:aws:iam::123456789012:policy/${name}`, 'NoSuchPolicy', ''])(
    'are not found under a wrong path, in an account, or unknown: %s',
    async (arn) => {
      expect(await findManagedPolicy(arn)).toBe(undefined);
    },
  );

  test('tell "grants none of these services" from "unknown"', async () => {
    expect(await findManagedPolicy('AWSAccountActivityAccess')).toMatchObject({ statements: [] });
  });

  test('keep NotAction and the mark of a condition', async () => {
    const policies = await managedPolicies();
    expect(policies.find('PowerUserAccess')?.statements[0]?.NotAction).toContain('iam:*');
    const statements = policies.names.flatMap((each) => policies.find(each)?.statements ?? []);
    expect(statements.filter(({ conditional }) => conditional).length).toBeGreaterThan(100);
  });
});

describe('SAM policy templates', () => {
  test('name only their own parameters', async () => {
    const strays = Object.values(await samPolicyTemplates()).flatMap(({ parameters, statements }) =>
      statements
        .flatMap(({ Resource }) => Resource)
        .flatMap((resource) => (resource === '*' ? [] : Object.values(resource['Fn::Sub'][1])))
        .filter(({ Ref }) => !parameters.includes(Ref)),
    );
    expect(strays).toEqual([]);
  });

  test('keep the index beside the table', async () => {
    const { DynamoDBCrudPolicy } = await samPolicyTemplates();
    expect(DynamoDBCrudPolicy?.statements[0]?.Resource).toHaveLength(2);
  });
});

describe('ARNs', () => {
  test.each(Object.entries(resourceArns))('%s: placeholders, tails and names fit together', (_type, facts) => {
    expect(facts.arn.includes('${Path}')).toBe(facts.pathProperty !== undefined);
    expect(facts.arn.includes('${Name}')).toBe(facts.nameProperty !== null);
    expect(facts.arnAttributes).toEqual(expect.arrayContaining(Object.keys(facts.attributeTail ?? {})));
    expect(facts.arn.split(':')[2]).toBe(facts.service);
  });

  test('and the limits agree on the property with the name', () => {
    const wrong = Object.entries(limits.physicalNames).filter(
      ([type, { property }]) => (resourceArns[type]?.nameProperty ?? property) !== property,
    );
    expect(wrong).toEqual([]);
  });
});

describe('limits', () => {
  const { maxLength, pattern } = limits.environmentSuffix;

  test('the environment suffix leaves room in every name', () => {
    expect(Object.entries(limits.physicalNames).filter(([, { max }]) => maxLength >= max)).toEqual([]);
  });

  test('the environment suffix is lower case', () => {
    expect('pr123').toMatch(new RegExp(pattern));
    expect('PR_123').not.toMatch(new RegExp(pattern));
  });
});

describe('actions and resources', () => {
  test.each(Object.entries(actionResources))('%s: every kind of resource has an ARN', (_service, facts) => {
    const kinds = Object.values(facts.actions)
      .flat()
      .filter((kind) => kind !== '*');
    expect(kinds.filter((kind) => facts.resources[kind] === undefined)).toEqual([]);
  });

  test.each([
    ['ListTables', ['*']],
    ['ListExports', ['*', 'table']],
    ['Query', ['table', 'index']],
    ['GetItem', ['table']],
    ['GetRecords', ['stream']],
  ])('dynamodb:%s acts on %j', (action, kinds) => {
    expect(actionResources['dynamodb']?.actions[action]).toEqual(kinds);
  });
});

describe('reserved environment keys', () => {
  test('are unique, and never among those that may be set', () => {
    const keys = reservedEnvKeys.reserved.map(({ key }) => key);
    expect(duplicates([...keys, ...reservedEnvKeys.notReserved])).toEqual([]);
  });
});

describe('environment words', () => {
  const { comment, tag } = environmentWords;
  const word = new RegExp(comment.pattern, 'i');

  test.each(['In production, this would page', 'query prices in production)', 'for PROD only', 'staging.'])(
    '%s counts',
    (text) => {
      expect(text).toMatch(word);
    },
  );

  test.each(['production-ready', 'prod-like', 'reproduction', 'production_table', 'prod.example.com', '/a/prod/b'])(
    '%s does not count',
    (text) => {
      expect(text).not.toMatch(word);
    },
  );

  test('every phrase names an environment, no replacement does', () => {
    expect(comment.replacements.filter(({ phrase }) => !word.test(phrase))).toEqual([]);
    expect(comment.replacements.filter(({ replacement }) => word.test(replacement))).toEqual([]);
  });

  test('no phrase is hidden by an earlier one', () => {
    const phrases = comment.replacements.map(({ phrase }) => phrase);
    const hidden = phrases.filter((phrase, index) => phrases.slice(0, index).some((each) => phrase.startsWith(each)));
    expect(hidden).toEqual([]);
  });

  test.each([
    [', this would page', true],
    [')', true],
    [' this would page', true],
    [' mode', false],
  ])('a phrase before %j can be replaced: %s', (rest, replaceable) => {
    expect(new RegExp(`^${comment.after}`, 'i').test(rest)).toBe(replaceable);
  });

  test('tag keys and values are listed once', () => {
    expect([...duplicates(tag.keys), ...duplicates(tag.values)]).toEqual([]);
  });
});
