import { alternativesOf } from '../../core/template/resolve.js';
import { type MapNode, type TemplateNode, type Value, refOf, stringOf, toValue } from '../../core/template/node.js';

const figure = 'ProvisionedConcurrentExecutions';

/**
 * What an author wrote as provisioned concurrency, as an alias takes it: the map with the figure under its right or a
 * similar name, the bare figure, or one of these in each branch of `Fn::If`. Undefined where it is none of these.
 */
export function configurationOf(node: TemplateNode): Value | undefined {
  if (node.kind === 'map') {
    const [only, ...others] = node.entries;
    return only && others.length === 0 && isFigureName(only.key) && isAlwaysFigure(only.value)
      ? { [figure]: toValue(only.value) }
      : undefined;
  }
  if (isFigure(node)) return { [figure]: toValue(node) };
  return conditional(node);
}

/** The configuration in the properties of a resource that was meant to hold nothing else. */
export function configurationIn(properties: MapNode | undefined): Value | undefined {
  const entries = (properties?.entries ?? []).filter(({ key }) => key !== 'FunctionName' && key !== 'Qualifier');
  const [only, ...others] = entries;
  if (!only || others.length > 0 || !isFigureName(only.key)) return undefined;
  return configurationOf(only.value);
}

/** True for a figure of 0, however it is wrapped: nothing is to be kept ready. */
export function isNothing(node: TemplateNode): boolean {
  if (node.kind !== 'map') return node.kind === 'scalar' && Number(node.value) === 0 && node.value !== null;
  return node.entries.some(({ key, value }) => isFigureName(key) && isNothing(value));
}

function isFigureName(key: string): boolean {
  return /^Provisioned(?:Concurren\w*|Executions)$/.test(key);
}

function isFigure(node: TemplateNode): boolean {
  if (node.kind === 'scalar') return /^\d+$/.test(String(node.value));
  return node.kind === 'intrinsic' && node.name !== 'Fn::If' && refOf(node) !== 'AWS::NoValue';
}

/** A figure, also one for each branch of `Fn::If`; a branch without one would leave the setting without its figure. */
function isAlwaysFigure(node: TemplateNode): boolean {
  return alternativesOf(node).every((branch) => branch.node !== undefined && isFigure(branch.node));
}

function conditional(node: TemplateNode): Value | undefined {
  if (node.kind !== 'intrinsic' || node.name !== 'Fn::If' || node.argument.kind !== 'list') return undefined;
  const [condition, ...branches] = node.argument.items;
  const name = stringOf(condition);
  const values = branches.map((branch) =>
    refOf(branch) === 'AWS::NoValue' ? toValue(branch) : configurationOf(branch),
  );
  return name === undefined || values.length !== 2 || values.includes(undefined)
    ? undefined
    : { 'Fn::If': [name, ...(values as Value[])] };
}
