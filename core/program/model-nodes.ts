import { IntrinsicNode, ListNode, type MapEntry, MapNode, ScalarNode, type TemplateNode } from '../template/node.js';
import type { Span } from '../text/span.js';

/** In a map of the model: something that cannot be read may add or replace entries. */
export const opaqueKey = 'Fn::Transform';

/** Stands for the entries that a spread may bring. */
export function opaqueEntry(span: Span): MapEntry {
  return { key: opaqueKey, keySpan: span, span, value: unknownNode(span, 'a spread') };
}

/** What a text is put together from: itself, where it is no `Fn::Join`. */
export function partsOf(node: TemplateNode): readonly TemplateNode[] {
  const isJoin = node.kind === 'intrinsic' && node.name === 'Fn::Join' && node.argument.kind === 'list';
  const parts = isJoin && node.argument.kind === 'list' ? node.argument.items[1] : undefined;
  return parts?.kind === 'list' ? parts.items : [node];
}

/** One text out of several parts; neighbouring texts become one. */
export function joined(span: Span, parts: readonly TemplateNode[]): TemplateNode {
  const merged: TemplateNode[] = [];
  for (const part of parts.flatMap(partsOf)) {
    const last = merged.at(-1);
    if (last?.kind === 'scalar' && part.kind === 'scalar')
      merged[merged.length - 1] = text({ start: last.span.start, end: part.span.end }, `${last.value}${part.value}`);
    else merged.push(part);
  }
  const [only, ...others] = merged;
  if (only && others.length === 0 && only.kind === 'scalar') return text(span, String(only.value));
  return new IntrinsicNode(
    span,
    'Fn::Join',
    new ListNode(span, [text(span, ''), new ListNode(span, merged, true)], true),
    'long',
  );
}

/** A text of the program as a scalar of the model. */
export function text(span: Span, value: string): ScalarNode {
  return new ScalarNode(span, value, 'plain');
}

/** What `undefined` and `null` are. */
export function noValue(span: Span): TemplateNode {
  return new IntrinsicNode(span, 'Ref', text(span, 'AWS::NoValue'), 'long');
}

/** True for what `noValue` makes. */
export function isAbsent(node: TemplateNode): boolean {
  return (
    node.kind === 'intrinsic' &&
    node.name === 'Ref' &&
    node.argument.kind === 'scalar' &&
    node.argument.value === 'AWS::NoValue'
  );
}

/** What is known only when the program runs. */
export function unknownNode(span: Span, written: string): TemplateNode {
  return new IntrinsicNode(span, 'Pulumi::Expression', text(span, written), 'long');
}

/** The document that `aws.iam.assumeRolePolicyForPrincipal` gives. */
export function trustPolicy(span: Span, principal: TemplateNode): TemplateNode {
  const entry = (key: string, value: TemplateNode): MapEntry => ({ key, keySpan: span, value, span });
  const statement = new MapNode(
    span,
    [
      entry('Effect', text(span, 'Allow')),
      entry('Principal', principal),
      entry('Action', text(span, 'sts:AssumeRole')),
    ],
    true,
  );
  return new MapNode(
    span,
    [entry('Version', text(span, '2012-10-17')), entry('Statement', new ListNode(span, [statement], true))],
    true,
  );
}
