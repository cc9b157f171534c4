import type { Failure, LogLine, Reader, Sink } from './failure.js';
import { failuresInJson } from './json.js';
import { linesOf } from './lines.js';
import { CdkEvents } from './readers/cdk.js';
import { EventLines } from './readers/cloudformation.js';
import { CfnLint, Tsc } from './readers/linters.js';
import { PulumiDiagnostics, PulumiEventLines } from './readers/pulumi.js';
import { SamTable } from './readers/sam.js';
import { AnyText, type Knowing, failureWords } from './readers/text.js';
import { Scanner } from './scanner.js';

/** The errors that are known. */
export interface Knowledge {
  /** Of these one stands in every text that is known. */
  readonly needles: readonly string[];
  readonly knowing: (text: string) => Knowing;
}

export interface ReadLog {
  readonly failures: readonly Failure[];
  /** Lines of the log. */
  readonly lines: number;
  /** Failures beyond the limit, which were counted only. */
  readonly left: number;
}

/** So many different failures are kept; no deployment has more. */
const mostFailures = 2_000;
/** So many lines are kept that only claim to be errors: they count where nothing better is found. */
const mostClaims = 20;
/** Up to here a text that begins as JSON is read as one document. UTF-16 code units. */
const longestDocument = 16 * 1024 * 1024;

/**
 * Reads the failures out of a log of any kind, in constant memory: several formats may stand in one log, as in that of a
 * pipeline. JSON documents are read whole where they are not endless.
 */
export async function readLog(
  chunks: AsyncIterable<Uint8Array | string> | Iterable<string>,
  knowledge: Knowledge,
): Promise<ReadLog> {
  const kept = new Kept();
  const readers = new Readers(kept, knowledge);
  let document: DocumentText | undefined = new DocumentText();
  let lines = 0;
  for await (const batch of linesOf(chunks)) {
    lines = batch.at(-1)?.number ?? lines;
    if (document?.add(batch) === false) {
      readers.takeAll(document.lines);
      document = undefined;
    } else if (!document) readers.takeAll(batch);
  }
  const whole = document && failuresInJson(document.text());
  // JSON of another tool may quote an error all the same.
  if (whole && whole.length > 0) for (const failure of whole) kept.add(failure);
  else if (document) readers.takeAll(document.lines);
  readers.end();
  return { failures: kept.all(), lines, left: kept.left };
}

/** Lines that may turn out to be one JSON document. */
class DocumentText {
  readonly lines: LogLine[] = [];
  private length = 0;

  /** False when it is none, or too long. */
  add(batch: readonly LogLine[]): boolean {
    for (const line of batch) {
      this.lines.push(line);
      this.length += line.text.length + 1;
    }
    const first = this.lines.find(({ text }) => text.trim() !== '')?.text.trimStart() ?? '{';
    // `[12:00:01] ...` is no document.
    return this.length <= longestDocument && /^\uFEFF?(?:\{|\[\s*(?:$|[{\]]))/.test(first);
  }

  text(): string {
    return this.lines
      .map(({ text }) => text)
      .join('\n')
      .replace(/^\uFEFF/, '');
  }
}

/** Failures, each text of a resource once. */
class Kept {
  private readonly byText = new Map<string, Failure>();
  private readonly unknown = new Map<string, Failure>();
  left = 0;

  readonly add: Sink = (failure) => this.put(this.byText, failure, mostFailures);
  readonly claim: Sink = (failure) => this.put(this.unknown, failure, mostClaims);

  /** What only claims to be an error counts where nothing better was found. */
  all(): readonly Failure[] {
    return [...(this.byText.size > 0 ? this.byText : this.unknown).values()];
  }

  private put(into: Map<string, Failure>, failure: Failure, most: number): void {
    const key = `${failure.resource?.stack}\0${failure.resource?.name}\0${failure.place?.file}\0${failure.place?.line}\0${failure.reason}`;
    if (into.has(key)) return;
    if (into.size < most) into.set(key, failure);
    else if (into === this.byText) this.left++;
  }
}

/** Marks of the formats: a line without any of them is read as text only, unless a reader has begun something. */
const marks: readonly string[] = [
  'ResourceStatus',
  'StatusReason',
  'LogicalResourceId',
  ' | ',
  'error TS',
  'diagnosticEvent',
  'error:',
  'failed: ',
  '):',
  '": "',
];
const lint = /^[EW]\d{4} |:[EW]\d{4}:/;

/** All readers over the same lines: the one that has begun something goes first, then in this order. */
class Readers {
  private readonly formats: readonly Reader[];
  private readonly text: AnyText;
  private readonly scanner: Scanner;
  private sight = 0;

  constructor({ add, claim }: Kept, { needles, knowing }: Knowledge) {
    this.formats = [
      new SamTable(add),
      new CdkEvents(add),
      new PulumiDiagnostics(add),
      new PulumiEventLines(add),
      new CfnLint(add),
      new Tsc(add),
      new EventLines(add),
    ];
    this.text = new AnyText(() => this.sight, knowing, add, claim);
    // The groups are the bits of `sights`, and the marks.
    this.scanner = new Scanner([needles, failureWords, marks]);
  }

  takeAll(lines: readonly LogLine[]): void {
    for (const line of lines) this.take(line);
  }

  end(): void {
    for (const reader of this.formats) reader.end();
    this.text.end();
  }

  private take(line: LogLine): void {
    this.sight = this.scanner.feed(line.text);
    if (this.isOfFormat(line)) return;
    this.text.take(line);
  }

  private isOfFormat(line: LogLine): boolean {
    const open = this.formats.filter((reader) => reader.isOpen);
    if (open.some((reader) => reader.take(line))) return true;
    if ((this.sight & 4) === 0 && !isBrace(line.text) && !lint.test(line.text.slice(0, 400))) return false;
    return this.formats.some((reader) => !open.includes(reader) && reader.take(line));
  }
}

/** Ends an event of the AWS CLI. */
function isBrace(text: string): boolean {
  return text.length < 40 && /^\s*[{}],?$/.test(text);
}
