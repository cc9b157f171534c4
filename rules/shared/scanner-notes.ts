import { type ScannerCheck, scanners } from '../../facts/index.js';
import { stringOf } from '../../core/template/node.js';
import type { Resource } from '../../core/template/template.js';
import { listed } from './listed.js';

/**
 * What scanners of templates will say when reservations are taken away: those that want one on every function, but for
 * functions on which their check is suppressed. cdk-nag is named for templates with its metadata only, for it reads
 * constructs and not templates. Empty for programs, which none of them reads.
 */
export function scannerNotes(functions: readonly Resource[]): readonly string[] {
  const checks = scanners.reservedConcurrency.filter((check) => functions.some((fn) => asks(check, fn)));
  if (checks.length === 0) return [];
  const names = checks.map(({ scanner, check }) => `${scanner} ${check}`);
  return [
    `Scanners that want a reservation on every function will ask for it again: ${listed(names)}. Where you use ${checks.length === 1 ? 'it' : 'one'}, suppress the check on the function and say why.`,
  ];
}

function asks(check: ScannerCheck, fn: Resource): boolean {
  const { template } = fn;
  if (template.noun === 'program' || !check.types.includes(fn.type)) return false;
  if (check.scanner === 'cdk-nag' && !template.source.text.includes(check.metadata.key)) return false;
  return !isSuppressed(check, fn);
}

/** By the metadata of the resource, or by a comment in it. */
function isSuppressed({ check, metadata, comment }: ScannerCheck, fn: Resource): boolean {
  const own = fn.node.get('Metadata');
  const tool = own?.kind === 'map' ? own.get(metadata.key) : undefined;
  const list = tool?.kind === 'map' ? tool.get(metadata.list) : undefined;
  const ids =
    list?.kind === 'list' ? list.items.map((item) => (item.kind === 'map' ? stringOf(item.get('id')) : undefined)) : [];
  // The packs of cdk-nag put their name before that of the rule.
  if (ids.some((id) => id === check || id?.endsWith(`-${check}`) === true)) return true;
  if (comment === null) return false;
  const { text } = fn.template.source;
  return new RegExp(comment).test(text.slice(fn.idSpan.start, fn.node.span.end));
}
