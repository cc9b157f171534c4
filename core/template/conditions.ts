import { type MapNode, type TemplateNode, refOf, stringOf, toValue, walk } from './node.js';

/** A condition that must hold (or must not) for something to exist: a branch of `Fn::If`, a resource's `Condition`. */
export interface Guard {
  readonly condition: string;
  readonly holds: boolean;
}

export type Guards = readonly Guard[];

/** One way in which all conditions of a template can turn out together. */
export type World = ReadonlyMap<string, boolean>;

const maximumWorlds = 4096;
const anyOtherValue = '\u0000other';

/**
 * What the `Conditions` of a template can be together, found by trying every combination of the parameter values that
 * the conditions in question tell apart. With too many combinations each condition counts as free, which only loses
 * certainty.
 */
export class Conditions {
  private readonly cache = new Map<string, readonly World[]>();

  constructor(
    private readonly conditions: MapNode | undefined,
    private readonly parameters: MapNode | undefined,
  ) {}

  /** The ways in which the conditions of some guards can turn out together, with those that they are made of. */
  worldsOf(guards: Guards): readonly World[] {
    if (!this.conditions) return [new Map()];
    const names = [...new Set(guards.map(({ condition }) => condition))].toSorted();
    const key = names.join();
    let worlds = this.cache.get(key);
    if (!worlds) this.cache.set(key, (worlds = enumerate(this.conditions, names, this.parameters)));
    return worlds;
  }

  /** True when `b` surely holds wherever `a` does. */
  implies(a: Guards, b: Guards): boolean {
    return b.every(
      (guard) =>
        has(a, guard) ||
        this.worldsOf([...a, guard]).every((world) => !all(world, a) || world.get(guard.condition) === guard.holds),
    );
  }

  /** True when the two can never hold at once. */
  exclusive(a: Guards, b: Guards): boolean {
    const both = [...a, ...b];
    if (both.some((guard) => has(both, { condition: guard.condition, holds: !guard.holds }))) return true;
    return both.length > 1 && !this.worldsOf(both).some((world) => all(world, both));
  }
}

export function all(world: World, guards: Guards): boolean {
  return guards.every((guard) => meets(world, guard));
}

function meets(world: World, guard: Guard): boolean {
  const value = world.get(guard.condition);
  return value === undefined || value === guard.holds;
}

function has(guards: Guards, guard: Guard): boolean {
  return guards.some((other) => other.condition === guard.condition && other.holds === guard.holds);
}

function enumerate(conditions: MapNode, asked: readonly string[], parameters: MapNode | undefined): readonly World[] {
  const names = withParts(conditions, asked);
  const variables = new Map<string, Set<string>>();
  for (const name of names) {
    const node = conditions.get(name);
    if (node) collect(node, variables, parameters);
  }
  const free = [...variables].map(([name, values]): [string, string[]] => [name, [...values]]);
  const count = free.reduce((product, [, values]) => product * values.length, 1);
  if (count > maximumWorlds) return [new Map()];
  const seen = new Map<string, World>();
  for (let index = 0; index < count; index++) {
    const assignment = pick(free, index);
    const world = new Map<string, boolean>();
    for (const name of names) world.set(name, evaluateNamed(conditions, name, assignment, 0));
    seen.set([...world.values()].join(), world);
  }
  return [...seen.values()];
}

/** The defined ones of some conditions and all that they are made of. */
function withParts(conditions: MapNode, asked: readonly string[]): readonly string[] {
  const names = new Set(asked.filter((name) => conditions.has(name)));
  // A set goes on to what is added to it while it is walked.
  for (const name of names) {
    const node = conditions.get(name);
    for (const part of node ? walk(node) : []) {
      const other = part.kind === 'intrinsic' && part.name === 'Condition' ? stringOf(part.argument) : undefined;
      if (other !== undefined && conditions.has(other)) names.add(other);
    }
  }
  return [...names];
}

function pick(free: readonly [string, string[]][], index: number): Map<string, string> {
  const assignment = new Map<string, string>();
  let rest = index;
  for (const [name, values] of free) {
    assignment.set(name, values[rest % values.length] ?? anyOtherValue);
    rest = Math.floor(rest / values.length);
  }
  return assignment;
}

function collect(node: TemplateNode, variables: Map<string, Set<string>>, parameters: MapNode | undefined): void {
  if (node.kind === 'intrinsic' && node.name === 'Fn::Equals' && node.argument.kind === 'list') {
    const sides = node.argument.items;
    const literals = sides.flatMap((side) => literalOf(side) ?? []);
    for (const side of sides) {
      if (literalOf(side) !== undefined) continue;
      const values = variables.get(keyOf(side)) ?? initialValues(side, parameters);
      if (!isClosed(side, parameters)) for (const literal of literals) values.add(literal);
      variables.set(keyOf(side), values);
    }
    return;
  }
  if (node.kind === 'intrinsic') {
    if (node.name === 'Condition') return;
    if (['Fn::And', 'Fn::Or', 'Fn::Not'].includes(node.name)) return collect(node.argument, variables, parameters);
    variables.set(keyOf(node), new Set(['true', 'false']));
  } else if (node.kind === 'list') for (const item of node.items) collect(item, variables, parameters);
}

function allowedValues(side: TemplateNode, parameters: MapNode | undefined): string[] | undefined {
  const parameter = parameters?.get(refOf(side) ?? '');
  const allowed = parameter?.kind === 'map' ? parameter.get('AllowedValues') : undefined;
  return allowed?.kind === 'list' ? allowed.items.flatMap((item) => literalOf(item) ?? []) : undefined;
}

function isClosed(side: TemplateNode, parameters: MapNode | undefined): boolean {
  return allowedValues(side, parameters) !== undefined;
}

function initialValues(side: TemplateNode, parameters: MapNode | undefined): Set<string> {
  return new Set(allowedValues(side, parameters) ?? [anyOtherValue]);
}

function literalOf(node: TemplateNode): string | undefined {
  return node.kind === 'scalar' ? String(node.value ?? '') : undefined;
}

function keyOf(node: TemplateNode): string {
  return JSON.stringify(toValue(node));
}

function evaluateNamed(conditions: MapNode, name: string, assignment: Map<string, string>, depth: number): boolean {
  const node = conditions.get(name);
  // Conditions that name each other in a circle are an error of the template; any answer will do.
  return node !== undefined && depth < 50 && evaluate(node, conditions, assignment, depth + 1);
}

function evaluate(node: TemplateNode, conditions: MapNode, assignment: Map<string, string>, depth: number): boolean {
  if (node.kind !== 'intrinsic') return false;
  const items = node.argument.kind === 'list' ? node.argument.items : [];
  const test = (item: TemplateNode): boolean => evaluate(item, conditions, assignment, depth);
  switch (node.name) {
    case 'Condition':
      return evaluateNamed(conditions, stringOf(node.argument) ?? '', assignment, depth);
    case 'Fn::And':
      return items.every(test);
    case 'Fn::Or':
      return items.some(test);
    case 'Fn::Not':
      return !items.some(test);
    case 'Fn::Equals': {
      const [left, right] = items.map((item) => literalOf(item) ?? assignment.get(keyOf(item)) ?? keyOf(item));
      return left === right;
    }
    default:
      return assignment.get(keyOf(node)) === 'true';
  }
}
