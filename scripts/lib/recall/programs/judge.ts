import { selectRules } from '../../../../core/engine/select.js';
import { runTexts } from '../../../../core/engine/texts.js';
import type { EngineSettings, FileReport, Finding } from '../../../../core/engine/types.js';
import { catalog } from '../../../../rules/catalog.js';
import { type PlainMap, mapAt } from '../deployed.js';
import { type Outcome, type TemplateOutcome, judgementOf } from '../judge.js';
import { type Broken, GrantJudge, grantRules } from '../judge-grants.js';
import { RoleReader } from '../roles.js';
import { programMutations } from './mutations.js';
import { type ProgramMutation, type Texts } from './mutation.js';
import { orderComplaint } from './order-kept.js';
import type { Reader, Reading } from './reading.js';
import { versionComplaint, versionRule, versionStates } from './versions.js';

interface Fixed {
  readonly report: Pick<FileReport, 'findings' | 'withheld'> | undefined;
  readonly remaining: readonly Finding[];
  readonly texts: Texts;
  readonly problem: string | undefined;
}

const nothing: TemplateOutcome = { made: 0, outcomes: [], disputed: [] };

type Known = (finding: Finding, broken: Broken) => boolean;

/** Breaks correct programs in one place at a time, and looks at what the rules make of it. */
export class ProgramRecallJudge {
  private constructor(
    private readonly settings: EngineSettings,
    private readonly grants: GrantJudge,
    private readonly reader: Reader,
  ) {}

  /** @param today the date that runtimes are judged by, ISO */
  static async start(today: string, reader: Reader): Promise<ProgramRecallJudge> {
    const rules = await selectRules(catalog, { rules: [...grantRules, versionRule] });
    const settings: EngineSettings = {
      accept: 'review',
      today,
      includeGenerated: true,
      settingsFor: () => ({ rules }),
    };
    return new ProgramRecallJudge(settings, new GrantJudge(await RoleReader.start()), reader);
  }

  /** What is wrong in the program already is mended first, so that it does not mix with what is made wrong here. */
  async judge(name: string, source: Texts): Promise<TemplateOutcome> {
    const mended = await this.fix(source);
    if (mended.problem !== undefined) return nothing;
    const original = await this.reader.read(mended.texts);
    if (!original) return { ...nothing, disputed: [`${name}: cannot be read or does not run`] };
    const present = new Set(mended.remaining.flatMap((finding) => idsOf(finding, original)));
    const states = this.grants.states(original.template, 'strict');
    const right = new Map([...states].filter(([key]) => !present.has(key.split(' ')[1] ?? '')));
    const outcomes: Outcome[] = [];
    let made = 0;
    for (const mutation of programMutations(mended.texts)) {
      made++;
      const texts = new Map([...mended.texts, ...mutation.changed]);
      const mutated = await this.reader.read(texts);
      if (!mutated) continue;
      const versions = brokenVersions(original.template, mutated.template);
      const broken = [...this.grants.brokenBy(right, mutated.template), ...versions];
      if (broken.length > 0) outcomes.push(await this.outcomeOf(name, mutation, broken, original, mutated, texts));
    }
    const disputed = [...states].flatMap(([key, all]) =>
      all.every((state) => state === 'granted') && present.has(key.split(' ')[1] ?? '') ? [`${name}: ${key}`] : [],
    );
    return { made, outcomes, disputed };
  }

  private async outcomeOf(
    name: string,
    { kind, file, line }: ProgramMutation,
    broken: readonly Broken[],
    original: Reading,
    mutated: Reading,
    texts: Texts,
  ): Promise<Outcome> {
    const fixed = await this.fix(texts);
    const isAbout: Known = (finding, { rule, subject }) =>
      finding.rule === rule && idsOf(finding, mutated).includes(subject);
    const after = await this.reader.read(fixed.texts);
    const missed = broken.filter((each) => !fixed.report?.findings.some((finding) => isAbout(finding, each)));
    const judgement = judgementOf(fixed, {
      missed: missed.map(({ key }) => key),
      isOne: (finding) => broken.some((each) => isAbout(finding, each)),
      complaint: () =>
        after ? this.complaint(broken, original, mutated.template, after.template) : 'the fixed program does not run',
    });
    const rule = (missed[0] ?? broken[0])?.rule ?? '';
    return { file: name, kind, path: `${file}:${line}`, rule, ...judgement };
  }

  private complaint(
    broken: readonly Broken[],
    original: Reading,
    mutated: PlainMap,
    fixed: PlainMap,
  ): string | undefined {
    const versions = broken.filter(({ rule }) => rule === versionRule).map(({ subject }) => subject);
    if (versions.length > 0) return versionComplaint(versions, original.template, fixed);
    const subjects = broken.map(({ subject }) => subject);
    const all = Object.keys(mapAt(mutated, 'Resources'));
    return orderComplaint(subjects, mutated, fixed) ?? this.grants.complaintOf(broken, mutated, fixed, all);
  }

  private async fix(texts: Texts): Promise<Fixed> {
    const inputs = [...texts].map(([path, text]) => ({ path, text }));
    const { reports, problems } = await runTexts(inputs, catalog, this.settings);
    const after = new Map(reports.map((report) => [report.file, report.after]));
    return {
      report: reports.length === 0 ? undefined : merged(reports),
      remaining: reports.flatMap(({ remaining }) => remaining),
      texts: new Map([...texts].map(([file, text]) => [file, after.get(file) ?? text])),
      problem: problems.find(({ severity }) => severity === 'error')?.message,
    };
  }
}

function merged(reports: readonly FileReport[]): Pick<FileReport, 'findings' | 'withheld'> {
  return {
    findings: reports.flatMap(({ findings }) => findings),
    withheld: reports.flatMap(({ withheld }) => withheld),
  };
}

function idsOf({ resource }: Finding, reading: Reading): readonly string[] {
  return resource ? reading.idsOf(resource.id) : [];
}

function brokenVersions(before: PlainMap, after: PlainMap): Broken[] {
  const old = versionStates(before);
  return [...versionStates(after)].flatMap(([id, state]) =>
    old.get(id) === 'published' && state === 'unpublished'
      ? [{ key: `${versionRule} ${id}`, rule: versionRule, subject: id }]
      : [],
  );
}
