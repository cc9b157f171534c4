import { stringOf } from '../../core/template/node.js';
import type { Resource } from '../../core/template/template.js';
import { limits } from '../../facts/index.js';
import { type Piece, piecesOf } from './pieces.js';

/**
 * The name under which an account holds the reservation of a function, of all that the account tells: the literal name; one
 * that fits a name that is put together (`orders-${Stage}`); without a name the logical id, as people write it down, or the
 * one that was generated. Where several fit, as for stacks of several stages, the first counts.
 * @param isGenerated true for a name that the deployment may make of the function's logical name
 */
export function namesInAccount(
  fn: Resource,
  known: readonly string[],
  isGenerated: (name: string) => boolean,
): readonly string[] {
  const named = fn.property('FunctionName');
  const first = (fits: (name: string) => boolean): readonly string[] => known.filter(fits).slice(0, 1);
  if (!named) return known.includes(fn.id) ? [fn.id] : first(isGenerated);
  const literal = stringOf(named);
  if (literal !== undefined) return [literal];
  const pattern = patternOf(piecesOf(named));
  return pattern ? first((name) => pattern.test(name)) : [];
}

/** A name that CloudFormation makes where the template gives none: stack, logical id, random signs. */
export function isGeneratedName(name: string, logicalId: string): boolean {
  const at = name.lastIndexOf('-');
  return name.slice(0, at).endsWith(`-${logicalId}`) && new RegExp(limits.generatedNameSuffix).test(name.slice(at + 1));
}

/** What names the pieces can come to; nothing where no text is certain, for then every name would do. */
function patternOf(pieces: readonly Piece[]): RegExp | undefined {
  if (!pieces.some((piece) => piece.kind === 'text' && /[a-z0-9]/i.test(piece.text))) return undefined;
  const source = pieces.map((piece) =>
    piece.kind === 'text' ? piece.text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`) : '.+',
  );
  return new RegExp(`^${source.join('')}$`);
}
