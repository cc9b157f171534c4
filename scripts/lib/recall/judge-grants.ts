import type { Path } from '../../../core/template/node.js';
import type { FileReport } from '../../../core/engine/types.js';
import { type Plain, changesOutside, isPlainMap, isSame, plainValue } from '../corpus/plain-value.js';
import { type Demand, type State, demandsOf, resourceFor, stateOf } from './demands.js';
import { type Deployed, type PlainMap, mapAt, textOf, valueAt } from './deployed.js';
import { type ConcreteStatement, type Mood, type RoleReader, attachmentType } from './roles.js';
import { deployments } from './worlds.js';

export const grantRules = [
  'lambda-destination-permission',
  'lambda-dlq-permission',
  'lambda-event-source-permission',
  'lambda-policy-order',
  'lambda-tracing-permission',
  'lambda-vpc-permission',
] as const;

/** What a fix may add beside a role. */
const ownPolicies: ReadonlySet<string> = new Set(['AWS::IAM::Policy', 'AWS::IAM::RolePolicy', attachmentType]);

/** A demand in all worlds, by rule, subject and target. */
type States = ReadonlyMap<string, readonly State[]>;

/** What AWS would refuse, and the rule that has to say so. */
export interface Broken {
  readonly key: string;
  readonly rule: string;
  readonly subject: string;
}

/** Judges grants by working a template out in each of its worlds. */
export class GrantJudge {
  constructor(private readonly reader: RoleReader) {}

  states(template: Plain, mood: Mood): States {
    const states = new Map<string, State[]>();
    for (const deployed of isPlainMap(template) ? deployments(template) : [])
      for (const demand of demandsOf(deployed, this.reader)) {
        const key = keyOf(demand);
        states.set(key, [...(states.get(key) ?? []), stateOf(deployed, demand, mood)]);
      }
    return states;
  }

  /** The demands that are surely granted before and surely not after, in some world. */
  brokenBy(before: States, mutated: Plain): readonly Broken[] {
    return [...this.states(mutated, 'generous')].flatMap(([key, states]) => {
      const isRight = before.get(key)?.every((state) => state === 'granted') === true;
      const worst = states.includes('missing') ? 'missing' : states.includes('late') ? 'late' : 'granted';
      if (!isRight || worst === 'granted') return [];
      const [rule = '', subject = ''] = key.split(' ');
      return [{ key, rule: worst === 'late' ? 'lambda-policy-order' : rule, subject }];
    });
  }

  /** What is still wrong after the fix, or changed beside it; undefined when all is as it was. */
  complaint(broken: readonly Broken[], { before, after }: Pick<FileReport, 'before' | 'after'>): string | undefined {
    return this.complaintOf(broken, plainValue(before), plainValue(after));
  }

  /**
   * The same of what the texts say.
   * @param mayWait resources whose order is judged elsewhere
   */
  complaintOf(
    broken: readonly Broken[],
    mutated: Plain,
    fixed: Plain,
    mayWait: readonly string[] = [],
  ): string | undefined {
    const states = this.states(fixed, 'strict');
    const still = broken.filter(({ key }) => states.get(key)?.every((state) => state === 'granted') !== true);
    if (still.length > 0) return `not granted in time after the fix: ${still.map(({ key }) => key).join(', ')}`;
    const beside = this.changesBeside(broken, mutated, fixed, mayWait);
    if (beside.length > 0) return `changed beside it: ${beside.join(', ')}`;
    return this.tooMuch(mutated, fixed);
  }

  private changesBeside(
    broken: readonly Broken[],
    mutated: Plain,
    fixed: Plain,
    mayWait: readonly string[],
  ): readonly string[] {
    const before = mapAt(mutated, 'Resources');
    const made = Object.entries(mapAt(fixed, 'Resources'))
      .filter(([id, body]) => !(id in before) && isPlainMap(body) && ownPolicies.has(textOf(body['Type'])))
      .map(([id]) => ['Resources', id]);
    const owners = isPlainMap(mutated) ? this.owners(mutated, broken) : [];
    const grants = owners.flatMap((id) =>
      ['Policies', 'ManagedPolicyArns'].map((property) => growthOf(before, ['Resources', id, 'Properties', property])),
    );
    const waiting = mayWait.map((id) => ['Resources', id, 'DependsOn']);
    const orders = broken.map(({ subject }) => growthOf(before, ['Resources', subject, 'DependsOn']));
    const outside = changesOutside(mutated, fixed, [...made, ...grants, ...orders, ...waiting]);
    return outside.filter((path) => !isGrowth(path) && !isWrapped(mutated, fixed, path)).map((path) => path.join('.'));
  }

  private owners(template: PlainMap, broken: readonly Broken[]): readonly string[] {
    const keys = new Set(broken.map(({ key }) => key));
    const demands = deployments(template).flatMap((deployed) => demandsOf(deployed, this.reader));
    return [...new Set(demands.filter((demand) => keys.has(keyOf(demand))).map(({ role }) => role.owner.id))];
  }

  /** What the fix grants to any role beyond what is demanded of it. */
  private tooMuch(mutated: Plain, fixed: Plain): string | undefined {
    if (!isPlainMap(mutated) || !isPlainMap(fixed)) return undefined;
    const before = deployments(mutated);
    const worlds = deployments(fixed);
    // What stands in a role is there in every world, and may be demanded in one of them only.
    const demands = worlds.flatMap((world) => demandsOf(world, this.reader));
    for (const [index, after] of worlds.entries()) {
      const old = before[index];
      const excess = old && this.excess(old, after, demands);
      if (excess) return `granted more than is demanded: ${excess.action} on ${excess.resource}`;
    }
    return undefined;
  }

  private excess(before: Deployed, after: Deployed, demands: readonly Demand[]): Allowed | undefined {
    const old = this.reader.all(before);
    for (const role of this.reader.all(after)) {
      const had = new Set(
        old
          .filter(({ id }) => id === role.id)
          .flatMap(({ statements }) => statements.flatMap(allowedBy))
          .map(keyOfAllowed),
      );
      const own = demands.filter((demand) => demand.role.id === role.id);
      const added = role.statements.flatMap(allowedBy).filter((each) => !had.has(keyOfAllowed(each)));
      const excess = added.find((each) => !own.some((demand) => isDemanded(each, demand)));
      if (excess) return excess;
    }
    return undefined;
  }
}

/** One action on one resource. */
interface Allowed {
  readonly action: string;
  readonly resource: string;
  readonly managed: string | undefined;
}

function allowedBy({ effect, actions, resources, notActions, notResources, managed }: ConcreteStatement): Allowed[] {
  if (effect !== 'Allow') return [];
  const on = notResources ? [`not ${notResources.join()}`] : resources;
  const all = notActions ? [`not ${notActions.join()}`] : actions;
  return all.flatMap((action) => on.map((resource) => ({ action, resource, managed })));
}

function keyOfAllowed({ action, resource }: Allowed): string {
  return `${action} ${resource}`;
}

function isDemanded({ action, resource, managed }: Allowed, demand: Demand): boolean {
  const { actions, managedPolicy, kmsIfCustomerKey } = demand.permission;
  if (managed !== undefined) return managed === managedPolicy;
  if (kmsIfCustomerKey.includes(action)) return true;
  return actions.some((each) => each.action === action && resource === resourceFor(demand, each.on));
}

function keyOf({ rule, subject, target = '*' }: Demand): string {
  return `${rule} ${subject} ${target}`;
}

/** Where a list may grow: behind its items, or as a whole where there is none yet. */
function growthOf(resources: PlainMap, path: readonly string[]): readonly string[] {
  let value: Plain = resources;
  for (const key of path.slice(1)) value = isPlainMap(value) ? value[key] : undefined;
  return Array.isArray(value) && value.length > 0 ? [...path, '-'] : path;
}

/** One more statement of a document, one more action of a statement; whom it grants that to is looked at elsewhere. */
function isGrowth(path: Path): boolean {
  return /\.(?:Policies|PolicyDocument)\.(?:.*\.)?(?:Statement|Action)(?:\.Fn::If\.\d)?\.-$/.test(path.join('.'));
}

/** A single value that became a list of itself and more is not changed. */
function isWrapped(mutated: Plain, fixed: Plain, path: Path): boolean {
  const after = valueAt(fixed, path);
  return Array.isArray(after) && isSame(after[0], valueAt(mutated, path));
}
