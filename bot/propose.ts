import path from 'node:path';
import { run } from '../core/engine/run.js';
import { filesOf } from '../core/engine/plan.js';
import type { EngineSettings, FileReport, Finding, Problem } from '../core/engine/types.js';
import type { Catalog } from '../core/rule.js';
import { fileDiff, patchOptions } from '../report/diff.js';
import { isChanged } from '../report/tally.js';
import { appliedAsFound } from '../report/words.js';
import type { FileMode } from './forge.js';
import { blobId } from './git/commit.js';
import { protectedPath } from './git/paths.js';
import type { Workshop } from './git/repository.js';
import type { TreeEntry } from './git/tree.js';
import type { TreeFiles } from './git/tree-files.js';
import { type GroupBy, groupKey } from './group.js';
import { fixFingerprint, planHash } from './identity.js';
import type { GroupPlan, LeftFinding, PlannedFile, PlannedFix } from './plan.js';
import { Units } from './units.js';

export interface ProposalInput {
  readonly workshop: Workshop;
  readonly base: GroupPlan['base'];
  readonly tree: ReadonlyMap<string, TreeEntry>;
  readonly files: TreeFiles;
  /** Where the paths are relative to, in or at the root. */
  readonly cwd: string;
  readonly paths: readonly string[];
  readonly ignore: readonly string[];
  readonly catalog: Catalog;
  readonly settings: EngineSettings;
  readonly groupBy: GroupBy;
}

/** What one run of the engine over the base commit came to. */
interface Outcome {
  readonly reports: readonly FileReport[];
  /** The name of the unit of each file. */
  readonly units: ReadonlyMap<string, string>;
  /** Files that one fix changes together, by the one of them that stands for all. */
  readonly leaders: ReadonlyMap<string, string>;
}

/** Works out what the pull requests of one base commit are to hold. Nothing but git objects is read. */
export class Proposal {
  readonly problems = new Map<string, Problem>();
  private readonly references = new Map<string, readonly string[]>();
  private first: Outcome | undefined;

  constructor(private readonly input: ProposalInput) {}

  /** The keys of all groups that have a fix. */
  async keys(): Promise<readonly string[]> {
    const outcome = await this.whole();
    const keys = outcome.reports.flatMap((report) =>
      this.appliedIn(report).map((finding) => this.keyOf(finding, outcome)),
    );
    return [...new Set(keys)].toSorted();
  }

  /**
   * The plan of one group.
   * @param declined fingerprints of fixes that a person does not want
   */
  async plan(key: string, declined: ReadonlySet<string> = new Set()): Promise<GroupPlan> {
    const { groupBy, settings } = this.input;
    const first = await this.whole();
    const splits = groupBy === 'rule' || groupBy === 'impact';
    const outcome =
      splits || declined.size > 0
        ? await this.judge({
            ...settings,
            declines: (finding) =>
              settings.declines?.(finding) === true ||
              declined.has(this.fingerprintOf(finding)) ||
              (splits && this.keyOf(finding, first) !== key),
          })
        : first;
    return this.planFrom(key, outcome, declined);
  }

  private async whole(): Promise<Outcome> {
    return (this.first ??= await this.judge(this.input.settings));
  }

  private async judge(settings: EngineSettings): Promise<Outcome> {
    const { paths, cwd, ignore, catalog, files, tree } = this.input;
    const units = new Units((file) => tree.has(file));
    const reading = {
      lstat: files.lstat,
      stat: files.stat,
      realpath: files.realpath,
      readdir: files.readdir,
      readFile: async (file: string, atMost?: number): Promise<Buffer> => {
        const bytes = await files.readFile(file, atMost);
        units.note(this.pathOf(path.relative(cwd, file)), bytes.toString('utf8'));
        return bytes;
      },
    };
    const reports: FileReport[] = [];
    for await (const event of run({ paths, cwd, ignore, catalog, settings, write: false, fs: reading })) {
      if (event.kind === 'file') reports.push(event.report);
      if (event.kind === 'problem') this.problems.set(`${event.problem.file}\0${event.problem.message}`, event.problem);
    }
    return { reports, ...this.together(reports, units.names()) };
  }

  /** A fix over several files is offered whole, so these files, and their units, are in one pull request. */
  private together(
    reports: readonly FileReport[],
    units: ReadonlyMap<string, string>,
  ): Pick<Outcome, 'units' | 'leaders'> {
    const fixes = reports.flatMap(({ applied }) => applied.flatMap(({ fix }) => (fix ? [fix] : [])));
    const shared = fixes.map((fix) => filesOf(fix).map((file) => this.pathOf(file)));
    const files = reports.map(({ file }) => this.pathOf(file));
    const unitOf = (file: string): string => units.get(file) ?? file;
    const joinedUnits = join(shared.map((each) => each.map(unitOf)));
    return {
      units: new Map(files.map((file) => [file, joinedUnits(unitOf(file))])),
      leaders: new Map(files.map((file) => [file, join(shared)(file)])),
    };
  }

  private async planFrom(key: string, outcome: Outcome, declined: ReadonlySet<string>): Promise<GroupPlan> {
    const { base } = this.input;
    const reports = outcome.reports.filter((report) => this.isPartOf(report, key, outcome));
    const changed = reports.filter(isChanged);
    const files = (await Promise.all(changed.map((report) => this.filesOf(report)))).flat();
    const hash = planHash(
      files.map(({ path, mode, blob }) =>
        blob === undefined ? { path, mode: '000000', blob: '' } : { path, mode, blob },
      ),
    );
    const applied = new Map(
      reports.flatMap((report) => this.appliedIn(report).map((each) => [this.fingerprintOf(each), each] as const)),
    );
    const fixes = await Promise.all([...applied].map(([fingerprint, finding]) => this.fixOf(fingerprint, finding)));
    return {
      key,
      base,
      files,
      ...(files.length > 0 && { hash }),
      fixes,
      left: files.length === 0 ? [] : reports.flatMap((report) => this.leftIn(report, declined)),
      diff: changed.map((report) => this.diffOf(report)).join(''),
    };
  }

  private isPartOf(report: FileReport, key: string, outcome: Outcome): boolean {
    const { groupBy } = this.input;
    if (groupBy === 'rule' || groupBy === 'impact' || groupBy === 'all') return true;
    return key === groupKey(groupBy, { rule: '', impact: 'low', ...placeIn(outcome, this.pathOf(report.file)) });
  }

  private keyOf(finding: Finding, outcome: Outcome): string {
    return groupKey(this.input.groupBy, { ...finding, ...placeIn(outcome, this.pathOf(finding.file)) });
  }

  /** Those whose finding is in the file itself: a fix over several files counts once. */
  private appliedIn(report: FileReport): readonly Finding[] {
    return appliedAsFound(report).filter(({ file }) => file === report.file || file === report.renamedTo);
  }

  private fingerprintOf({ rule, file, fingerprint }: Finding): string {
    return fixFingerprint(rule, this.pathOf(file), fingerprint);
  }

  /** A path of a report as one from the root of the repository. */
  private pathOf(file: string): string {
    const { workshop, cwd } = this.input;
    return path.relative(workshop.clone.root, path.resolve(cwd, file)).split(path.sep).join('/');
  }

  private async filesOf({ file, renamedTo, after }: FileReport): Promise<PlannedFile[]> {
    const { tree, workshop } = this.input;
    const name = this.pathOf(file);
    const target = renamedTo === undefined ? name : this.pathOf(renamedTo);
    const entry = tree.get(name);
    for (const each of [name, target]) {
      const because = entry ? protectedPath(each) : 'it is not in the base commit';
      if (because !== undefined) throw new PlanRefused(`${each} cannot be part of a pull request: ${because}`);
    }
    const { mode, oid } = entry as TreeEntry & { mode: FileMode };
    const written = { path: target, mode, blob: await blobId(workshop, after), content: after };
    if (target === name) return [{ ...written, before: oid }];
    return [{ path: name, mode, before: oid, content: null }, written];
  }

  private async fixOf(fingerprint: string, finding: Finding): Promise<PlannedFix> {
    const { rule, message, impact, certainty, position, resource, prevents, followUps, fix } = finding;
    if (!fix) throw new Error(`${rule} was applied without a fix`);
    return {
      fingerprint,
      rule,
      title: fix.title,
      message,
      impact,
      safety: fix.safety,
      certainty,
      file: this.pathOf(finding.file),
      line: position.line,
      ...(resource && { resource: resource.id }),
      consequence: fix.consequence,
      ...(prevents !== undefined && { prevents }),
      followUps,
      references: await this.referencesOf(rule),
    };
  }

  private async referencesOf(rule: string): Promise<readonly string[]> {
    const known =
      this.references.get(rule) ?? (await this.input.catalog.find(({ id }) => id === rule)?.rule())?.references ?? [];
    this.references.set(rule, known);
    return known;
  }

  private leftIn(report: FileReport, declined: ReadonlySet<string>): LeftFinding[] {
    const places = new Map(report.findings.map(({ fingerprint, position }) => [fingerprint, position.line]));
    return report.remaining.map((finding) => ({
      rule: finding.rule,
      message: finding.message,
      file: this.pathOf(finding.file),
      line: places.get(finding.fingerprint) ?? finding.position.line,
      ...(finding.resource && { resource: finding.resource.id }),
      because: declined.has(this.fingerprintOf(finding))
        ? 'a pull request with it was closed'
        : (finding.refusal?.because ?? reasonLeft(finding)),
    }));
  }

  private diffOf(report: FileReport): string {
    const { file, renamedTo } = report;
    const paths = { file: this.pathOf(file), ...(renamedTo !== undefined && { renamedTo: this.pathOf(renamedTo) }) };
    return fileDiff({ ...report, ...paths }, patchOptions);
  }
}

function placeIn({ units, leaders }: Outcome, file: string): { readonly file: string; readonly unit: string } {
  return { file: leaders.get(file) ?? file, unit: units.get(file) ?? file };
}

/** Who stands for a name, where some names belong together: the first of them all. */
function join(sets: readonly (readonly string[])[]): (name: string) => string {
  const leaders = new Map<string, string>();
  const leaderOf = (name: string): string => {
    const next = leaders.get(name);
    return next === undefined || next === name ? name : leaderOf(next);
  };
  for (const [first, ...others] of sets)
    for (const other of others) {
      const [low = '', high = ''] = [leaderOf(first ?? ''), leaderOf(other)].toSorted();
      leaders.set(high, low);
    }
  return leaderOf;
}

function reasonLeft({ certainty, fix }: Finding): string {
  if (fix?.safety === 'manual') return 'a person has to do it by hand';
  return certainty === 'possible'
    ? 'it is not certain: give the figures of the account, or an option of the rule'
    : 'the fix was not selected';
}

/** What the fixes touch may not be part of a pull request. */
export class PlanRefused extends Error {
  override readonly name = 'PlanRefused';
}
