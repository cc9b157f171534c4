import type { FindingDraft, FixDraft, Refusal } from '../../core/rule.js';
import { type MapNode, type Path, type TemplateNode, toValue } from '../../core/template/node.js';
import type { Resource, Template } from '../../core/template/template.js';
import { deployerFollowUp, keyCost, managedKeyData } from '../lambda-environment-unencrypted.js';
import { functionTypes } from './function-types.js';

/** Functions that one `KmsKeyArn` protects: one function, or all that take their variables from `Globals`. */
export interface Unprotected {
  readonly name: string;
  readonly functions: readonly [Resource, ...Resource[]];
  readonly variables: TemplateNode;
  /** The properties, the function's own or those in `Globals`, that hold `Environment` and get the key. */
  readonly owner: MapNode;
}

/** A finding for all that keep variables without a customer managed key. */
export function* unprotectedVariables(
  template: Template,
  fix: (open: Unprotected, all: readonly Unprotected[], used: readonly TemplateNode[]) => FixDraft | Refusal,
): Generator<FindingDraft<'managedKey'>> {
  const all = unprotectedIn(template);
  const used = keysInUse(template);
  for (const open of all)
    yield {
      message: 'managedKey',
      data: managedKeyData(open.name, sizeOf(template, open.variables)),
      certainty: 'proven',
      resource: open.functions[0],
      node: open.variables,
      followUps: used.length === 0 ? [deployerFollowUp] : [],
      fix: () => fix(open, all, used),
    };
}

/** What has variables and no key, in the order of the text. */
function unprotectedIn(template: Template): Unprotected[] {
  const lacking = template.resources(...functionTypes).filter((fn) => !fn.property('KmsKeyArn') && !fn.isOpaque);
  const globals = template.globals?.get('Function');
  const shared = lacking.filter(
    (fn) => globals?.kind === 'map' && sizeOf(template, fn.globalProperty('Environment', 'Variables')) > 0,
  );
  const own = lacking
    .filter((fn) => !shared.includes(fn))
    .flatMap((fn): Unprotected[] => {
      const variables = fn.ownProperty('Environment', 'Variables');
      if (!fn.properties || !variables || sizeOf(template, variables) === 0) return [];
      return [{ name: fn.id, functions: [fn], variables, owner: fn.properties }];
    });
  const [first, ...rest] = shared;
  const variables = first?.globalProperty('Environment', 'Variables');
  if (!first || !variables || globals?.kind !== 'map') return own;
  return [
    {
      name: `Globals.Function (${shared.length === 1 ? first.id : `${shared.length} functions`})`,
      functions: [first, ...rest],
      variables,
      owner: globals,
    },
    ...own,
  ];
}

/** The number of variables; the larger one where conditions decide. */
function sizeOf(template: Template, variables: TemplateNode | undefined): number {
  return Math.max(
    0,
    ...template.alternatives(variables).map(({ node }) => (node?.kind === 'map' ? node.entries.length : 0)),
  );
}

/** The customer managed keys that functions have, each once. */
function keysInUse(template: Template): readonly TemplateNode[] {
  const keys = template.resources(...functionTypes).flatMap((fn) => fn.property('KmsKeyArn') ?? []);
  return [...new Map(keys.map((key) => [JSON.stringify(toValue(key)), key])).values()];
}

/** Why functions have no one key in common that these could take too. */
export function differentKeys({ noun }: Template): Refusal {
  return { code: 'needs-choice', because: `the functions of the ${noun} use different keys` };
}

/** Why the key of the other functions cannot serve these: it does not exist wherever they do, or it waits for one of them. */
export function obstacleTo(key: TemplateNode, { functions }: Unprotected): Refusal | undefined {
  const { template } = functions[0];
  for (const resource of [...template.references(key)].flatMap(({ name }) => template.resource(name) ?? [])) {
    if (functions.some((fn) => !template.conditions.implies(fn.guards, resource.guards)))
      return {
        code: 'needs-choice',
        because: `the key of the other functions, ${resource.id}, does not exist wherever this function does`,
      };
    if (functions.some((fn) => template.graph.reaches(resource.id, fn.id)))
      return { code: 'cycle', because: `the key of the other functions, ${resource.id}, depends on this function` };
  }
  return undefined;
}

/** The fix that gives variables a key: one that is made for it, or that of the other functions. */
export function protectedBy(
  { name, owner }: Unprotected,
  isNew: boolean,
  edits: FixDraft['edits'],
  touches: readonly Path[],
): FixDraft {
  return {
    title: `Protect the environment variables of ${name} with ${isNew ? 'a customer managed key' : 'the key of the other functions'}`,
    safety: 'review',
    consequence: { deployment: 'update', ...(isNew ? { cost: keyCost } : {}) },
    edits,
    touches: [[...owner.path, 'KmsKeyArn'], ...touches],
  };
}
