import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import type { Resource, Run, RunOutcome } from './engine.js';

/** Milliseconds; a program that has not come to its end by then waits for something that never comes. */
const patience = 60_000;

/** Runs programs in a process of their own, one after the other. */
export class EngineProcess {
  private child: ChildProcess | undefined;

  async run(run: Run): Promise<RunOutcome> {
    const child = (this.child ??= start());
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        child.kill();
        this.child = undefined;
        answer({ kind: 'failed', because: 'the program does not come to its end' });
      }, patience);
      const answer = (outcome: RunOutcome): void => {
        clearTimeout(timer);
        child.removeAllListeners();
        resolve(outcome);
      };
      child.once('message', answer);
      child.once('exit', (code) => {
        this.child = undefined;
        answer({ kind: 'failed', because: `the program ends its process with ${code}` });
      });
      child.send(run);
    });
  }

  stop(): void {
    this.child?.kill();
  }
}

function start(): ChildProcess {
  return fork(path.join(import.meta.dirname, 'engine.ts'), {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    // Nothing of the machine around leads a program elsewhere.
    env: { PATH: process.env['PATH'] },
  });
}

/** The difference of two runs in words: what a fixture says that its edit means. */
export function renderDifference(before: RunOutcome, after: RunOutcome): string {
  if (before.kind === 'failed') return `the input does not run: ${before.because}\n`;
  if (after.kind === 'failed') return `the output does not run: ${after.because}\n`;
  const old = byKey(before.resources);
  const fresh = byKey(after.resources);
  const keys = [...new Set([...old.keys(), ...fresh.keys()])].toSorted();
  const lines = keys.flatMap((key) => differenceOf(key, old.get(key), fresh.get(key)));
  return lines.length === 0 ? 'no difference\n' : `${lines.join('\n')}\n`;
}

function differenceOf(key: string, before: Resource | undefined, after: Resource | undefined): string[] {
  const removed = (before?.lines ?? []).filter((line) => after?.lines.includes(line) !== true);
  const added = (after?.lines ?? []).filter((line) => before?.lines.includes(line) !== true);
  if (before && after && removed.length === 0 && added.length === 0) return [];
  const mark = before ? (after ? '~' : '-') : '+';
  return [`${mark} ${key}`, ...removed.map((line) => `  - ${line}`), ...added.map((line) => `  + ${line}`)];
}

function byKey(resources: readonly Resource[]): ReadonlyMap<string, Resource> {
  return new Map(resources.map((resource) => [`${resource.type} ${resource.name}`, resource]));
}
