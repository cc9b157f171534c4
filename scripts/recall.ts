/**
 * Breaks correct templates in one place at a time and counts what is found and mended: `npm run recall -- DIR...
 * [--generated] [--every N] [--json FILE] [--today YYYY-MM-DD]`. `--generated` adds templates that are made for it;
 * `--every` takes each Nth of those. `--programs` does the same with Pulumi programs: without a directory the fixtures,
 * written programs and generated ones, all of them run under Pulumi's mocks; those of directories by the model alone;
 * `--only TEXT` takes those with it in their names.
 * Nothing is written below the directories. Exit code 1 when fewer than 95 % are found, or a fix does not bring back what
 * was removed.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { nodeFileSystem } from '../core/engine/file-system.js';
import { readSource } from '../core/engine/load.js';
import { survey } from './lib/corpus/survey.js';
import { Tally } from './lib/corpus/tally.js';
import { generatedTemplates } from './lib/recall/generate/templates.js';
import { RecallJudge } from './lib/recall/judge.js';
import { configRules } from './lib/recall/judge-config.js';
import { grantRules } from './lib/recall/judge-grants.js';
import { generatedPrograms } from './lib/recall/programs/generate.js';
import { ProgramRecallJudge } from './lib/recall/programs/judge.js';
import { programMutationKinds } from './lib/recall/programs/mutation.js';
import { ModelReader, RunReader } from './lib/recall/programs/reading.js';
import { type Source, fixturePrograms, programsIn, writtenPrograms } from './lib/recall/programs/sources.js';
import { RecallTally } from './lib/recall/table.js';

const leastRecall = 0.95;

await main();

async function main(): Promise<void> {
  const { values, positionals: directories } = parseArgs({
    allowPositionals: true,
    options: {
      generated: { type: 'boolean', default: false },
      programs: { type: 'boolean', default: false },
      only: { type: 'string' },
      every: { type: 'string', default: '1' },
      json: { type: 'string' },
      today: { type: 'string', default: new Date().toISOString().slice(0, 10) },
    },
  });
  if (values.programs) {
    finish(await judgePrograms(directories, values), values.json);
    return;
  }
  if (directories.length === 0 && !values.generated) throw new Error('name at least one directory, or --generated');
  const judge = await RecallJudge.start(values.today);
  const tally = new RecallTally();
  for (const directory of directories) await judgeDirectory(directory, judge, tally);
  if (values.generated)
    for (const { name, print } of generatedTemplates(Number(values.every))) tally.add(await judge.judge(name, print()));
  finish(tally, values.json);
}

function finish(tally: RecallTally, json: string | undefined): void {
  process.stdout.write(tally.render());
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(tally, undefined, 2)}\n`);
  if (tally.recall < leastRecall || tally.count('wrong') > 0) process.exitCode = 1;
}

async function judgePrograms(
  directories: readonly string[],
  { today, every, only }: { readonly today: string; readonly every: string; readonly only?: string | undefined },
): Promise<RecallTally> {
  const reader = directories.length === 0 ? new RunReader() : new ModelReader();
  const judge = await ProgramRecallJudge.start(today, reader);
  const tally = new RecallTally(programMutationKinds);
  for await (const { name, texts } of sourcesIn(directories, Number(every)))
    if (only === undefined || name.includes(only)) tally.add(await judge.judge(name, texts));
  reader.stop();
  return tally;
}

async function* sourcesIn(directories: readonly string[], every: number): AsyncGenerator<Source> {
  for (const directory of directories) yield* programsIn(directory);
  if (directories.length > 0) return;
  for (const each of fixturePrograms()) yield each;
  yield* writtenPrograms();
  yield* generatedPrograms(every);
}

async function judgeDirectory(directory: string, judge: RecallJudge, tally: RecallTally): Promise<void> {
  const selection = { preset: 'all', rules: [...grantRules, ...configRules] } as const;
  const units = await survey(directory, selection, new Tally());
  for (const { label, files } of units) {
    for (const found of files) {
      const source = await readSource(found, nodeFileSystem);
      if (source.kind === 'text') tally.add(await judge.judge(`${label}/${found.file}`, source.text));
    }
  }
}
