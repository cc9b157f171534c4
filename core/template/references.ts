import { type TemplateNode, childrenOf, getAttOf, refOf, stringOf } from './node.js';

/** One mention of a resource, parameter or pseudo parameter. */
export interface Reference {
  readonly name: string;
  readonly attribute: string | undefined;
  readonly node: TemplateNode;
}

/** A piece of an `Fn::Sub` text: literal text, or a `${Name}` / `${Name.Attribute}`. */
export type SubPart = { readonly text: string } | { readonly name: string; readonly attribute: string | undefined };

const placeholder = /\$\{(!?)\s*([^}]*?)\s*\}/g;

/** Splits the text of `Fn::Sub`; `${!Literal}` is text. */
export function subParts(text: string): SubPart[] {
  const parts: SubPart[] = [];
  let from = 0;
  for (const match of text.matchAll(placeholder)) {
    if (match.index > from) parts.push({ text: text.slice(from, match.index) });
    from = match.index + match[0].length;
    const name = match[2] ?? '';
    if (match[1]) parts.push({ text: `\${${name}}` });
    else {
      const dot = name.indexOf('.');
      parts.push(
        dot === -1 ? { name, attribute: undefined } : { name: name.slice(0, dot), attribute: name.slice(dot + 1) },
      );
    }
  }
  if (from < text.length) parts.push({ text: text.slice(from) });
  return parts;
}

/** The text and the variable map of an `Fn::Sub`, in either of its forms. */
export function subOf(
  node: TemplateNode | undefined,
): { text: string; variables: ReadonlyMap<string, TemplateNode>; textNode: TemplateNode } | undefined {
  if (node?.kind !== 'intrinsic' || node.name !== 'Fn::Sub') return undefined;
  const argument = node.argument;
  const [textNode, map] = argument.kind === 'list' ? argument.items : [argument];
  const text = stringOf(textNode);
  if (text === undefined || !textNode) return undefined;
  const variables =
    map?.kind === 'map' ? map.entries.map(({ key, value }): [string, TemplateNode] => [key, value]) : [];
  return { text, variables: new Map(variables), textNode };
}

/** Every mention at or below a node: `Ref`, `Fn::GetAtt`, and the placeholders of `Fn::Sub` that its map does not define. */
export function referencesIn(node: TemplateNode): readonly Reference[] {
  const found: Reference[] = [];
  collect(node, found);
  return found;
}

function collect(node: TemplateNode, found: Reference[]): void {
  if (node.kind === 'intrinsic') {
    const ref = refOf(node);
    if (ref !== undefined) return void found.push({ name: ref, attribute: undefined, node });
    const getAtt = getAttOf(node);
    if (getAtt) return void found.push({ name: getAtt.id, attribute: getAtt.attribute, node });
    const sub = subOf(node);
    if (sub) {
      for (const part of subParts(sub.text)) {
        if ('name' in part && !sub.variables.has(part.name))
          found.push({ name: part.name, attribute: part.attribute, node });
      }
    }
  }
  for (const child of childrenOf(node)) collect(child, found);
}
