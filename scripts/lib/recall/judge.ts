import { selectRules } from '../../../core/engine/select.js';
import { fixText } from '../../../core/engine/texts.js';
import type { EngineSettings, FileReport, Finding } from '../../../core/engine/types.js';
import { loadTemplate } from '../../../core/template/load.js';
import type { Template } from '../../../core/template/template.js';
import { SourceFile } from '../../../core/text/source-file.js';
import { catalog } from '../../../rules/catalog.js';
import { type Plain, plainValue } from '../corpus/plain-value.js';
import { configMutations } from './config-mutations.js';
import { grantMutations } from './grant-mutations.js';
import { concerns, configComplaint, configRuleOf, configRules, readings } from './judge-config.js';
import { type Broken, GrantJudge, grantRules } from './judge-grants.js';
import type { Mutation } from './mutation.js';
import { RoleReader } from './roles.js';

/** `restored`: found, and the fix brought back what was removed and nothing else. */
export type Verdict = 'restored' | 'refused' | 'wrong' | 'missed';

export interface Outcome {
  readonly file: string;
  readonly kind: string;
  readonly path: string;
  readonly rule: string;
  readonly verdict: Verdict;
  /** Why not restored. */
  readonly because: string;
}

/** What came of one template. */
export interface TemplateOutcome {
  /** Mutations that were made, whether they break the template or not. */
  readonly made: number;
  readonly outcomes: readonly Outcome[];
  /** Findings on what is right as the template would be deployed. */
  readonly disputed: readonly string[];
}

interface Fixed {
  /** Absent where no rule had anything to say. */
  readonly report: FileReport | undefined;
  readonly problem: string | undefined;
}

const nothing: TemplateOutcome = { made: 0, outcomes: [], disputed: [] };
const cannotBeWorkedOut = /Fn::ForEach|Fn::Transform|!Transform/;

/** Breaks correct templates in one place at a time, and looks at what the rules make of it. */
export class RecallJudge {
  private constructor(
    private readonly settings: EngineSettings,
    private readonly grants: GrantJudge,
  ) {}

  static async start(today: string): Promise<RecallJudge> {
    const rules = await selectRules(catalog, { rules: [...grantRules, ...configRules] });
    const settings: EngineSettings = {
      accept: 'review',
      today,
      includeGenerated: true,
      settingsFor: () => ({ rules }),
    };
    return new RecallJudge(settings, new GrantJudge(await RoleReader.start()));
  }

  /** What is wrong in the text already is mended first, so that it does not mix with what is made wrong here. */
  async judge(file: string, source: string): Promise<TemplateOutcome> {
    if (cannotBeWorkedOut.test(source)) return nothing;
    const { report: mended, problem } = await this.fix(file, source);
    if (problem !== undefined) return nothing;
    const text = mended?.after ?? source;
    const template = await parse(file, text);
    if (!template || template.macros.length > 0) return nothing;
    const present = mended?.remaining ?? [];
    const original = plainValue(text);
    const states = this.grants.states(original, 'strict');
    const right = new Map([...states].filter(([key]) => !isDisputed(key, present)));
    const outcomes: Outcome[] = [];
    let made = 0;
    for (const mutation of [...grantMutations(template), ...configMutations(template)]) {
      made++;
      const rule = configRuleOf(mutation.kind);
      if (rule === undefined) outcomes.push(...(await this.judgeGrant(file, mutation, right)));
      else if (!present.some((finding) => finding.rule === rule && concerns(mutation, finding)))
        outcomes.push(...(await this.judgeConfig(file, mutation, rule, original)));
    }
    const disputed = [...states].flatMap(([key, all]) =>
      all.every((state) => state === 'granted') && isDisputed(key, present) ? [`${file}: ${key}`] : [],
    );
    return { made, outcomes, disputed };
  }

  private async judgeGrant(
    file: string,
    mutation: Mutation,
    states: Parameters<GrantJudge['brokenBy']>[0],
  ): Promise<Outcome[]> {
    const broken = this.grants.brokenBy(states, plainValue(mutation.text));
    if (broken.length === 0) return [];
    const fixed = await this.fix(file, mutation.text);
    const missed = broken.filter((each) => !fixed.report?.findings.some((finding) => isAbout(finding, each)));
    const judgement = judgementOf(fixed, {
      missed: missed.map(({ key }) => key),
      isOne: (finding) => broken.some((each) => isAbout(finding, each)),
      complaint: () => fixed.report && this.grants.complaint(broken, fixed.report),
    });
    const rule = (missed[0] ?? broken[0])?.rule ?? '';
    return [{ file, kind: mutation.kind, path: mutation.path.join('.'), rule, ...judgement }];
  }

  private async judgeConfig(file: string, mutation: Mutation, rule: string, original: Plain): Promise<Outcome[]> {
    const { kind, path } = mutation;
    // Only what names the function is a mutation: `Fn::Sub` of an API's stage variable is not.
    if (kind === 'uri' && !readings(plainValue(mutation.text), path).every(isFunctionArn)) return [];
    const fixed = await this.fix(file, mutation.text);
    const isOne = (finding: Finding): boolean => finding.rule === rule && concerns(mutation, finding);
    const judgement = judgementOf(fixed, {
      missed: fixed.report?.findings.some(isOne) === true ? [] : [path.join('.')],
      isOne,
      complaint: () => fixed.report && configComplaint(mutation, original, fixed.report),
    });
    return [{ file, kind, path: path.join('.'), rule, ...judgement }];
  }

  private async fix(file: string, text: string): Promise<Fixed> {
    const { reports, problems } = await fixText({ path: file, text }, catalog, this.settings);
    const problem = problems.find(({ severity }) => severity === 'error')?.message;
    return { report: reports[0], problem };
  }
}

/** What was said about a text or a program. */
type Judged = Pick<FileReport, 'findings' | 'withheld'>;

interface Expectation {
  /** What no finding tells. */
  readonly missed: readonly string[];
  readonly isOne: (finding: Finding) => boolean;
  readonly complaint: () => string | undefined;
}

/** What a mutation comes to, by what the rules said and what the fix did. */
export function judgementOf(
  { report, problem }: { readonly report: Judged | undefined; readonly problem: string | undefined },
  { missed, isOne, complaint }: Expectation,
): Pick<Outcome, 'verdict' | 'because'> {
  if (problem !== undefined) return { verdict: 'wrong', because: problem };
  if (!report || missed.length > 0) return { verdict: 'missed', because: missed.join(', ') };
  const because = complaint();
  if (because === undefined) return { verdict: 'restored', because: '' };
  const refusal = refusalOf(report, isOne);
  return refusal === undefined ? { verdict: 'wrong', because } : { verdict: 'refused', because: refusal };
}

function isFunctionArn(reading: string): boolean {
  return /^"arn:[^:]+:lambda:/.test(reading);
}

function isAbout(finding: Finding, { rule, subject }: Broken): boolean {
  return finding.rule === rule && finding.resource?.id === subject;
}

function isDisputed(key: string, present: readonly Finding[]): boolean {
  const [rule, subject] = key.split(' ');
  return present.some(
    (finding) => finding.resource?.id === subject && (finding.rule === rule || finding.rule === 'lambda-policy-order'),
  );
}

/** Why a finding stayed without an applied fix. */
function refusalOf({ findings, withheld }: Judged, isOne: (finding: Finding) => boolean): string | undefined {
  const refusal = findings.find((finding) => isOne(finding) && finding.refusal)?.refusal;
  if (refusal) return `${refusal.code}: ${refusal.because}`;
  const held = withheld.find(({ finding }) => isOne(finding));
  return held && `withheld by ${held.gate}: ${held.because}`;
}

async function parse(file: string, text: string): Promise<Template | undefined> {
  try {
    return await loadTemplate(new SourceFile(file, text));
  } catch {
    return undefined;
  }
}
