/**
 * Runs the rules over templates that nobody wrote for them, and counts: `npm run corpus -- DIR... [--preset all|deploy]
 * [--rule ID]... [--validate] [--jobs 2] [--json FILE] [--findings FILE] [--today YYYY-MM-DD]`. Nothing below the
 * directories is changed. Exit code 1 when one of the figures that must be zero is not.
 */
import { createWriteStream, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { csvHeader, csvLine } from './lib/corpus/csv.js';
import { judgeAll } from './lib/corpus/pool.js';
import { survey } from './lib/corpus/survey.js';
import { renderTally } from './lib/corpus/table.js';
import { Tally } from './lib/corpus/tally.js';
import type { UnitTask, Violation, WorkerSettings } from './lib/corpus/types.js';

await main();

async function main(): Promise<void> {
  const { values, positionals: directories } = parseArgs({
    allowPositionals: true,
    options: {
      preset: { type: 'string', default: 'all' },
      rule: { type: 'string', multiple: true },
      validate: { type: 'boolean', default: false },
      jobs: { type: 'string', default: '2' },
      json: { type: 'string' },
      findings: { type: 'string' },
      today: { type: 'string', default: new Date().toISOString().slice(0, 10) },
    },
  });
  if (directories.length === 0) throw new Error('name at least one directory');
  const { rule: rules, today, validate } = values;
  const settings: WorkerSettings = { preset: values.preset === 'deploy' ? 'deploy' : 'all', rules, today, validate };
  const tally = await runCorpus(directories, settings, Number(values.jobs), values.findings);
  process.stdout.write(renderTally(tally, validate));
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ settings, tally }, undefined, 2)}\n`);
  if (tally.violations.length > 0) process.exitCode = 1;
}

async function runCorpus(
  directories: readonly string[],
  settings: WorkerSettings,
  jobs: number,
  findings: string | undefined,
): Promise<Tally> {
  const started = performance.now();
  const tally = new Tally();
  const tasks: UnitTask[] = [];
  for (const directory of directories) tasks.push(...(await survey(directory, settings, tally)));
  const csv = findings === undefined ? undefined : createWriteStream(findings);
  csv?.write(csvHeader);
  let done = 0;
  const usages = await judgeAll(tasks, settings, jobs, (result, task) => {
    if (result.kind === 'outcome') {
      tally.add(result.outcome);
      for (const finding of result.outcome.findings) csv?.write(csvLine(finding));
    } else tally.violations.push(crashOf(task, result.message));
    progress(++done, tasks.length);
  });
  tally.usages.push(...usages);
  csv?.end();
  tally.wallSeconds = (performance.now() - started) / 1000;
  return tally;
}

function crashOf({ label, files }: UnitTask, message: string): Violation {
  const [first] = files;
  return {
    kind: 'crash',
    file: `${label}/${first?.file}`,
    rules: [],
    detail: `${message} (${files.length} files together)`,
  };
}

function progress(done: number, all: number): void {
  if (process.stderr.isTTY) process.stderr.write(done === all ? '\r\u001B[K' : `\r${done} of ${all} units`);
}
