import type { Resource, Template } from '../../core/template/template.js';
import { type PhysicalNameRule, limits } from '../../facts/index.js';
import { type Piece, piecesOf, textPiece } from './pieces.js';

/** A name that a template gives a resource. */
export interface PhysicalName {
  readonly resource: Resource;
  readonly rule: PhysicalNameRule;
  readonly pieces: readonly Piece[];
}

/** The names of all resources, each branch of an `Fn::If` by itself. */
export function physicalNames(template: Template): readonly PhysicalName[] {
  return template.resources().flatMap((resource) => {
    const rule = limits.physicalNames[resource.type];
    const node = rule && resource.ownProperty(rule.property);
    if (!rule || !node) return [];
    const branches = template.alternatives(node).flatMap((branch) => branch.node ?? []);
    return branches.map((branch) => ({ resource, rule, pieces: piecesOf(branch).flatMap(withoutLookUps) }));
  });
}

/** What a dynamic reference (`{{resolve:ssm:...}}`) stands for is as open as another parameter. */
function withoutLookUps(piece: Piece): readonly Piece[] {
  if (piece.kind !== 'text') return [piece];
  const parts = piece.text.split(/(\{\{resolve:[^}]*\}\})/).filter((part) => part !== '');
  return parts.map((part) => (part.startsWith('{{resolve:') ? { kind: 'other', value: part } : textPiece(part)));
}

/** True when the parameter stands in the name beside something else. */
export function isPartOf({ pieces }: PhysicalName, parameter: string): boolean {
  return pieces.length > 1 && pieces.some((piece) => isOf(piece, parameter));
}

/** How many characters the name leaves for a parameter; literal text and account ids are counted against it. */
export function roomFor({ pieces, rule }: PhysicalName, parameter: string): number {
  const fixed = pieces.reduce((sum, piece) => sum + lengthOf(piece), 0);
  const uses = pieces.filter((piece) => isOf(piece, parameter)).length;
  return Math.floor((rule.max - fixed) / Math.max(1, uses));
}

/** True when the service takes the name with this value; what else is open counts as a letter that suits all names. */
export function takesValue(physical: PhysicalName, parameter: string, value: string): boolean {
  const { pieces, rule } = physical;
  if (value.length > roomFor(physical, parameter)) return false;
  if (rule.pattern === null) return true;
  const name = pieces.map((piece) => (isOf(piece, parameter) ? value : piece.kind === 'text' ? piece.text : 'a'));
  return new RegExp(rule.pattern).test(name.join(''));
}

function isOf(piece: Piece, parameter: string): boolean {
  return piece.kind === 'reference' && piece.name === parameter && piece.attribute === undefined;
}

function lengthOf(piece: Piece): number {
  if (piece.kind === 'text') return piece.text.length;
  return isOf(piece, 'AWS::AccountId') ? limits.accountIdLength : 0;
}
