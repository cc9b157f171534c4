/** A worker process of the corpus run: takes units one at a time, answers with what came of each. */
import { Judge } from './judge-unit.js';
import type { UnitOutcome, UnitTask, WorkerSettings, WorkerUsage } from './types.js';

export type ToWorker =
  | { readonly kind: 'start'; readonly settings: WorkerSettings }
  | { readonly kind: 'unit'; readonly task: UnitTask; readonly validate: boolean }
  | { readonly kind: 'end' };

export type FromWorker =
  | { readonly kind: 'ready' }
  | { readonly kind: 'outcome'; readonly outcome: UnitOutcome }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'usage'; readonly usage: WorkerUsage };

let judge: Judge | undefined;

process.on('message', (message: ToWorker) => {
  void answer(message);
});

async function answer(message: ToWorker): Promise<void> {
  if (message.kind === 'end') return process.disconnect();
  try {
    if (message.kind === 'start') {
      judge = await Judge.start(message.settings);
      send({ kind: 'ready' });
    } else if (judge) {
      const outcome = await judge.judge(message.task, message.validate);
      send({ kind: 'usage', usage: usage() });
      send({ kind: 'outcome', outcome });
    }
  } catch (error) {
    send({ kind: 'failed', message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}

function send(message: FromWorker): void {
  process.send?.(message);
}

function usage(): WorkerUsage {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  return { cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, peakMegabytes: maxRSS / 1024 };
}
