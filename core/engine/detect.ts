import { preventedError } from './prevented-error.js';
import {
  type CfnContext,
  type FindingDraft,
  type FixDraft,
  type Message,
  type Refusal,
  renderMessage,
} from '../rule.js';
import { CannotEdit } from '../template/cannot-edit.js';
import { Editor } from '../template/editor.js';
import type { Template } from '../template/template.js';
import { fingerprintOf, keyOf } from './fingerprint.js';
import { type FixerPool, type LoadedFixer, crashOf } from './fixers.js';
import { generatedBy } from './generated.js';
import { suppress } from './suppress.js';
import type { EngineSettings, FileSettings, Finding, Fix, Problem, SuppressionProblem } from './types.js';

export interface Subject {
  readonly template: Template;
  /** Everything deployed together with the template, itself included. */
  readonly unit: readonly Template[];
  readonly settings: FileSettings;
}

/** What the active rules say about one template. */
export interface Detection {
  /** In the order of the text, without suppressed ones. */
  readonly findings: readonly Finding[];
  readonly suppressed: readonly Finding[];
  readonly suppressionProblems: readonly SuppressionProblem[];
  readonly problems: readonly Problem[];
  readonly generatedBy?: string;
}

export type DetectSettings = Pick<EngineSettings, 'today' | 'includeGenerated'>;

/** Runs the active rules over a template. A rule that throws becomes a problem; the others go on. */
export async function detect(subject: Subject, pool: FixerPool, settings: DetectSettings): Promise<Detection> {
  const { source } = subject.template;
  const fixers = await pool.fixersFor(source.path, source.text, subject.settings);
  const collector = new Collector(subject, settings);
  for (const fixer of fixers) collector.run(fixer);
  const crashed = new Set(collector.problems.map(({ rule }) => rule));
  const judged = suppress(subject.template, collector.findings(), {
    isKnown: (rule) => pool.has(rule),
    isJudged: (rule) => subject.settings.rules.has(rule) && pool.runs(rule) && !crashed.has(rule),
  });
  return {
    findings: judged.left.filter((finding) => isShown(finding, subject.settings)),
    suppressed: judged.suppressed.filter((finding) => isShown(finding, subject.settings)),
    suppressionProblems: judged.problems,
    problems: [...pool.takeFailures(), ...collector.problems],
    ...(collector.maker === undefined ? {} : { generatedBy: collector.maker }),
  };
}

/** The preset is a matter of each message: some messages of a rule stop a deployment, others do not. */
function isShown({ rule, preset }: Finding, { rules }: FileSettings): boolean {
  return preset === 'deploy' || rules.get(rule)?.preset === 'all';
}

class Collector {
  readonly problems: Problem[] = [];
  private readonly raw: Finding[] = [];
  private readonly isOpaque: boolean;
  private readonly editor: Editor;
  private lazyMaker: { readonly name: string | undefined } | undefined;

  constructor(
    private readonly subject: Subject,
    private readonly settings: DetectSettings,
  ) {
    this.isOpaque = subject.template.macros.length > 0;
    this.editor = new Editor(subject.template);
  }

  /** Who generated the file; found out only when there is a finding. */
  get maker(): string | undefined {
    return this.raw.length === 0 ? undefined : (this.lazyMaker ??= { name: generatedBy(this.subject.template) }).name;
  }

  run({ id, fixer }: LoadedFixer): void {
    try {
      for (const draft of fixer.find(this.contextFor(id, fixer))) this.add(id, fixer, draft);
    } catch (error) {
      this.problems.push(crashOf(id, this.subject.template.source.path, error));
    }
  }

  /** All findings by their place in the text, with their fingerprints. */
  findings(): Finding[] {
    const seen = new Map<string, number>();
    return this.raw
      .toSorted((a, b) => a.span.start - b.span.start)
      .map((finding) => {
        const key = keyOf(finding);
        const ordinal = seen.get(key) ?? 0;
        seen.set(key, ordinal + 1);
        return { ...finding, fingerprint: fingerprintOf(key, ordinal) };
      });
  }

  private contextFor(id: string, { rule }: LoadedFixer['fixer']): CfnContext {
    const { template, unit, settings } = this.subject;
    const options = settings.rules.get(id)?.options ?? rule.options?.defaults ?? {};
    return { template, unit, editor: this.editor, options, today: this.settings.today, account: settings.account };
  }

  private add(id: string, { rule }: LoadedFixer['fixer'], draft: FindingDraft): void {
    const { source } = this.subject.template;
    const message: Message | undefined = rule.messages[draft.message];
    if (!message) throw new Error(`it has no message "${draft.message}"`);
    const span = draft.span ?? draft.node.span;
    const prevents = message.preset === 'deploy' ? preventedError(rule.errors, message, draft) : undefined;
    const finding: Finding = {
      rule: id,
      messageId: draft.message,
      message: renderMessage(message, draft.data),
      impact: rule.impact,
      preset: message.preset,
      certainty: this.isOpaque ? 'possible' : draft.certainty,
      file: source.path,
      span,
      position: source.lines.position(span.start),
      path: draft.node.path,
      ...(draft.resource ? { resource: { id: draft.resource.id, type: draft.resource.type } } : {}),
      fingerprint: '',
      followUps: draft.followUps ?? [],
      ...(prevents === undefined ? {} : { prevents }),
    };
    this.raw.push(finding);
    this.raw[this.raw.length - 1] = { ...finding, ...this.outcomeOf(id, draft) };
  }

  /** Either the fix or the reason that there is none. */
  private outcomeOf(id: string, draft: FindingDraft): { fix: Fix } | { refusal: Refusal } {
    const planned = this.plan(id, draft);
    if ('code' in planned) return { refusal: planned };
    if (this.maker !== undefined && !this.settings.includeGenerated) {
      return {
        refusal: {
          code: 'generated',
          because: `${this.maker} generated this file, so the next build would undo the edit: change what it is generated from`,
        },
      };
    }
    return { fix: this.complete(planned) };
  }

  private plan(id: string, { fix }: FindingDraft): FixDraft | Refusal {
    try {
      const planned = fix?.() ?? { code: 'needs-choice', because: 'what is meant is for a person to decide' };
      if ('code' in planned || planned.edits.length > 0 || planned.rename !== undefined) return planned;
      return { code: 'limit', because: 'the fix would change nothing' };
    } catch (error) {
      if (error instanceof CannotEdit) return { code: 'cannot-edit', because: error.because };
      this.problems.push(crashOf(id, this.subject.template.source.path, error));
      return { code: 'withheld', because: 'the rule failed while it planned the fix' };
    }
  }

  private complete({ title, safety, consequence, edits, rename, touches }: FixDraft): Fix {
    const file = this.subject.template.source.path;
    return {
      title,
      // A macro may rewrite what the fix relies on, so a person has to look.
      safety: this.isOpaque && safety === 'safe' ? 'review' : safety,
      consequence,
      changes: [
        ...(edits.length > 0 ? [{ kind: 'edit' as const, file, edits }] : []),
        ...(rename === undefined ? [] : [{ kind: 'rename' as const, file, to: rename }]),
      ],
      touches,
    };
  }
}
