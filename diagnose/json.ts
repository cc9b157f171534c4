import type { Failure } from './failure.js';
import { eventIn, failureOfEvent } from './readers/cloudformation.js';
import { failureOfDiagnostic } from './readers/pulumi.js';

/** How deep a document is looked into: deeper than any of the formats goes. */
const deepest = 12;

/**
 * The failures in a JSON document: events of CloudFormation as the AWS CLI prints them, whatever the pages or queries around
 * them, Pulumi's diagnostics and engine events, findings of cfn-lint. Undefined where the text is no JSON.
 */
export function failuresInJson(text: string): readonly Failure[] | undefined {
  const document = parsed(text);
  if (document === undefined) return undefined;
  const found: Failure[] = [];
  visit(document.value, found, 0);
  // The AWS CLI prints the newest event first.
  return found.toSorted((a, b) => (a.time !== undefined && b.time !== undefined ? a.time.localeCompare(b.time) : 0));
}

function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

function visit(value: unknown, found: Failure[], depth: number): void {
  if (typeof value !== 'object' || value === null || depth > deepest) return;
  if (Array.isArray(value)) {
    for (const item of value) visit(item, found, depth + 1);
    return;
  }
  const object = value as Readonly<Record<string, unknown>>;
  const failure = failureOfEvent(eventIn(object), 1) ?? failureOfDiagnostic(object, 1) ?? failureOfLint(object);
  if (failure) found.push(failure);
  else for (const inner of Object.values(object)) visit(inner, found, depth + 1);
}

/** A match of `cfn-lint --format json`. */
function failureOfLint(object: Readonly<Record<string, unknown>>): Failure | undefined {
  const { Filename: file, Message: message } = object;
  const rule = objectAt(object, 'Rule')['Id'];
  const start = objectAt(objectAt(object, 'Location'), 'Start');
  if (typeof file !== 'string' || typeof message !== 'string' || typeof rule !== 'string') return undefined;
  const [line, column] = [start['LineNumber'], start['ColumnNumber']];
  return {
    reason: `${rule} ${message}`,
    place: { file, line: typeof line === 'number' ? line : 1, column: typeof column === 'number' ? column : 1 },
    format: 'cfn-lint',
    line: 1,
  };
}

function objectAt(object: Readonly<Record<string, unknown>>, key: string): Readonly<Record<string, unknown>> {
  const value = object[key];
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
