import type { FileReport } from '../../../core/engine/types.js';
import { type Plain, changesOutside, isPlainMap, isSame, plainValue } from '../corpus/plain-value.js';
import { type Demand, type State, demandsOf, resourceFor, stateOf } from './demands.js';
import { type Deployed, type PlainMap, mapAt } from './deployed.js';
import type { Mood, ConcreteStatement, RoleReader } from './roles.js';
import { deployments } from './worlds.js';

export const grantRules = [
  'lambda-destination-permission',
  'lambda-dlq-permission',
  'lambda-event-source-permission',
  'lambda-policy-order',
  'lambda-tracing-permission',
  'lambda-vpc-permission',
] as const;

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
    const mutated = plainValue(before);
    const fixed = plainValue(after);
    const states = this.states(fixed, 'strict');
    const still = broken.filter(({ key }) => states.get(key)?.every((state) => state === 'granted') !== true);
    if (still.length > 0) return `not granted in time after the fix: ${still.map(({ key }) => key).join(', ')}`;
    const beside = this.changesBeside(broken, mutated, fixed);
    if (beside.length > 0) return `changed beside it: ${beside.join(', ')}`;
    return this.tooMuch(mutated, fixed);
  }

  private changesBeside(broken: readonly Broken[], mutated: Plain, fixed: Plain): readonly string[] {
    const before = mapAt(mutated, 'Resources');
    const made = Object.entries(mapAt(fixed, 'Resources'))
      .filter(([id, body]) => !(id in before) && isPlainMap(body) && body['Type'] === 'AWS::IAM::Policy')
      .map(([id]) => ['Resources', id]);
    const owners = isPlainMap(mutated) ? this.owners(mutated, broken) : [];
    const grants = owners.flatMap((id) =>
      ['Policies', 'ManagedPolicyArns'].map((property) => growthOf(before, ['Resources', id, 'Properties', property])),
    );
    const orders = broken.map(({ subject }) => growthOf(before, ['Resources', subject, 'DependsOn']));
    const outside = changesOutside(mutated, fixed, [...made, ...grants, ...orders]);
    return outside.map((path) => path.join('.')).filter((path) => !isWrapped(mutated, fixed, path));
  }

  private owners(template: PlainMap, broken: readonly Broken[]): readonly string[] {
    const keys = new Set(broken.map(({ key }) => key));
    const demands = deployments(template).flatMap((deployed) => demandsOf(deployed, this.reader));
    return [...new Set(demands.filter((demand) => keys.has(keyOf(demand))).map(({ role }) => role.owner.id))];
  }

  /** A statement that the fix added and that grants more than is demanded. */
  private tooMuch(mutated: Plain, fixed: Plain): string | undefined {
    if (!isPlainMap(mutated) || !isPlainMap(fixed)) return undefined;
    const before = deployments(mutated);
    for (const [index, after] of deployments(fixed).entries()) {
      const excess = this.excess(before[index], after);
      if (excess)
        return `granted more than is demanded: ${excess.actions.join(', ')} on ${excess.resources.join(', ')}`;
    }
    return undefined;
  }

  private excess(before: Deployed | undefined, after: Deployed): ConcreteStatement | undefined {
    const old = before ? demandsOf(before, this.reader) : [];
    for (const demand of demandsOf(after, this.reader)) {
      const had = old.find(({ role }) => role.id === demand.role.id)?.role.statements ?? [];
      const demands = demandsOf(after, this.reader).filter(({ role }) => role.id === demand.role.id);
      const added = demand.role.statements.filter((each) => !had.some((other) => sameStatement(each, other)));
      const excess = added.find((each) => !demands.some((one) => isDemanded(each, one)));
      if (excess) return excess;
    }
    return undefined;
  }
}

function isDemanded(statement: ConcreteStatement, demand: Demand): boolean {
  const { actions, managedPolicy, kmsIfCustomerKey } = demand.permission;
  if (statement.managed !== undefined) return statement.managed === managedPolicy;
  const isKey = (action: string): boolean => kmsIfCustomerKey.includes(action);
  const isAsked = (action: string): boolean =>
    actions.some(
      (each) =>
        each.action === action && statement.resources.every((resource) => resource === resourceFor(demand, each.on)),
    );
  return statement.actions.every((action) => isKey(action) || isAsked(action));
}

function sameStatement(a: ConcreteStatement, b: ConcreteStatement): boolean {
  return JSON.stringify({ ...a, from: undefined }) === JSON.stringify({ ...b, from: undefined });
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

/** A single value that became a list of itself and more is not changed. */
function isWrapped(mutated: Plain, fixed: Plain, path: string): boolean {
  const at = (root: Plain): Plain =>
    path.split('.').reduce<Plain>((value, key) => (isPlainMap(value) ? value[key] : undefined), root);
  const after = at(fixed);
  return Array.isArray(after) && isSame(after[0], at(mutated));
}
