import { deploymentErrors, retrieved, runtimes } from '../facts/index.js';
import { defineRule } from '../core/rule.js';

export const rule = defineRule({
  id: 'lambda-runtime-retired',
  title: 'Runtime that can no longer be created',
  why: 'Lambda blocks the creation of functions some time after it deprecates their runtime, and later their update too. The deployment fails at the function, and everything made before it is rolled back. Functions that exist already run on, and can be updated until the update block; that is why this fix is never applied without review.',
  impact: 'critical',
  messages: {
    createBlocked: {
      text: '{resource} uses {runtime}, which can no longer be created since {blockCreate}; an existing function can be updated until {blockUpdate}',
      preset: 'deploy',
    },
    updateBlocked: {
      text: '{resource} uses {runtime}, which can be neither created nor updated since {blockUpdate}',
      preset: 'deploy',
    },
  },
  errors: deploymentErrors('lambda-runtime-retired'),
  references: ['https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html'],
  limits: [
    'A runtime that is deprecated but can still be created is no finding.',
    'The code itself is not changed: what the new runtime needs of it stands in the follow-ups.',
    'A runtime given by a parameter is reported; the allowed values are for a person to choose.',
    'Container images carry their runtime inside and are not read.',
  ],
  facts: ['runtimes'],
  since: '0.1.0',
});

/** What is known of one runtime on one day. */
export type RuntimeState =
  | { readonly kind: 'usable' }
  | {
      readonly kind: 'retired';
      readonly message: 'createBlocked' | 'updateBlocked';
      readonly blockCreate: string;
      readonly blockUpdate: string;
      readonly target: string | undefined;
    };

/**
 * Judges a runtime. AWS has moved its dates more than once, so a block counts only if it lay in the past when the
 * facts were read: one that has come since yields nothing until the facts are refreshed.
 * @param today `YYYY-MM-DD`
 */
export function judgeRuntime(runtime: string, today: string): RuntimeState {
  const fact = runtimes[runtime];
  if (!fact || fact.packaging !== 'zip' || fact.blockCreate === null) return { kind: 'usable' };
  const known = today < retrieved.runtimes ? today : retrieved.runtimes;
  if (fact.blockCreate > known) return { kind: 'usable' };
  const updateBlocked = fact.blockUpdate !== null && fact.blockUpdate <= known;
  return {
    kind: 'retired',
    message: updateBlocked ? 'updateBlocked' : 'createBlocked',
    blockCreate: fact.blockCreate,
    blockUpdate: fact.blockUpdate ?? 'further notice',
    target: fact.conservativeTarget ?? undefined,
  };
}

/** True when the runtime starts an executable named `bootstrap` that comes with the code. */
export function isCustomRuntime(runtime: string): boolean {
  return runtimes[runtime]?.family === 'provided';
}

/**
 * True when the handler named the program and the new runtime starts one named `bootstrap`. In a custom runtime the
 * handler says what the author's own bootstrap is to call, and stays.
 */
export function takesBootstrap(from: string, to: string): boolean {
  return isCustomRuntime(to) && !isCustomRuntime(from);
}

/** What a person must still do for the new runtime to run the code. */
export function runtimeFollowUps(from: string, to: string): readonly string[] {
  const followUps: string[] = [];
  if (isCustomRuntime(to) && runtimes[from]?.family === 'go') {
    followUps.push(
      'Build the program as an executable named bootstrap at the root of the archive; with another name it deploys and then fails at the first call (Runtime.InvalidEntrypoint).',
      'Keep it compiled for x86_64 (GOARCH=amd64) unless the function asks for arm64, with aws-lambda-go 1.18 or later.',
    );
  }
  if (isCustomRuntime(from))
    followUps.push(`Test the bootstrap on ${to}: its system libraries are those of Amazon Linux 2023.`);
  const family = runtimes[to]?.family;
  if (family === 'nodejs')
    followUps.push('Node.js 18 and later bring the AWS SDK v3 only: code that requires aws-sdk must bundle it.');
  if (family === 'python' && runtimes[to]?.os === 'AL2023') {
    followUps.push(
      'Python 3.12 and later run on Amazon Linux 2023 and have no distutils or imp: test the code and its packages.',
    );
  }
  if (family === 'java' || family === 'ruby' || family === 'dotnet')
    followUps.push(`Rebuild and test the code on ${to}.`);
  return followUps;
}
