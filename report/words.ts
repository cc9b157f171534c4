import type { FileReport, Finding, Fix } from '../core/engine/types.js';
import type { Consequence } from '../core/rule.js';
import { visible } from './escape.js';

/** `1 finding`, `2 findings`. */
export function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : plural}`;
}

/** What a run read: `2 templates`, `1 program file`, `5 templates and program files`. */
export function sources({ templates, programs }: { readonly templates: number; readonly programs: number }): string {
  if (programs === 0) return count(templates, 'template');
  return templates === 0 ? count(programs, 'program file') : `${templates + programs} templates and program files`;
}

/** `a, b and c`. */
export function list(parts: readonly string[]): string {
  return parts.length < 2 ? (parts[0] ?? '') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}

/** What deploying the fix does to a stack that runs. */
export function consequenceOf({ deployment, cost }: Consequence): string {
  const effects = {
    none: 'changes nothing that is deployed',
    update: 'updates in place',
    replacement: 'replaces a resource',
  } satisfies Record<Consequence['deployment'], string>;
  return cost === undefined ? effects[deployment] : `${effects[deployment]}; cost: ${visible(cost)}`;
}

/** `Handler (AWS::Lambda::Function)`. */
export function resourceOf({ resource }: Finding): string | undefined {
  return resource && `${visible(resource.id)} (${visible(resource.type)})`;
}

/** `template.yaml:4:7`, as terminals and editors link it. */
export function placeOf({ file, position }: Pick<Finding, 'file' | 'position'>): string {
  return `${visible(file)}:${position.line}:${position.column}`;
}

/** A sentence that ends as one. */
export function sentence(text: string): string {
  const shown = visible(text.trim());
  return /[.!?:]$/.test(shown) ? shown : `${shown}.`;
}

/** The title and safety of a fix. */
export function fixLine(fix: Fix): string {
  return `${fix.safety === 'manual' ? 'fix by hand' : `fix (${fix.safety})`}: ${visible(fix.title)}`;
}

/** The mended findings at their places in the text as it was; those that the fixes brought about keep their own. */
export function appliedAsFound({ applied, findings }: FileReport): readonly Finding[] {
  const places = new Map(findings.map(({ fingerprint, position, span }) => [fingerprint, { position, span }]));
  return applied.map((finding) => ({ ...finding, ...places.get(finding.fingerprint) }));
}
