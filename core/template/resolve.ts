import type { Guards } from './conditions.js';
import { type TemplateNode, type Value, refOf, stringOf, toValue } from './node.js';
import { subOf, subParts } from './references.js';
import type { Template } from './template.js';

/** What a node comes to. `parameter` names the parameter whose default was taken: another value may be given at deployment. */
export type Resolution =
  | { readonly known: true; readonly value: Value; readonly parameter?: string }
  | { readonly known: false; readonly because: string };

/** One branch of a value. `node` is absent where the branch is `AWS::NoValue`. */
export interface Alternative {
  readonly node: TemplateNode | undefined;
  readonly guards: Guards;
}

/** Expands `Fn::If` at the top of a value, nested ones too. An absent node is one alternative without a node. */
export function alternativesOf(node: TemplateNode | undefined, guards: Guards = []): readonly Alternative[] {
  if (node?.kind === 'intrinsic' && node.name === 'Fn::If' && node.argument.kind === 'list') {
    const [condition, whenTrue, whenFalse] = node.argument.items;
    const name = stringOf(condition);
    if (name !== undefined && whenTrue && whenFalse) {
      return [
        ...alternativesOf(whenTrue, [...guards, { condition: name, holds: true }]),
        ...alternativesOf(whenFalse, [...guards, { condition: name, holds: false }]),
      ];
    }
  }
  return [{ node: refOf(node) === 'AWS::NoValue' ? undefined : node, guards }];
}

export function resolveNode(template: Template, node: TemplateNode): Resolution {
  if (node.kind === 'scalar') return { known: true, value: node.value };
  if (node.kind !== 'intrinsic') return resolveCollection(template, node);
  const ref = refOf(node);
  if (ref !== undefined) return resolveParameter(template, ref);
  if (node.name === 'Fn::Sub') return resolveSub(node);
  if (node.name === 'Fn::FindInMap') return resolveFindInMap(template, node);
  return { known: false, because: `${node.name} is evaluated at deployment` };
}

function resolveCollection(template: Template, node: TemplateNode): Resolution {
  const unresolved = [...template.references(node)][0];
  if (unresolved) return { known: false, because: `it refers to ${unresolved.name}` };
  return { known: true, value: toValue(node) };
}

function resolveParameter(template: Template, name: string): Resolution {
  const parameter = template.parameter(name);
  if (!parameter) return { known: false, because: `${name} is known only at deployment` };
  const fallback = parameter.get('Default');
  if (fallback?.kind !== 'scalar') return { known: false, because: `the parameter ${name} has no default` };
  if ((stringOf(parameter.get('Type')) ?? '').includes('AWS::SSM::'))
    return { known: false, because: `the parameter ${name} is read from Parameter Store` };
  return { known: true, value: fallback.value, parameter: name };
}

function resolveSub(node: TemplateNode): Resolution {
  const sub = subOf(node);
  const parts = sub ? subParts(sub.text) : [];
  const open = parts.find((part) => 'name' in part);
  if (!sub || open)
    return {
      known: false,
      because: open && 'name' in open ? `it contains \${${open.name}}` : 'Fn::Sub is not understood',
    };
  return { known: true, value: parts.map((part) => ('text' in part ? part.text : '')).join('') };
}

function resolveFindInMap(template: Template, node: TemplateNode): Resolution {
  const keys = node.kind === 'intrinsic' && node.argument.kind === 'list' ? node.argument.items.slice(0, 3) : [];
  const literal = keys.map((key) => template.resolve(key));
  const names = literal.flatMap((key) => (key.known && typeof key.value !== 'object' ? [String(key.value)] : []));
  const found = names.length === 3 ? template.at(['Mappings', ...names]) : undefined;
  if (!found) return { known: false, because: 'Fn::FindInMap is evaluated at deployment' };
  const parameter = literal.flatMap((key) => (key.known && key.parameter !== undefined ? [key.parameter] : []))[0];
  return { known: true, value: toValue(found), ...(parameter === undefined ? {} : { parameter }) };
}
