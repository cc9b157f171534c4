import type { Finding, Problem } from '../core/engine/types.js';
import type { Impact } from '../core/rule.js';
import { type Encoder, type EncoderContext, type FileOutcome, type RunEnd, fromRoot } from './encoder.js';
import { byteLength, codeSpan } from './markdown-text.js';
import { webPageOf } from './rule-page.js';
import { type Tally, isChanged } from './tally.js';
import { noTemplate } from './text.js';
import { appliedAsFound, count, list, sources } from './words.js';

/** GitHub refuses a job summary over 1 MiB, and a comment over 65,536 characters; a summary nobody scrolls is none. */
export const summaryBudget = 60_000;

/** A summary in GitHub's and GitLab's Markdown, of at most `budget` bytes: what does not fit is counted. */
export function markdownEncoder(context: EncoderContext, budget = summaryBudget): Encoder {
  const rows: Row[] = [];
  return {
    file: (outcome) => {
      rows.push(...rowsOf(outcome, context));
      return '';
    },
    end: (run) => summary(rows, run, budget),
  };
}

interface Row {
  readonly state: 'open' | 'mended' | 'held back';
  readonly finding: Finding;
  readonly text: string;
  readonly followUps: readonly string[];
}

function rowsOf(outcome: FileOutcome, context: EncoderContext): Row[] {
  const { report, heldBack } = outcome;
  const mends = heldBack === undefined && context.command !== 'check';
  const applied = mends ? appliedAsFound(report).filter(({ file }) => isOf(report, file)) : [];
  const left = mends ? report.remaining : report.findings;
  const note = heldBack !== undefined && isChanged(report) ? heldBack : undefined;
  return [
    ...applied.map((finding) => rowOf('mended', finding, context)),
    ...left.map((finding) => rowOf(note === undefined ? 'open' : 'held back', finding, context, note)),
  ];
}

/** A fix over several files is told in the file of its finding. */
function isOf({ file, renamedTo }: FileOutcome['report'], name: string): boolean {
  return name === file || name === renamedTo;
}

function rowOf(state: Row['state'], finding: Finding, { prefix, rules }: EncoderContext, note?: string): Row {
  const { rule, resource, position, certainty, impact, message, fix, refusal } = finding;
  const known = rules.find(({ id }) => id === rule);
  const page = known && webPageOf(known);
  const place = codeSpan(`${fromRoot(prefix, finding.file)}:${position.line}`, 'cell');
  const cure = note ?? fix?.title ?? refusal?.because;
  const cells = [
    state,
    `${certainty}, ${impact}`,
    resource ? `${place}<br>${codeSpan(resource.id, 'cell')}` : place,
    page === undefined ? rule : `[${rule}](${page})`,
    codeSpan(message, 'cell'),
    cure === undefined ? '' : `${note === undefined && fix ? fix.safety : 'no fix'}: ${codeSpan(cure, 'cell')}`,
  ];
  return { state, finding, text: `| ${cells.join(' | ')} |`, followUps: finding.followUps };
}

const head = ['| | How sure | Where | Rule | What | Fix |', '|--|--|--|--|--|--|'];

function summary(rows: readonly Row[], run: RunEnd, budget: number): string {
  const sorted = rows.toSorted(byWeight);
  const opening = ['## stackmend', '', sumLine(run.tally, rows), ''];
  const room = new Room(budget - byteLength(opening.join('\n')) - 200);
  const problems = section('### Not judged', run.problems.map(problemLine), room);
  const table = section(
    '',
    sorted.map(({ text }) => text),
    room,
    head,
  );
  const steps = [...new Set(sorted.flatMap(({ followUps }) => followUps))].map((step) => `- [ ] ${codeSpan(step)}`);
  return [...opening, ...table, ...section('### You still have to do', steps, room), ...problems].join('\n');
}

/** Bytes that are left. */
class Room {
  constructor(private left: number) {}

  /** Takes as many lines as there is room for. */
  take(lines: readonly string[]): readonly string[] {
    const end = lines.findIndex((line) => {
      const size = byteLength(line) + 1;
      if (size > this.left) return true;
      this.left -= size;
      return false;
    });
    return end === -1 ? lines : lines.slice(0, end);
  }
}

function section(title: string, lines: readonly string[], room: Room, before: readonly string[] = []): string[] {
  if (lines.length === 0) return [];
  const opening = [...(title === '' ? [] : [title, '']), ...before];
  if (room.take(opening).length < opening.length) return [];
  const taken = room.take(lines);
  const rest = lines.length - taken.length;
  return [...opening, ...taken, '', ...(rest > 0 ? [`And ${rest} more.`, ''] : [])];
}

const weights: Readonly<Record<Impact, number>> = { critical: 0, high: 1, medium: 2, low: 3 };

/** The gravest first, then as the files stand. */
function byWeight(a: Row, b: Row): number {
  const weight = ({ finding, state }: Row): number =>
    (state === 'mended' ? 10 : 0) + (finding.certainty === 'proven' ? 0 : 5) + weights[finding.impact];
  return (
    weight(a) - weight(b) ||
    compare(a.finding.file, b.finding.file) ||
    a.finding.position.line - b.finding.position.line ||
    a.finding.position.column - b.finding.position.column
  );
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function sumLine(tally: Tally, rows: readonly Row[]): string {
  if (tally.templates + tally.programs === 0) return noTemplate(tally);
  const mended = rows.filter(({ state }) => state === 'mended').length;
  const open = rows.filter(({ state }) => state !== 'mended');
  if (rows.length === 0) return `Nothing to mend in ${sources(tally)}.`;
  const proven = open.filter(({ finding }) => finding.certainty === 'proven').length;
  const parts = [
    ...(mended > 0 ? [`${mended} mended`] : []),
    ...(proven > 0 ? [`${proven} proven`] : []),
    ...(open.length > proven ? [`${open.length - proven} possible`] : []),
  ];
  return `**${count(rows.length, 'finding')}** in ${sources(tally)}: ${list(parts)}.`;
}

function problemLine({ severity, file, position, message }: Problem): string {
  const place = file === '' ? '' : `${codeSpan(position ? `${file}:${position.line}` : file)}: `;
  return `- ${severity}: ${place}${codeSpan(message)}`;
}
