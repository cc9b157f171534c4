/**
 * Measures speed and memory: `npm run bench -- [--templates 1000] [--programs 250] [--many 5000] [--repeat 7] [--corpus DIR]...
 * [--only processes|ratios|memory|programs]`. Times are
 * compared with bare node, CPU with parsing alone by the same library in the same run, so that figures of different
 * machines can be set side by side. Exit code 1 where a promise does not hold.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Syntax } from '../core/template/template.js';
import type { TextInput } from '../index.js';
import { corpusTexts } from './lib/bench/corpus-texts.js';
import { builtLibrary } from './lib/bench/library.js';
import { type Compared, compare } from './lib/bench/measure.js';
import { parseAlone } from './lib/bench/parse-alone.js';
import { type Line, stackmend, timesOf, usageOf } from './lib/bench/processes.js';
import { isProgramName } from '../core/engine/document.js';
import {
  amongOtherCode,
  isParsed,
  listAndRead,
  parseProgramAlone,
  programTexts,
  writeOtherTypeScript,
} from './lib/bench/programs.js';
import { type Row, atMost, note, render } from './lib/bench/table.js';
import { largeTemplate, templatesOf } from './lib/bench/templates.js';

/** What must hold, at most: milliseconds, ratios to parsing alone, megabytes. */
const promises = {
  startUp: 50,
  oneTemplate: 250,
  clean: 1.3,
  mended: 4,
  memory: 300,
  programs: 5,
  otherFiles: 1.5,
} as const;

/** By then the rules and the model of programs are compiled as the parser is. */
const programWarmUps = 8;

const library = await builtLibrary();
await main();

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      templates: { type: 'string', default: '1000' },
      programs: { type: 'string', default: '250' },
      only: { type: 'string' },
      many: { type: 'string', default: '5000' },
      repeat: { type: 'string', default: '7' },
      corpus: { type: 'string', multiple: true, default: [] },
    },
  });
  const repetitions = Number(values.repeat);
  const rows: Row[] = [];
  const tell = (more: readonly Row[]): void => {
    rows.push(...more);
    process.stdout.write(render(more));
  };
  const wants = (part: string): boolean => values.only === undefined || values.only === part;
  if (wants('processes')) inFolder((folder) => tell(processRows(folder, repetitions * 3)));
  if (wants('ratios')) tell(await ratioRows(Number(values.templates), repetitions));
  if (wants('memory')) inFolder((folder) => tell(memoryRows(folder, Number(values.many))));
  if (wants('programs')) {
    tell(await programRows(Number(values.programs), repetitions));
    inFolder((folder) => tell(otherFileRows(folder, Number(values.many), repetitions)));
  }
  for (const directory of values.corpus) tell(await corpusRows(directory, repetitions));
  if (rows.some(({ holds }) => holds === false)) process.exitCode = 1;
}

function inFolder(work: (folder: string) => void): void {
  const folder = mkdtempSync(path.join(tmpdir(), 'stackmend-bench-'));
  try {
    work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function writeTexts(folder: string, texts: readonly TextInput[]): void {
  for (const { path: name, text } of texts) writeFileSync(path.join(folder, name), text);
}

/** Start-up, and one template of 20 KB in either syntax, as a person at the keyboard waits for them. */
function processRows(folder: string, repetitions: number): Row[] {
  const large = (['json', 'yaml'] as const).map((syntax) => largeTemplate({ syntax, right: false }, 20_000));
  writeTexts(folder, large);
  const [json, yaml] = large.map(({ path: name }) => stackmend('check', name));
  const here = (args: readonly string[] = []): Line => ({ args, cwd: folder });
  const lines = { bare: here(['-e', '0']), help: here(stackmend('--help')), json: here(json), yaml: here(yaml) };
  const { bare, help, ...checks } = timesOf(lines, repetitions);
  return [
    note('node -e 0', bare.wall, 'ms'),
    note('node -e 0, CPU', bare.cpu, 'ms'),
    atMost('--help beyond that', help.wall - bare.wall, promises.startUp, 'ms'),
    note('--help beyond that, CPU', help.cpu - bare.cpu, 'ms'),
    ...(['json', 'yaml'] as const).flatMap((syntax) => [
      atMost(`check one ${syntax} of 20 KB`, checks[syntax].wall, promises.oneTemplate, 'ms'),
      note(`check one ${syntax} of 20 KB, CPU`, checks[syntax].cpu, 'ms'),
    ]),
  ];
}

/** Half of the templates in each syntax, and both as they lie side by side in a repository. */
async function ratioRows(count: number, repetitions: number): Promise<Row[]> {
  const clean = await bySyntax(count, true, checkAll, repetitions);
  const mended = await bySyntax(count, false, fixAll, repetitions);
  return [
    note('parsing alone, one yaml', clean.yaml.base, 'ms'),
    note('parsing alone, one json', clean.json.base, 'ms'),
    note('without findings, yaml', clean.yaml.ratio, 'x'),
    note('without findings, json', clean.json.ratio, 'x'),
    atMost('without findings, both', clean.both.ratio, promises.clean, 'x'),
    note('with a fix each, yaml', mended.yaml.ratio, 'x'),
    note('with a fix each, json', mended.json.ratio, 'x'),
    atMost('with a fix each, both', mended.both.ratio, promises.mended, 'x'),
  ];
}

type Judge = (texts: readonly TextInput[]) => Promise<unknown>;

async function bySyntax(
  count: number,
  right: boolean,
  judge: Judge,
  repetitions: number,
): Promise<Readonly<Record<Syntax | 'both', Compared>>> {
  const yaml = templatesOf({ syntax: 'yaml', right }, count >> 1);
  const json = templatesOf({ syntax: 'json', right }, count >> 1);
  const both = yaml.flatMap((each, index) => [each, json[index] ?? each]);
  const measured = (texts: readonly TextInput[]): Promise<Compared> => compare(texts, parseAll, judge, repetitions);
  return { yaml: await measured(yaml), json: await measured(json), both: await measured(both) };
}

function parseAll(texts: readonly TextInput[]): void {
  for (const text of texts) parseAlone(text);
}

function checkAll(texts: readonly TextInput[]): Promise<unknown> {
  return library.check({ texts });
}

function parseProgramsAlone(texts: readonly TextInput[]): void {
  for (const text of texts) parseProgramAlone(text);
}

function checkAllRules(texts: readonly TextInput[]): Promise<unknown> {
  return library.check({ texts, preset: 'all' });
}

function fixAll(texts: readonly TextInput[]): Promise<unknown> {
  return library.fix({ texts, accept: 'review' });
}

/** Every fourth template has a finding; half of them are JSON. */
function memoryRows(folder: string, count: number): Row[] {
  const quarter = count >> 2;
  const kinds = [
    ...templatesOf({ syntax: 'yaml', right: true }, quarter * 2).map((each) => ({ ...each, path: `a-${each.path}` })),
    ...templatesOf({ syntax: 'json', right: true }, quarter),
    ...templatesOf({ syntax: 'json', right: false }, quarter).map((each) => ({ ...each, path: `b-${each.path}` })),
  ];
  writeTexts(folder, kinds);
  return ['check', 'diff'].flatMap((command) => {
    const { peakMegabytes, cpu } = usageOf(stackmend(command), folder);
    return [
      atMost(`${command} ${kinds.length} templates, peak memory`, peakMegabytes, promises.memory, 'MB'),
      note(`${command} ${kinds.length} templates, CPU`, cpu / 1000, 's'),
    ];
  });
}

/** Programs without findings, all rules, against the parser alone on the same files: as dense as public ones, and as dense as can be. */
async function programRows(count: number, repetitions: number): Promise<Row[]> {
  const dense = await programTexts(count);
  const alone = (some: typeof dense): void => parseProgramsAlone(some.flat());
  const check = (some: typeof dense): Promise<unknown> => checkAllRules(some.flat());
  const usual = await compare(amongOtherCode(dense), alone, check, repetitions, programWarmUps);
  const densest = await compare(dense, alone, check, repetitions, programWarmUps);
  return [
    note(`parsing alone, one program of ${dense.length}`, usual.base, 'ms'),
    atMost('all rules over programs', usual.ratio, promises.programs, 'x'),
    note('all rules over programs of nothing but resources', densest.ratio, 'x'),
  ];
}

/** A repository without a program, beyond what a run over nothing takes, against listing and reading its files. */
function otherFileRows(folder: string, count: number, repetitions: number): Row[] {
  const empty = path.join(folder, 'empty');
  const full = path.join(folder, 'full');
  mkdirSync(empty);
  writeOtherTypeScript(full, count);
  const check = stackmend('check', '--preset', 'all');
  const read = ['-e', listAndRead];
  const lines = {
    start: { args: check, cwd: empty },
    bare: { args: read, cwd: empty },
    check: { args: check, cwd: full },
    read: { args: read, cwd: full },
  };
  const times = timesOf(lines, repetitions);
  const checking = times.check.cpu - times.start.cpu;
  const reading = times.read.cpu - times.bare.cpu;
  return [
    note(`list and read ${count} other files, CPU`, reading, 'ms'),
    note(`check ${count} other files, CPU`, checking, 'ms'),
    atMost('check to list and read', checking / reading, promises.otherFiles, 'x'),
  ];
}

/** Real templates and programs, against parsing each of them alone, also those that no rule concerns. */
async function corpusRows(directory: string, repetitions: number): Promise<Row[]> {
  const found = await corpusTexts(directory);
  const kinds = {
    templates: { texts: found.filter((each) => !isProgramName(each.path)), alone: parseAll, check: checkAll },
    programs: {
      texts: found.filter((each) => isProgramName(each.path) && isParsed(each)),
      alone: parseProgramsAlone,
      check: checkAllRules,
    },
  };
  const rows: Row[] = [];
  for (const [kind, { texts, alone, check }] of Object.entries(kinds)) {
    if (texts.length === 0) continue;
    const label = `${path.basename(directory)}, ${texts.length} ${kind}`;
    const { stats } = await library.check({ texts });
    rows.push(
      note(`${label}: parsed`, stats.parsed, ''),
      note(`${label}: check`, (await compare(texts, alone, check, repetitions)).ratio, 'x'),
      note(`${label}: diff`, (await compare(texts, alone, fixAll, repetitions)).ratio, 'x'),
    );
  }
  return rows;
}
