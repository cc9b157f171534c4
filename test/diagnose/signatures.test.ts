import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { classify, needlesOf } from '../../diagnose/classify.js';
import { diagnoseLog } from '../../diagnose/diagnose.js';
import { deployErrors } from '../../facts/deploy-errors.js';
import { catalog } from '../../rules/catalog.js';

const table = JSON.parse(
  readFileSync(new URL('../../fixtures/_diagnose/signatures.json', import.meta.url), 'utf8'),
) as readonly { readonly class: string; readonly text: string }[];
const rules = await Promise.all(catalog.map((entry) => entry.rule()));

/** What rules of ours may say of a class; all others have none. */
const ruleOf: Readonly<Record<string, readonly string[]>> = {
  'lambda-reserved-concurrency': ['lambda-reserved-concurrency'],
  'lambda-deprecated-runtime': ['lambda-runtime-retired'],
  'lambda-destination-perm': ['lambda-destination-permission', 'lambda-policy-order'],
  'lambda-dlq-perm': ['lambda-dlq-permission', 'lambda-policy-order'],
  'apigw-throttle': ['apigateway-stage-throttling'],
  'apigw-integration-uri': ['apigateway-integration-uri'],
  'name-length': ['environment-suffix-unvalidated'],
  'bucket-name-chars': ['environment-suffix-unvalidated'],
};

/** Other names, ids and regions in the same text. */
const fillings: readonly ((name: string) => string)[] = [
  (name) => `<${name}>`,
  (name) => figures[name]?.[0] ?? `${name}-one`,
  (name) => figures[name]?.[1] ?? `Another${name.toUpperCase()}2`,
];
const figures: Readonly<Record<string, readonly [string, string]>> = {
  n: ['10', '4096'],
  runtime: ['go1.x', 'nodejs12.x'],
  date: ['2024-01-08', '2031-12-31'],
  region: ['eu-central-1', 'us-gov-west-1'],
  acct: ['123456789012', '999999999999'],
  arn: ['arn:aws:lambda:eu-west-1:123456789012:function:audit', 'arn:aws-cn:sqs:cn-north-1:999999999999:q_1'],
  m: ['index', 'aws-sdk'],
  id: ['Worker', 'A1'],
  o: ['Url', 'Arn2'],
  p: ['Stage', 'P9'],
  text: ['Must be one of dev, prod', 'Must contain only digits'],
  key: ['Foo', 'throughput'],
  type: ['AWS::Foo::Bar', 'AWS::S3::Buckets'],
  action: ['s3:Getobject', 'foo:Bar'],
};

function filled(text: string, fill: (name: string) => string): string {
  return text.replaceAll(/<(\w+)>/g, (_, name: string) => fill(name));
}

describe('every signature has its class, and no rule that is not its own', () => {
  test.each(table.map((row) => [row.text.slice(0, 90), row] as const))('%s', async (_, row) => {
    for (const fill of fillings) {
      const text = filled(row.text, fill);
      expect(classify(text)?.id, text).toBe(row.class);
      expect((await diagnoseLog([text], rules)).causes.map(({ known }) => known?.id)).toContain(row.class);
      for (const broken of [text, wrappedAt(text, 40), wrappedAt(text, 73), `noise\n\n${text}\n\nnoise`]) {
        const { causes } = await diagnoseLog([broken], rules);
        const named = causes.flatMap(({ recognised }) => recognised.map(({ rule }) => rule.id));
        for (const rule of named) expect(ruleOf[row.class] ?? [], broken).toContain(rule);
      }
    }
  });
});

/** As a terminal of that many columns breaks it between words. */
function wrappedAt(text: string, width: number): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last !== '' && last.length + word.length >= width) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines.join('\n');
}

test('prose is no error', () => {
  for (const prose of [
    'We rotated the credentials yesterday, and the KMS key policy is fine.',
    'The bucket is not empty because it holds the reports of last year.',
    'A role already exists for the team; see the wiki.',
    'The limit of 100 requests was reached in the load test, as planned.',
    'Certificates are renewed by hand in March.',
    'Please describe how permissions to call someone are granted.',
    'This parameter does not exist in the old API.',
    'Our subnet design has no conflicts, and an index does not exist in Postgres for this column.',
    'The password must be changed; the passphrase is written in the vault.',
    'Lambda functions scale automatically; reserved concurrency caps them.',
    'The dashboard is pretty and the schedule is tight.',
    'Deployment failed',
    'error: something odd happened',
  ])
    expect(classify(prose)?.id, prose).toBeUndefined();
});

test('every class is explained and has a signature; every signature has text to look for and no open repetition', () => {
  const used = new Set(deployErrors.signatures.map((signature) => signature.class));
  expect([...used].toSorted()).toEqual(Object.keys(deployErrors.classes).toSorted());
  expect(table.map((row) => row.class).every((id) => used.has(id))).toBe(true);
  for (const { pattern } of deployErrors.signatures)
    for (const needle of needlesOf(pattern)) expect(needle.length, pattern).toBeGreaterThanOrEqual(4);
});
