import { type TemplateNode, type Value, getAttOf, refOf, stringOf, toValue } from '../../core/template/node.js';
import { subOf, subParts } from '../../core/template/references.js';
import { shownParts } from '../../core/template/shown.js';

/** One step of a text that a template puts together. */
export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  /** `Ref` or `Fn::GetAtt`, written out or as a placeholder. */
  | { readonly kind: 'reference'; readonly name: string; readonly attribute: string | undefined }
  /** Any other intrinsic: an import, a look-up in a mapping... */
  | { readonly kind: 'other'; readonly value: Value };

/** The pieces of a literal text, `Fn::Sub` (with its map), `Fn::Join`, `Ref`, `Fn::GetAtt`; anything else is one piece. */
export function piecesOf(node: TemplateNode): readonly Piece[] {
  return merged(read(node));
}

export function textPiece(text: string): Piece {
  return { kind: 'text', text };
}

/** Joins neighbouring texts and drops empty ones. */
export function merged(pieces: readonly Piece[]): readonly Piece[] {
  const result: Piece[] = [];
  for (const piece of pieces) {
    const last = result.at(-1);
    if (piece.kind === 'text' && last?.kind === 'text') result[result.length - 1] = textPiece(last.text + piece.text);
    else if (piece.kind !== 'text' || piece.text !== '') result.push(piece);
  }
  return result;
}

/** The pieces as a person writes them: `${Fn.Arn}:live`. */
export function describePieces(pieces: readonly Piece[]): string {
  return pieces.map((piece) => (piece.kind === 'text' ? piece.text : `\${${nameOf(piece) ?? '...'}}`)).join('');
}

/** The pieces as they may stand in a message: references by name, of texts the form. */
export function shownPieces(pieces: readonly Piece[]): string {
  return shownParts(pieces.map((piece) => (piece.kind === 'text' ? piece : { name: nameOf(piece) ?? '...' })));
}

/** The text as one value: `Fn::Sub`, with a map where no placeholder can name a piece, or `Fn::Join`. */
export function piecesValue(pieces: readonly Piece[], form: 'sub' | 'join', variable = 'Value'): Value {
  if (form === 'join') return { 'Fn::Join': ['', merged(pieces).map(pieceValue)] };
  const variables = new Map<string, Value>();
  const taken = new Set(pieces.map((piece) => (piece.kind === 'reference' ? piece.name : '')));
  const text = pieces.map((piece) => {
    if (piece.kind === 'text') return piece.text.replaceAll('${', '${!');
    const name = nameOf(piece) ?? freeName(variable, taken);
    taken.add(name);
    if (piece.kind === 'other') variables.set(name, piece.value);
    return `\${${name}}`;
  });
  return { 'Fn::Sub': variables.size > 0 ? [text.join(''), Object.fromEntries(variables)] : text.join('') };
}

function freeName(base: string, taken: ReadonlySet<string>): string {
  let name = base;
  for (let number = 2; taken.has(name); number++) name = `${base}${number}`;
  return name;
}

function pieceValue(piece: Piece): Value {
  if (piece.kind === 'text') return piece.text;
  if (piece.kind === 'other') return piece.value;
  return piece.attribute === undefined ? { Ref: piece.name } : { 'Fn::GetAtt': [piece.name, piece.attribute] };
}

function nameOf(piece: Piece): string | undefined {
  if (piece.kind !== 'reference') return undefined;
  return piece.attribute === undefined ? piece.name : `${piece.name}.${piece.attribute}`;
}

function read(node: TemplateNode): Piece[] {
  if (node.kind === 'scalar') return [textPiece(String(node.value ?? ''))];
  const ref = refOf(node);
  if (ref !== undefined) return [{ kind: 'reference', name: ref, attribute: undefined }];
  const getAtt = getAttOf(node);
  if (getAtt) return [{ kind: 'reference', name: getAtt.id, attribute: getAtt.attribute }];
  return readSub(node) ?? readJoin(node) ?? [{ kind: 'other', value: toValue(node) }];
}

function readSub(node: TemplateNode): Piece[] | undefined {
  const sub = subOf(node);
  if (!sub) return undefined;
  return subParts(sub.text).flatMap((part): Piece[] => {
    if ('text' in part) return [textPiece(part.text)];
    const variable = part.attribute === undefined ? sub.variables.get(part.name) : undefined;
    return variable ? read(variable) : [{ kind: 'reference', ...part }];
  });
}

function readJoin(node: TemplateNode): Piece[] | undefined {
  if (node.kind !== 'intrinsic' || node.name !== 'Fn::Join' || node.argument.kind !== 'list') return undefined;
  const [delimiter, list] = node.argument.items;
  const between = stringOf(delimiter);
  if (between === undefined || list?.kind !== 'list') return undefined;
  return list.items.flatMap((item, index) => [...(index > 0 ? [textPiece(between)] : []), ...read(item)]);
}
