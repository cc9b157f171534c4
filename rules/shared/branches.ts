import type { Guards } from '../../core/template/conditions.js';
import type { TemplateNode } from '../../core/template/node.js';
import type { Template } from '../../core/template/template.js';

/** A value, and the conditions under which it holds. */
export interface Branch {
  readonly node: TemplateNode;
  readonly guards: Guards;
}

/** The values that a path below a node can have, `Fn::If` on the way followed into its branches. */
export function branches(
  template: Template,
  node: TemplateNode | undefined,
  path: readonly string[],
  guards: Guards,
): Branch[] {
  return template.alternatives(node).flatMap((alternative) => {
    if (!alternative.node) return [];
    const all = [...guards, ...alternative.guards];
    const [key, ...rest] = path;
    if (key === undefined) return [{ node: alternative.node, guards: all }];
    return alternative.node.kind === 'map' ? branches(template, alternative.node.get(key), rest, all) : [];
  });
}

/** True for a node that is a branch of a choice, which cannot be left out. */
export function isBranch({ parent }: TemplateNode): boolean {
  return parent?.kind === 'list' && parent.parent?.kind === 'intrinsic';
}
