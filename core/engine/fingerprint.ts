import { createHash } from 'node:crypto';
import type { Finding } from './types.js';

/** What a finding is about, without its place: the same after edits elsewhere. List positions shift, so they do not count. */
export function keyOf({
  rule,
  messageId,
  path,
  resource,
}: Pick<Finding, 'rule' | 'messageId' | 'path' | 'resource'>): string {
  return JSON.stringify([
    rule,
    messageId,
    resource?.id ?? '',
    path.map((step) => (typeof step === 'number' ? '*' : step)),
  ]);
}

/** 16 hexadecimal digits out of the key; `ordinal` tells apart findings with the same key in one file. */
export function fingerprintOf(key: string, ordinal: number): string {
  return createHash('sha256').update(`${key}#${ordinal}`).digest('hex').slice(0, 16);
}

/** How many findings there are of each key. */
export function countKeys(findings: readonly Finding[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const finding of findings) counts.set(keyOf(finding), (counts.get(keyOf(finding)) ?? 0) + 1);
  return counts;
}
