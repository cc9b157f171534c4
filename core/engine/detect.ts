import { Editor } from '../template/editor.js';
import type { AccountFigures, CfnContext, ConcurrencyPlan, FindingDraft } from '../rule.js';
import type { Template } from '../template/template.js';
import { Collector } from './collector.js';
import type { FixerPool, Loaded } from './fixers.js';
import { generatedBy } from './generated.js';
import { suppress } from './suppress.js';
import { directivesIn } from './suppress-directives.js';
import type { EngineSettings, FileSettings, Finding, Problem, SuppressionProblem } from './types.js';

export interface Subject {
  readonly template: Template;
  /** Everything deployed together with the template, itself included. */
  readonly unit: readonly Template[];
  readonly settings: FileSettings;
  /** The accounts that it goes to. */
  readonly accounts: readonly AccountFigures[];
}

/** What the active rules say about one file. */
export interface Detection {
  /** In the order of the text, without suppressed ones. */
  readonly findings: readonly Finding[];
  readonly suppressed: readonly Finding[];
  readonly suppressionProblems: readonly SuppressionProblem[];
  readonly problems: readonly Problem[];
  readonly generatedBy?: string;
  readonly concurrency?: ConcurrencyPlan;
}

export type DetectSettings = Pick<EngineSettings, 'today' | 'includeGenerated' | 'plansConcurrency'>;

/** Runs the active rules over a template. A rule that throws becomes a problem; the others go on. */
export async function detect(subject: Subject, pool: FixerPool, settings: DetectSettings): Promise<Detection> {
  const { template, settings: own } = subject;
  const { path, text } = template.source;
  const fixers = await pool.loadFor('template', path, [text], own);
  const collector = collectorFor(template, settings);
  const editor = new Editor(template);
  for (const fixer of fixers) collector.run(fixer.part, contextFor(fixer, subject, editor, settings), settings);
  const crashed = new Set(collector.problems.map(({ rule }) => rule));
  const judged = suppress(path, collector.findings(), directivesIn(template), {
    isKnown: (rule) => pool.has(rule),
    isJudged: (rule) => own.rules.has(rule) && pool.runs('template', rule) && !crashed.has(rule),
  });
  const maker = collector.makers.get(path);
  return {
    findings: judged.left.filter((finding) => isShown(finding, own)),
    suppressed: judged.suppressed.filter((finding) => isShown(finding, own)),
    suppressionProblems: judged.problems,
    problems: [...pool.takeFailures(), ...collector.problems],
    ...(maker === undefined ? {} : { generatedBy: maker }),
    ...(collector.concurrency ? { concurrency: collector.concurrency } : {}),
  };
}

/** The preset is a matter of each message: some messages of a rule stop a deployment, others do not. */
export function isShown({ rule, preset }: Finding, { rules }: FileSettings): boolean {
  return preset === 'deploy' || rules.get(rule)?.preset === 'all';
}

function collectorFor(template: Template, settings: DetectSettings): Collector {
  const { source } = template;
  let maker: { readonly name: string | undefined } | undefined;
  return new Collector({
    file: source.path,
    noun: template.noun,
    isOpaque: template.macros.length > 0,
    includeGenerated: settings.includeGenerated,
    placeOf: (draft) => ({ source, span: draft.span ?? draft.node.span }),
    describe: ({ resource }: FindingDraft) => resource && { id: resource.id, type: typeText(resource.type) },
    makerOf: () => (maker ??= { name: generatedBy(template) }).name,
  });
}

/** The type of a resource where it is a name as types have them: what stands there may be anything. */
function typeText(type: string): string {
  return /^(?:Custom::[\w@-]{1,60}|[A-Za-z0-9]+(?:::[A-Za-z0-9]+){1,4})$/.test(type) ? type : 'unknown type';
}

function contextFor(
  { id, part }: Loaded<'template'>,
  subject: Subject,
  editor: Editor,
  { today }: DetectSettings,
): CfnContext {
  const { template, unit, settings, accounts } = subject;
  const options = settings.rules.get(id)?.options ?? part.rule.options?.defaults ?? {};
  const { refused } = settings;
  return { template, unit, editor, options, today, accounts, refused };
}
