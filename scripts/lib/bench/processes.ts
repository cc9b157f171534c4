import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { median } from './measure.js';

const command = fileURLToPath(new URL('../../../bin/stackmend.js', import.meta.url));
const tellUsage = fileURLToPath(new URL('tell-usage.cjs', import.meta.url));

/** The arguments of node that run stackmend. */
export function stackmend(...args: readonly string[]): readonly string[] {
  return [command, ...args];
}

/** What one process took. */
export interface Usage {
  /** Milliseconds. */
  readonly wall: number;
  /** Milliseconds, of all threads. */
  readonly cpu: number;
  readonly peakMegabytes: number;
}

/** Runs node to its end. */
export function usageOf(args: readonly string[], cwd: string): Usage {
  const started = performance.now();
  const { status, output, stderr } = spawnSync(process.execPath, ['--require', tellUsage, ...args], {
    cwd,
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  });
  const wall = performance.now() - started;
  // 1 says that there are findings.
  if (status !== 0 && status !== 1) throw new Error(`${args.join(' ')}: ${String(stderr)}`);
  const { userCPUTime, systemCPUTime, maxRSS } = JSON.parse(String(output[3])) as NodeJS.ResourceUsage;
  return { wall, cpu: (userCPUTime + systemCPUTime) / 1000, peakMegabytes: maxRSS / 1024 };
}

export interface Times {
  /** The fastest run: nearest to what it takes on a machine that does nothing else. */
  readonly wall: number;
  /** Median milliseconds of CPU. */
  readonly cpu: number;
}

/** A command line of node, and where it runs. */
export interface Line {
  readonly args: readonly string[];
  readonly cwd: string;
}

/** The times of some command lines, run in turn, so that what else the machine does meets all alike. */
export function timesOf<Name extends string>(
  lines: Readonly<Record<Name, Line>>,
  repetitions: number,
): Readonly<Record<Name, Times>> {
  const usages = new Map<string, Usage[]>();
  for (let index = 0; index < repetitions; index++) {
    for (const [name, { args, cwd }] of Object.entries<Line>(lines))
      usages.set(name, [...(usages.get(name) ?? []), usageOf(args, cwd)]);
  }
  const times = [...usages].map(([name, own]): [string, Times] => [
    name,
    { wall: Math.min(...own.map(({ wall }) => wall)), cpu: median(own.map(({ cpu }) => cpu)) },
  ]);
  return Object.fromEntries(times) as Record<Name, Times>;
}
