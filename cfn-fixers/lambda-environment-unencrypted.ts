import { type CfnContext, type FindingDraft, type FixDraft, type Refusal, defineCfnFixer } from '../core/rule.js';
import { type MapNode, type TemplateNode, type Value, toValue } from '../core/template/node.js';
import type { Resource, Template } from '../core/template/template.js';
import { deployerFollowUp, keyCost, managedKeyData, rule } from '../rules/lambda-environment-unencrypted.js';
import { type NewKey, newKey } from './shared/customer-key.js';
import { functionTypes } from './shared/types.js';

type Editor = CfnContext['editor'];

/** Functions that one `KmsKeyArn` protects: one function, or all that take their variables from `Globals`. */
interface Open {
  readonly name: string;
  readonly functions: readonly [Resource, ...Resource[]];
  readonly variables: TemplateNode;
  /** The properties, the function's own or those in `Globals`, that hold `Environment` and get the key. */
  readonly owner: MapNode;
}

export default defineCfnFixer<'managedKey', Record<string, never>>({
  rule,
  needles: functionTypes,
  *find({ template, editor }) {
    const all = openIn(template);
    const functions = all.flatMap((open) => open.functions);
    const used = keysInUse(template);
    for (const open of all) {
      yield {
        message: 'managedKey',
        data: managedKeyData(open.name, sizeOf(template, open.variables)),
        certainty: 'proven',
        resource: open.functions[0],
        node: open.variables,
        followUps: used.length === 0 ? [deployerFollowUp] : [],
        fix: () => fixOf(open, functions, used, editor),
      } satisfies FindingDraft<'managedKey'>;
    }
  },
});

/** What has variables and no key, in the order of the text. */
function openIn(template: Template): Open[] {
  const lacking = template.resources(...functionTypes).filter((fn) => !fn.property('KmsKeyArn') && !fn.isOpaque);
  const globals = template.globals?.get('Function');
  const shared = lacking.filter(
    (fn) => globals?.kind === 'map' && sizeOf(template, fn.globalProperty('Environment', 'Variables')) > 0,
  );
  const own = lacking
    .filter((fn) => !shared.includes(fn))
    .flatMap((fn): Open[] => {
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

/** The customer managed keys that functions of the template have, each once. */
function keysInUse(template: Template): readonly TemplateNode[] {
  const keys = template.resources(...functionTypes).flatMap((fn) => fn.property('KmsKeyArn') ?? []);
  return [...new Map(keys.map((key) => [JSON.stringify(toValue(key)), key])).values()];
}

function fixOf(
  open: Open,
  all: readonly Resource[],
  used: readonly TemplateNode[],
  editor: Editor,
): FixDraft | Refusal {
  const [key, ...others] = used;
  if (others.length > 0) return { code: 'needs-choice', because: 'the functions of the template use different keys' };
  if (key) return obstacleTo(key, open) ?? fixWith(open, toValue(key), undefined, editor);
  const made = newKey(open.functions[0], all, editor);
  return fixWith(open, made.arn, made, editor);
}

/** Why the key of the other functions cannot serve these: it does not exist wherever they do, or it waits for one of them. */
function obstacleTo(key: TemplateNode, { functions }: Open): Refusal | undefined {
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

function fixWith({ name, owner }: Open, arn: Value, made: NewKey | undefined, editor: Editor): FixDraft {
  return {
    title: `Protect the environment variables of ${name} with ${made ? 'a customer managed key' : 'the key of the other functions'}`,
    safety: 'review',
    consequence: { deployment: 'update', ...(made ? { cost: keyCost } : {}) },
    edits: [...editor.insert(owner, 'KmsKeyArn', arn, { after: 'Environment' }), ...(made?.edits ?? [])],
    touches: [[...owner.path, 'KmsKeyArn'], ...(made?.touches ?? [])],
  };
}
