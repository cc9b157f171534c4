import { shellWord } from '../shell.js';
import { commands } from './recognise.js';
import { accountFileName } from './schema.js';

/** Where the figures are collected from. Without profiles or regions, those that the shell has. */
export interface CollectOptions {
  readonly profiles: readonly string[];
  readonly regions: readonly string[];
}

/**
 * A script for a POSIX shell that collects the figures of accounts and regions with the AWS CLI, one file for each. Every
 * command gets or lists. `list-functions` does not tell reservations, and `get-function-concurrency` does not repeat the name
 * of the function, so the loop asks for each and writes objects that hold both.
 */
export function collectScript({ profiles, regions }: CollectOptions): string {
  const targets = orNone(profiles).flatMap((profile) => orNone(regions).map((region) => ({ profile, region })));
  const files = targets.map(fileOf);
  return [
    '# Collects how much concurrency AWS Lambda has in your accounts, for stackmend. Every command only reads; it needs',
    '# lambda:GetAccountSettings, lambda:ListFunctions, lambda:GetFunctionConcurrency and servicequotas:ListServiceQuotas.',
    '# stackmend itself never talks to AWS: run this in a POSIX shell with the AWS CLI, such as AWS CloudShell.',
    '',
    ...targets.flatMap((target) => [...blockOf(target), '']),
    `# Then put together what came (into ${accountFileName}):`,
    `#   stackmend account ${files.map(shellWord).join(' ')}`,
    '',
  ].join('\n');
}

interface Target {
  readonly profile: string | undefined;
  readonly region: string | undefined;
}

function orNone(values: readonly string[]): readonly (string | undefined)[] {
  return values.length > 0 ? [...new Set(values)] : [undefined];
}

function fileOf({ profile, region }: Target): string {
  const parts = [profile?.replaceAll(/[^\w.-]+/g, '_'), region].filter((part) => part !== undefined);
  return ['account', ...parts].join('-') + '.json';
}

function blockOf(target: Target): readonly string[] {
  const { profile, region } = target;
  const where = [
    ...(profile === undefined ? [] : ['--profile', shellWord(profile)]),
    ...(region === undefined ? [] : ['--region', shellWord(region)]),
  ]
    .map((word) => ` ${word}`)
    .join('');
  const query = `"{FunctionName: '$name', ReservedConcurrentExecutions: ReservedConcurrentExecutions}"`;
  return [
    '{',
    `  ${labelOf(target)}`,
    `  ${commands.settings}${where} --output json`,
    `  ${commands.quotas}${where} --output json`,
    `  for name in $(aws lambda list-functions${where} --query 'Functions[].FunctionName' --output text); do`,
    `    aws lambda get-function-concurrency --function-name "$name"${where} --output json \\`,
    `      --query ${query}`,
    '  done',
    `} > ${shellWord(fileOf(target))}`,
  ];
}

/** A line that says whose figures follow, for AWS repeats neither profile nor day. */
function labelOf({ profile, region }: Target): string {
  const name = profile === undefined ? '"${AWS_PROFILE:-default}"' : shellWord(JSON.stringify(profile).slice(1, -1));
  const day = '"$(date -u +%Y-%m-%d)"';
  return region === undefined
    ? `printf '{"stackmend": {"name": "%s", "collected": "%s"}}\\n' ${name} ${day}`
    : `printf '{"stackmend": {"name": "%s", "region": "%s", "collected": "%s"}}\\n' ${name} ${shellWord(region)} ${day}`;
}
