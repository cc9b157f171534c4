import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { UnitOutcome, UnitTask, WorkerSettings, WorkerUsage } from './types.js';
import type { FromWorker, ToWorker } from './worker.js';

/** A unit that takes longer than this hangs. */
const patience = 120_000;

export type UnitResult =
  | { readonly kind: 'outcome'; readonly outcome: UnitOutcome }
  /** The engine threw, or took the whole process along, or did not come back. */
  | { readonly kind: 'crash'; readonly message: string };

interface Lost {
  readonly kind: 'lost';
  readonly message: string;
}

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

  /** Where no answer comes, a second one without the validator tells whose fault it is. */
  async judge(task: UnitTask): Promise<UnitResult> {
    const { validate } = this.settings;
    const result = await this.judgeOnce(task, validate);
    if (result.kind !== 'lost') return result;
    const { message } = result;
    const again = validate ? await this.judgeOnce(task, false) : result;
    if (again.kind !== 'outcome') return { kind: 'crash', message };
    const validatorFailures = task.files.map(({ file }) => `${task.label}/${file}: ${message}`);
    return { kind: 'outcome', outcome: { ...again.outcome, validatorFailures } };
  }

  private async judgeOnce(task: UnitTask, validate: boolean): Promise<UnitResult | Lost> {
    const answer = await this.ask({ kind: 'unit', task, validate });
    if (answer.kind === 'outcome') return answer;
    if (answer.kind === 'failed') return { kind: 'crash', message: answer.message };
    this.usages.push(this.latest);
    this.child.kill('SIGKILL');
    this.child = spawn();
    await this.ready();
    return answer.kind === 'lost' ? answer : { kind: 'lost', message: 'the worker gave no answer' };
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

  private ask(message: ToWorker): Promise<FromWorker | Lost> {
    const { child } = this;
    return new Promise((resolve) => {
      const finish = (answer: FromWorker | Lost): void => {
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
