import type { Node } from '@babel/types';
import { type Node as JsonNode, parseTree } from 'jsonc-parser';
import { Removal } from './removal.js';
import { type Found, type ProgramMutationKind, type Replacement, withoutElement } from './mutation.js';
import { classOf, endOf, keyOf, nodesOf, propertyOf, startOf } from './source.js';

/** One thing that can be taken from a file. */
export interface Cut {
  readonly kind: ProgramMutationKind;
  readonly at: number;
  readonly replacements: readonly Replacement[];
}

const policyClasses: Readonly<Record<string, ProgramMutationKind>> = {
  RolePolicy: 'policy',
  RolePolicyAttachment: 'attachment',
  PolicyAttachment: 'attachment',
};

/** Everything in a file that grants something, and every order, one at a time. */
export function* grantCuts(file: string, text: string): Generator<Cut> {
  const found = nodesOf(file, text);
  const removal = new Removal(text, found);
  for (const each of found) {
    const { node } = each;
    yield* ofObject(each, text);
    yield* ofProperty(node, text);
    yield* ofText(node, text);
    const kind = policyClasses[classOf(node) ?? ''];
    const replacements = kind && removal.of(each);
    if (kind && replacements) yield { kind, at: startOf(node), replacements };
  }
}

/** A statement: `{ Effect, Action, Resource }` or `{ actions, resources }`; those of trust policies name a principal. */
function* ofObject({ node, above }: Found, text: string): Generator<Cut> {
  const actions = propertyOf(node, 'Action', 'actions')?.value;
  if (!actions || propertyOf(node, 'Principal', 'principals')) return;
  yield* elements('action', actions, text, 2);
  yield* elements('resource', propertyOf(node, 'Resource', 'resources')?.value, text, 2);
  const list = above.at(-1);
  if (list?.type !== 'ArrayExpression') return;
  if (list.elements.length > 1) yield element('statement', node, text);
}

function* ofProperty(node: Node, text: string): Generator<Cut> {
  if (node.type !== 'ObjectProperty') return;
  const key = keyOf(node);
  if (key === 'managedPolicyArns') yield* elements('managed policy', node.value, text, 1);
  if (key === 'inlinePolicies') yield* elements('inline policy', node.value, text, 1);
  if (key !== 'dependsOn') return;
  if (node.value.type === 'ArrayExpression') yield* elements('order', node.value, text, 1);
  else yield element('order', node, text);
}

function* elements(kind: ProgramMutationKind, list: Node | undefined, text: string, atLeast: number): Generator<Cut> {
  if (list?.type !== 'ArrayExpression' || list.elements.length < atLeast) return;
  for (const each of list.elements) if (each) yield element(kind, each, text);
}

function element(kind: ProgramMutationKind, node: Node, text: string): Cut {
  return { kind, at: startOf(node), replacements: [withoutElement(text, startOf(node), endOf(node))] };
}

/** A document that is written as JSON text. */
function* ofText(node: Node, text: string): Generator<Cut> {
  if (node.type !== 'TemplateLiteral' && node.type !== 'StringLiteral') return;
  const start = startOf(node) + 1;
  const written = text.slice(start, endOf(node) - 1);
  if (!/^\s*\{/.test(written) || !written.includes('"Statement"')) return;
  const masked = written.replaceAll(/\$\{[^}]*\}/g, (hole) => 'x'.repeat(hole.length));
  const tree = parseTree(masked);
  for (const statement of tree ? statementsIn(tree) : []) {
    if (jsonProperty(statement, 'Principal')) continue;
    const cut = (kind: ProgramMutationKind, { offset, length }: JsonNode): Cut => ({
      kind,
      at: start + offset,
      replacements: [withoutElement(text, start + offset, start + offset + length)],
    });
    for (const [kind, key] of [['action', 'Action'] as const, ['resource', 'Resource'] as const]) {
      const list = jsonProperty(statement, key);
      if (list?.type === 'array' && (list.children?.length ?? 0) > 1)
        for (const item of list.children ?? []) yield cut(kind, item);
    }
    if (statement.parent?.type === 'array' && (statement.parent.children?.length ?? 0) > 1)
      yield cut('statement', statement);
  }
}

function statementsIn(node: JsonNode): JsonNode[] {
  if (node.type === 'object' && jsonProperty(node, 'Effect')) return [node];
  return (node.children ?? []).flatMap(statementsIn);
}

function jsonProperty(node: JsonNode, key: string): JsonNode | undefined {
  return node.children?.find((each) => each.children?.[0]?.value === key)?.children?.[1];
}
