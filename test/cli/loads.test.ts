import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { folder } from './support.js';

const main = new URL('../../cli/main.ts', import.meta.url).href;
const script = `
  const { main } = await import('${main}');
  process.exitCode = await main(process.argv.slice(1));
`;

/** The packages that a command line loads. */
function packagesOf(cwd: string, ...args: readonly string[]): string[] {
  const hooks = ['--import', import.meta.resolve('tsx'), '--import', import.meta.resolve('../support/tell-loads.mjs')];
  const { output, status } = spawnSync(
    process.execPath,
    [...hooks, '--input-type=module', '--eval', script, '--', ...args],
    { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe', 'pipe'] },
  );
  expect(status, output[2] ?? '').toBe(0);
  const names = (output[3] ?? '').matchAll(/\/node_modules\/((?:@[^/]+\/)?[^/\n]+)\//g);
  return [...new Set(Array.from(names, ([, name = '']) => name))].filter((name) => name !== 'tsx');
}

const fn = '{"Type": "AWS::Lambda::Function", "Properties": {"Runtime": "python3.13", "Handler": "a.b"}}';
const json = `{"Resources": {"Fn": ${fn}}}`;

test('--help loads nothing but the parser of the command line', () => {
  expect(packagesOf(folder(), '--help')).toEqual(['commander']);
});

test('a run over JSON never loads yaml, one over YAML never jsonc-parser; neither loads zod, diff or Babel', () => {
  const ofJson = packagesOf(folder({ 'a.json': json }), 'check');
  const ofYaml = packagesOf(folder({ 'a.yaml': `Resources:\n  Fn: ${fn}\n` }), 'check');
  expect(ofJson).toContain('jsonc-parser');
  expect(ofYaml).toContain('yaml');
  expect(ofJson.filter((name) => !ofYaml.includes(name))).toEqual(['jsonc-parser']);
  expect(ofYaml.filter((name) => !ofJson.includes(name))).toEqual(['yaml']);
  for (const heavy of ['zod', 'diff', 'fastest-levenshtein', '@babel/parser', 'jscodeshift', 'recast'])
    expect([...ofJson, ...ofYaml]).not.toContain(heavy);
});

test('a run without programs loads no Babel, whatever TypeScript there is', () => {
  const cdk =
    "import { Function } from 'aws-cdk-lib/aws-lambda';\nexport const make = (s) => new Function(s, 'fn', {});\n";
  const other = "export const runtime = 'nodejs12.x';\n";
  const cwd = folder({ 'stack.ts': cdk, 'src/other.ts': other, 'src/view.tsx': other, 'a.json': json });
  const loaded = packagesOf(cwd, 'check', '--preset', 'all');
  expect(loaded).toContain('jsonc-parser');
  expect(loaded.filter((name) => /babel|jscodeshift|recast|yaml/.test(name))).toEqual([]);
  const program = "import * as aws from '@pulumi/aws';\nnew aws.lambda.Function('fn', { runtime: 'nodejs22.x' });\n";
  expect(packagesOf(folder({ 'index.ts': program }), 'check', '--preset', 'all')).toContain('@babel/parser');
});

test('a file that no rule concerns loads no parser', () => {
  const loaded = packagesOf(folder({ 'a.yaml': 'Resources:\n  Topic: {Type: "AWS::SNS::Topic"}\n' }), 'check');
  expect(loaded).toContain('commander');
  expect(loaded.filter((name) => ['yaml', 'jsonc-parser'].includes(name))).toEqual([]);
});
