import type { Finding } from '../core/engine/types.js';
import type { Cause } from '../diagnose/causes.js';
import type { Diagnosis, LocatedCause } from '../diagnose/diagnose.js';
import { figuresIn } from '../diagnose/mending.js';
import { visible } from './escape.js';
import type { Style } from './style.js';
import { findingText } from './text.js';
import { count, list, placeOf, sentence } from './words.js';

export interface DiagnosisOptions {
  readonly style: Style;
  readonly verbose: boolean;
}

/** AWS's texts may be long; the beginning tells them apart. UTF-16 code units. */
const longestReason = 600;

/** What failed, why, where it stands, what mends it, and what would have failed next. */
export function diagnosisText(diagnosis: Diagnosis, options: DiagnosisOptions): string {
  const { causes, next } = diagnosis;
  const { style } = options;
  if (causes.length === 0) return `${nothingFailed(diagnosis)}\n`;
  const head = style.strong(count(causes.length, 'cause')) + followedNote(diagnosis);
  const parts = causes.map((cause, index) => causeText(cause, index + 1, options));
  return [`${head}\n`, ...parts, nextText(next, options)].join('\n');
}

function nothingFailed({ lines }: Diagnosis): string {
  return `No failure that anybody could read among ${count(lines, 'line')}. Give the events of the stack: aws cloudformation describe-stack-events --stack-name NAME`;
}

function followedNote({ followed, left }: Diagnosis): string {
  const notes = [
    followed > 0 ? `${count(followed, 'failure')} only followed or said the same again` : '',
    left > 0 ? `${left} more were counted only` : '',
  ].filter(Boolean);
  return notes.length === 0 ? '' : `; ${list(notes)}`;
}

/** One cause, as a paragraph. */
export function causeText(cause: LocatedCause, number: number, options: DiagnosisOptions): string {
  const { style } = options;
  const { failure, times, places } = cause;
  const resource = failure.resource && [
    visible(failure.resource.name),
    failure.resource.type && `(${visible(failure.resource.type)})`,
  ];
  const where = failure.place && `${visible(failure.place.file)}:${failure.place.line}:${failure.place.column}`;
  const heading = [
    `${number}.`,
    style.strong((resource ?? [where ?? 'The deployment']).filter(Boolean).join(' ')),
    failure.status === undefined ? '' : style.bad(visible(failure.status)),
    style.faint(`line ${failure.line}${times > 1 ? `, ${times} times` : ''}`),
  ];
  const lines = [
    `${failure.format === 'tsc' || failure.format === 'cfn-lint' ? 'It says' : 'AWS says'}: ${shortened(failure.reason)}`,
    ...figuresIn(cause.recognised).map((figure) => visible(figure)),
    ...placeLines(cause, places, style),
    ...explanation(cause, style),
  ];
  return `${heading.filter(Boolean).join('  ')}\n${lines.map((line) => `    ${line}\n`).join('')}${findingsOf(cause, options)}`;
}

function shortened(reason: string): string {
  const text = visible(reason);
  return text.length > longestReason ? `${text.slice(0, longestReason)}...` : text;
}

function placeLines({ failure }: Cause, places: readonly Finding[], style: Style): readonly string[] {
  if (places.length > 0) return [`in the source: ${places.map((place) => style.place(placeOf(place))).join(', ')}`];
  return failure.resource ? ['in the source: no resource of this name among the files that were looked at'] : [];
}

/** What is known of the error: the rule, else what it usually means; and honestly that nothing is known. */
export function explanation({ recognised, known }: Cause, style: Style): readonly string[] {
  if (recognised.length > 0) return recognised.map(({ rule }) => `${style.strong(rule.id)}: ${sentence(rule.title)}`);
  if (!known) return ['stackmend does not know this error.'];
  return [
    sentence(known.usually),
    `Look at: ${sentence(known.look)}`,
    style.faint(`No rule of stackmend mends this (${known.id}, ${stages[known.stage]}).`),
  ];
}

const stages = {
  aws: 'refused by the service',
  cfn: 'refused by CloudFormation',
  lint: 'found by a linter',
  pulumi: 'refused by Pulumi',
  tsc: 'refused by the TypeScript compiler',
  runtime: 'fails when the code runs',
  env: 'a matter of the command and its surroundings',
} as const;

function findingsOf({ findings, recognised, places }: LocatedCause, options: DiagnosisOptions): string {
  if (findings.length > 0) return findings.map((finding) => findingText(finding, options)).join('');
  if (recognised.length === 0 || places.length === 0) return '';
  return '    the source as it is here has nothing of the kind: it may have been mended since, or hang on the account\n';
}

function nextText(next: readonly Finding[], options: DiagnosisOptions): string {
  if (next.length === 0) return '';
  const proven = next.filter(({ certainty }) => certainty === 'proven');
  const possible = next.length - proven.length;
  const heads = [
    proven.length > 0 ? `${proven.length} more would have failed after this` : '',
    possible > 0 ? `${possible} more may have` : '',
  ].filter(Boolean);
  return `${options.style.strong(heads.join(', '))}:\n${next.map((finding) => findingText(finding, options)).join('')}`;
}
