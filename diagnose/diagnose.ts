import type { FileReport, Finding } from '../core/engine/types.js';
import type {
  Catalog,
  CatalogEntry,
  CfnFixer,
  FindingDraft,
  PulumiTransform,
  RefusedReservations,
  Rule,
} from '../core/rule.js';
import { type Cause, causesOf } from './causes.js';
import { classify, knownNeedles } from './classify.js';
import type { NamedResource } from './failure.js';
import { locatorId, withLocator } from './locate.js';
import { reservedRule } from './mending.js';
import { readLog } from './read.js';
import { Recogniser } from './recognise.js';

/** What a log says: the causes, before anybody has looked at the sources. */
export interface LogDiagnosis {
  readonly causes: readonly Cause[];
  /** Failures that only followed from others. */
  readonly followed: number;
  /** Lines that were read. */
  readonly lines: number;
  /** Different failures beyond the limit of what is kept. */
  readonly left: number;
}

/** Reads a log of any kind. @param rules those whose errors are looked for */
export async function diagnoseLog(
  chunks: AsyncIterable<Uint8Array | string> | Iterable<string>,
  rules: readonly Rule[],
): Promise<LogDiagnosis> {
  const recogniser = new Recogniser(rules);
  const { failures, lines, left } = await readLog(chunks, {
    needles: [...recogniser.needles, ...knownNeedles()],
    knowing: (text) => (recogniser.recognise(text).length > 0 ? 2 : classify(text) === undefined ? 0 : 1),
  });
  return { ...causesOf(failures, recogniser), lines, left };
}

/** A cause, and where in the sources it stands. */
export interface LocatedCause extends Cause {
  /** The resource in the sources; several where a name stands in several stacks. */
  readonly places: readonly Finding[];
  /** What our rules say of it there: each carries its fix, or the reason that there is none. */
  readonly findings: readonly Finding[];
}

/** What the log and the sources say together. */
export interface Diagnosis extends Omit<LogDiagnosis, 'causes'> {
  readonly causes: readonly LocatedCause[];
  /** What would have failed after these causes: findings of which the log says nothing yet. */
  readonly next: readonly Finding[];
}

/** A catalog that also finds the resources that the causes name. */
export function catalogFor({ causes }: LogDiagnosis, catalog: Catalog): Catalog {
  return withLocator(catalog, namedIn(causes));
}

export { locatorId } from './locate.js';

function namedIn(causes: readonly Cause[]): NamedResource[] {
  return causes.flatMap(({ failure }) => failure.resource ?? []);
}

/**
 * Brings the causes and the reports of a run over the sources together.
 * @param reports of a run with `catalogFor` that applied nothing
 */
export function locateCauses(log: LogDiagnosis, reports: readonly FileReport[]): Diagnosis {
  const findings = reports.flatMap((report) => report.findings);
  const places = findings.filter(({ rule }) => rule === locatorId);
  const ours = findings.filter(({ rule }) => rule !== locatorId);
  const causes = log.causes.map((cause) => located(cause, places, ours));
  const told = new Set(causes.flatMap((cause) => cause.findings));
  return {
    ...log,
    causes,
    next: ours.filter((finding) => !told.has(finding) && finding.preset === 'deploy'),
  };
}

function located(cause: Cause, places: readonly Finding[], ours: readonly Finding[]): LocatedCause {
  const { resource } = cause.failure;
  const here = places.filter(({ message }) => message === resource?.name);
  const ids = new Set(here.flatMap((place) => (place.resource ? [`${place.file}\0${place.resource.id}`] : [])));
  const rules = new Set(cause.recognised.map(({ rule }) => rule.id));
  const findings = ours.filter(
    (finding) =>
      rules.has(finding.rule) &&
      (here.length === 0 ? speaksOf(finding, cause) : ids.has(`${finding.file}\0${finding.resource?.id}`)),
  );
  return { ...cause, places: here, findings };
}

/** Without a resource, the figures of the error tell which findings may be meant. */
function speaksOf(finding: Finding, { recognised, failure }: Cause): boolean {
  if (failure.resource && finding.resource?.id === failure.resource.name) return true;
  const runtime = recognised.find(({ rule }) => rule.id === finding.rule)?.figures['runtime'];
  return runtime === undefined || `${finding.message} ${finding.prevents ?? ''}`.includes(runtime);
}

/** The reservations that the account refused, by the ids of their functions in the sources. */
export function refusedIn({ causes }: Diagnosis): RefusedReservations {
  return new Map(
    causes.flatMap(({ recognised, places, failure }) => {
      const minimum = Number(recognised.find(({ rule }) => rule.id === reservedRule)?.figures['minimum']);
      const ids = [...places.map(({ resource }) => resource?.id), failure.resource?.name];
      return Number.isNaN(minimum) ? [] : ids.flatMap((id) => (id === undefined ? [] : [[id, minimum] as const]));
    }),
  );
}

/** A catalog whose rules see only the resources that the causes are about, where a cause is theirs. */
export function onlyCauses(catalog: Catalog, { causes }: Diagnosis): Catalog {
  const wanted = new Map<string, Set<string>>();
  for (const { rule, resource } of causes.flatMap(({ findings }) => findings))
    wanted.set(rule, (wanted.get(rule) ?? new Set()).add(resource?.id ?? ''));
  return catalog.map((entry) => {
    const ids = wanted.get(entry.id);
    return ids ? narrowed(entry, ids) : entry;
  });
}

function narrowed(entry: CatalogEntry, ids: ReadonlySet<string>): CatalogEntry {
  const { cfnFixer, transform } = entry;
  const isWanted = ({ resource }: FindingDraft): boolean => ids.has(resource?.id ?? '');
  return {
    ...entry,
    ...(cfnFixer && {
      cfnFixer: async (): Promise<CfnFixer> => {
        const fixer = await cfnFixer();
        return { ...fixer, find: (context) => [...fixer.find(context)].filter(isWanted) };
      },
    }),
    ...(transform && {
      transform: async (): Promise<PulumiTransform> => {
        const own = await transform();
        return { ...own, find: (context) => [...own.find(context)].filter(isWanted) };
      },
    }),
  };
}
