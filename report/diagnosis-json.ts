import type { Finding, Problem } from '../core/engine/types.js';
import type { Diagnosis, LocatedCause } from '../diagnose/diagnose.js';
import { visibleJson } from './escape.js';

/** Raised when a field changes its meaning or goes away; new fields may come at any time. */
export const diagnosisVersion = 1;

/** The diagnosis as JSON with a final newline. Texts of the log are given as they are, without anything a terminal would act on. */
export function diagnosisJson(diagnosis: Diagnosis, version: string, problems: readonly Problem[]): string {
  const report = {
    schemaVersion: diagnosisVersion,
    tool: { name: 'stackmend', version },
    lines: diagnosis.lines,
    causes: diagnosis.causes.map(causeJson),
    followed: diagnosis.followed,
    notKept: diagnosis.left,
    next: diagnosis.next.map(findingJson),
    problems: problems.map(({ severity, file, message, position }) => ({ severity, file, position, message })),
  };
  return `${visibleJson(JSON.stringify(report, undefined, 2))}\n`;
}

function causeJson({ failure, times, recognised, known, places, findings }: LocatedCause): object {
  return {
    reason: failure.reason,
    format: failure.format,
    line: failure.line,
    times,
    status: failure.status,
    time: failure.time,
    resource: failure.resource,
    place: failure.place,
    class: known?.id,
    stage: known?.stage,
    usually: known?.usually,
    look: known?.look,
    rules: recognised.map(({ rule, figures }) => ({ id: rule.id, title: rule.title, figures })),
    fixable: findings.some(({ fix }) => fix !== undefined),
    sources: places.map(({ file, position }) => ({ file, ...position })),
    findings: findings.map(findingJson),
  };
}

function findingJson({ rule, message, certainty, file, position, resource, fix, refusal, followUps }: Finding): object {
  return {
    rule,
    message,
    certainty,
    file,
    ...position,
    resource,
    fix: fix && { title: fix.title, safety: fix.safety, ...fix.consequence },
    refusal,
    followUps,
  };
}
