import {
  type ConcurrencyPlan,
  type FindingDraft,
  type FixDraft,
  type Message,
  type Refusal,
  type Rule,
  renderMessage,
} from '../rule.js';
import { CannotEdit } from '../template/cannot-edit.js';
import type { Template } from '../template/template.js';
import { redacted } from '../text/secrets.js';
import type { SourceFile } from '../text/source-file.js';
import type { Span } from '../text/span.js';
import type { TextEdit } from '../text/edit.js';
import { fingerprintOf, keyOf } from './fingerprint.js';
import { crashOf } from './fixers.js';
import { preventedError } from './prevented-error.js';
import type { Change, Finding, Fix, Problem } from './types.js';

/** Where a finding is, for people. */
export interface Place {
  readonly source: SourceFile;
  readonly span: Span;
}

/** What the collector has to know of the document, or the program, that rules look at. */
export interface Collected {
  /** For problems of a rule as a whole. */
  readonly file: string;
  /** What `{unit}` stands for in messages. */
  readonly noun: Template['noun'];
  /** True where something that cannot be read may rewrite everything: nothing is certain then. */
  readonly isOpaque: boolean;
  placeOf(draft: FindingDraft): Place;
  /** The name and type of the resource, as people know it. */
  describe(draft: FindingDraft): Finding['resource'];
  /** Who generated a file, where its edits would be lost; found out only when there is a finding. */
  makerOf(source: SourceFile): string | undefined;
  /** Another file that a fix may change; left out where there is only one. */
  sourceOf?(file: string): SourceFile | undefined;
  /** True for a file that was only read to understand others, so that no fix may change it. */
  isContext?(file: string): boolean;
  /** Why what is written at a place need not be what runs, so that no fix may change it there. */
  unreadAt?(file: string, span: Span): string | undefined;
  readonly includeGenerated: boolean;
}

/** A fixer or a transform. */
interface Part<Context> {
  readonly rule: Rule;
  readonly find: (context: Context) => Iterable<FindingDraft>;
  readonly planConcurrency?: (context: Context) => ConcurrencyPlan | undefined;
}

interface Asked {
  readonly plansConcurrency?: boolean;
}

/**
 * Gathers what rules find, plans the fixes, and keeps the run going when a rule fails. Every text of a finding passes here, so
 * here what looks like a secret is taken out of them, for all reports at once; snippets are source text and stay.
 */
export class Collector {
  readonly problems: Problem[] = [];
  readonly makers = new Map<string, string>();
  concurrency: ConcurrencyPlan | undefined;
  private readonly raw: Finding[] = [];

  constructor(private readonly subject: Collected) {}

  /** Hears one rule, in the way of its world. */
  run<Context>(part: Part<Context>, context: Context, { plansConcurrency = false }: Asked = {}): void {
    const { rule } = part;
    try {
      for (const draft of part.find(context)) this.add(rule, draft);
      if (plansConcurrency) this.concurrency ??= part.planConcurrency?.(context);
    } catch (error) {
      this.problems.push(crashOf(rule.id, this.subject.file, error));
    }
  }

  /** All findings by their place in the text, with their fingerprints. */
  findings(): Finding[] {
    const seen = new Map<string, number>();
    return this.raw
      .toSorted((a, b) => compare(a.file, b.file) || a.span.start - b.span.start)
      .map((finding) => {
        const key = keyOf(finding);
        const ordinal = seen.get(key) ?? 0;
        seen.set(key, ordinal + 1);
        return { ...finding, fingerprint: fingerprintOf(key, ordinal) };
      });
  }

  private add(rule: Rule, draft: FindingDraft): void {
    const message: Message | undefined = rule.messages[draft.message];
    if (!message) throw new Error(`it has no message "${draft.message}"`);
    const { source, span } = this.subject.placeOf(draft);
    const prevents = message.preset === 'deploy' ? preventedError(rule.errors, message, draft) : undefined;
    const resource = this.subject.describe(draft);
    const finding: Finding = {
      rule: rule.id,
      messageId: draft.message,
      message: redacted(renderMessage(message, { unit: this.subject.noun, ...draft.data })),
      impact: rule.impact,
      preset: message.preset,
      certainty: this.subject.isOpaque ? 'possible' : draft.certainty,
      file: source.path,
      span,
      position: source.lines.position(span.start),
      path: draft.node.path,
      ...(resource ? { resource } : {}),
      fingerprint: '',
      followUps: (draft.followUps ?? []).map(redacted),
      ...(prevents === undefined ? {} : { prevents: redacted(prevents) }),
    };
    this.raw.push({ ...finding, ...this.outcomeOf(rule.id, draft, source) });
  }

  /** Either the fix or the reason that there is none. */
  private outcomeOf(id: string, draft: FindingDraft, source: SourceFile): { fix: Fix } | { refusal: Refusal } {
    const maker = this.subject.makerOf(source);
    if (maker !== undefined) this.makers.set(source.path, maker);
    const planned = this.plan(id, draft);
    if ('code' in planned) return { refusal: { ...planned, because: redacted(planned.because) } };
    if (maker !== undefined && !this.subject.includeGenerated) return { refusal: generated(maker, 'this file') };
    const fix = this.complete(planned, source.path);
    const refusal = fix.changes.flatMap((change) => this.refusalOf(change, source.path) ?? [])[0];
    return refusal ? { refusal } : { fix };
  }

  /** Why a fix must not change what it would. */
  private refusalOf(change: Change, own: string): Refusal | undefined {
    const { file } = change;
    const edits = change.kind === 'edit' ? change.edits : [];
    const unread = edits.flatMap(({ span }) => this.subject.unreadAt?.(file, span) ?? [])[0];
    if (unread !== undefined) return { code: 'unknown-value', because: unread };
    return file === own ? undefined : this.refusalOfOther(file);
  }

  /** Why a fix must not change another file than that of its finding. */
  private refusalOfOther(file: string): Refusal | undefined {
    if (this.subject.isContext?.(file) === true)
      return {
        code: 'outside-template',
        because: `the fix would change ${file} too, which is not among the files of this run: name it as well`,
      };
    const source = this.subject.sourceOf?.(file);
    const maker = source && this.subject.makerOf(source);
    return maker === undefined || this.subject.includeGenerated ? undefined : generated(maker, file);
  }

  private plan(id: string, { fix }: FindingDraft): FixDraft | Refusal {
    try {
      const planned = fix?.() ?? { code: 'needs-choice', because: 'what is meant is for a person to decide' };
      if ('code' in planned || planned.edits.length > 0 || planned.rename !== undefined) return planned;
      return { code: 'limit', because: 'the fix would change nothing' };
    } catch (error) {
      if (error instanceof CannotEdit) return { code: 'cannot-edit', because: error.because };
      this.problems.push(crashOf(id, this.subject.file, error));
      return { code: 'withheld', because: 'the rule failed while it planned the fix' };
    }
  }

  private complete({ title, safety, consequence, edits, rename, touches }: FixDraft, file: string): Fix {
    return {
      title: redacted(title),
      // A macro may rewrite what the fix relies on, so a person has to look.
      safety: this.subject.isOpaque && safety === 'safe' ? 'review' : safety,
      consequence,
      changes: [
        ...changesOf(edits, file),
        ...(rename === undefined ? [] : [{ kind: 'rename' as const, file, to: rename }]),
      ],
      touches,
    };
  }
}

function generated(maker: string, file: string): Refusal {
  return {
    code: 'generated',
    because: `${maker} generated ${file}, so the next build would undo the edit: change what it is generated from`,
  };
}

/** The edits of a fix by the file that they are in. */
function changesOf(edits: readonly TextEdit[], own: string): Change[] {
  const byFile = new Map<string, TextEdit[]>();
  for (const edit of edits) {
    const file = edit.file ?? own;
    const group = byFile.get(file) ?? [];
    group.push(edit);
    byFile.set(file, group);
  }
  return [...byFile].map(([file, group]) => ({ kind: 'edit', file, edits: group }));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
