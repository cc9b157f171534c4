import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { UnitOutcome, UnitTask, WorkerSettings, WorkerUsage } from './types.js';
import type { FromWorker, ToWorker } from './worker.js';

/** A unit that takes longer than this hangs. */
const patience = 180_000;

export type UnitResult =
  | { readonly kind: 'outcome'; readonly outcome: UnitOutcome }
  /** The engine threw, or took the whole process along, or did not come back. */
  | { readonly kind: 'crash'; readonly message: string };

/** Judges units in worker processes and tells the results in the order of the units. A worker that dies is replaced. */
export async function judgeAll(
  tasks: readonly UnitTask[],
  settings: WorkerSettings,
  jobs: number,
  tell: (result: UnitResult, task: UnitTask) => void,
): Promise<readonly WorkerUsage[]> {
  const usages: WorkerUsage[] = [];
  const waiting = new Map<number, UnitResult>();
  let next = 0;
  let told = 0;
  const lane = async (): Promise<void> => {
    const worker = await Worker.start(settings, usages);
    for (let task = tasks[next]; task; task = tasks[next]) {
      const index = next++;
      waiting.set(index, await worker.judge(task));
      for (let result = waiting.get(told); result; result = waiting.get(told)) {
        waiting.delete(told);
        tell(result, tasks[told++] as UnitTask);
      }
    }
    worker.end();
  };
  await Promise.all(Array.from({ length: Math.min(jobs, tasks.length) }, lane));
  return usages;
}

class Worker {
  private child: ChildProcess;
  private latest: WorkerUsage = { cpuSeconds: 0, peakMegabytes: 0 };

  private constructor(
    private readonly settings: WorkerSettings,
    private readonly usages: WorkerUsage[],
  ) {
    this.child = spawn();
  }

  static async start(settings: WorkerSettings, usages: WorkerUsage[]): Promise<Worker> {
    const worker = new Worker(settings, usages);
    await worker.ready();
    return worker;
  }

  async judge(task: UnitTask): Promise<UnitResult> {
    const answer = await this.ask({ kind: 'unit', task });
    if (answer.kind === 'outcome') return answer;
    if (answer.kind === 'failed') return { kind: 'crash', message: answer.message };
    this.usages.push(this.latest);
    this.child.kill('SIGKILL');
    this.child = spawn();
    await this.ready();
    return { kind: 'crash', message: answer.kind === 'lost' ? answer.message : 'the worker gave no answer' };
  }

  end(): void {
    this.usages.push(this.latest);
    if (this.child.connected) this.child.send({ kind: 'end' } satisfies ToWorker);
  }

  private async ready(): Promise<void> {
    const answer = await this.ask({ kind: 'start', settings: this.settings });
    if (answer.kind !== 'ready')
      throw new Error(`a worker does not start: ${'message' in answer ? answer.message : ''}`);
  }

  private ask(message: ToWorker): Promise<FromWorker | { readonly kind: 'lost'; readonly message: string }> {
    const { child } = this;
    return new Promise((resolve) => {
      const finish = (answer: FromWorker | { readonly kind: 'lost'; readonly message: string }): void => {
        if (answer.kind === 'usage') {
          this.latest = answer.usage;
          return;
        }
        clearTimeout(timer);
        child.off('message', finish).off('exit', lost);
        resolve(answer);
      };
      const lost = (code: number | null, signal: string | null): void =>
        finish({ kind: 'lost', message: `the process ended (${signal ?? `code ${code}`})` });
      const timer = setTimeout(() => finish({ kind: 'lost', message: `no answer in ${patience / 1000} s` }), patience);
      child.on('message', finish).on('exit', lost);
      child.send(message);
    });
  }
}

function spawn(): ChildProcess {
  return fork(fileURLToPath(new URL('worker.ts', import.meta.url)), { serialization: 'advanced' });
}
