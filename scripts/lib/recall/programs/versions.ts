import { type Plain, changesOutside } from '../../corpus/plain-value.js';
import { type Deployed, type Made, type PlainMap, textOf } from '../deployed.js';
import { deployments } from '../worlds.js';

export const provisionedType = 'Pulumi::Lambda::ProvisionedConcurrencyConfig';
export const versionRule = 'lambda-provisioned-unpublished';

type State = 'published' | 'unpublished' | 'unknown';

/** Whether provisioned concurrency stands on a published version, by the id of its configuration. */
export function versionStates(template: PlainMap): ReadonlyMap<string, State> {
  const states = new Map<string, State>();
  for (const deployed of deployments(template))
    for (const config of deployed.resources(provisionedType)) states.set(config.id, stateOf(deployed, config));
  return states;
}

function stateOf(deployed: Deployed, config: Made): State {
  const qualifier = textOf(deployed.property(config, 'Qualifier'));
  const fn = functionNamed(deployed, textOf(deployed.property(config, 'FunctionName')));
  const direct = pointerState(deployed, fn, qualifier);
  if (direct !== 'unknown') return direct;
  const alias = deployed.resources('AWS::Lambda::Alias').find((each) => {
    const named = functionNamed(deployed, textOf(deployed.property(each, 'FunctionName')));
    return named?.id === fn?.id && textOf(deployed.property(each, 'Name')) === qualifier;
  });
  return alias ? pointerState(deployed, fn, textOf(deployed.property(alias, 'FunctionVersion'))) : 'unknown';
}

/** A version as the mocks and the model tell it: `FUNCTION.Version`, a number, or the one that is never published. */
function pointerState(deployed: Deployed, fn: Made | undefined, version: string): State {
  if (version === '$LATEST') return 'unpublished';
  if (/^\d+$/.test(version)) return 'published';
  if (!fn || version.toLowerCase() !== `${fn.id}.version`.toLowerCase()) return 'unknown';
  return deployed.property(fn, 'Publish') === true ? 'published' : 'unpublished';
}

function functionNamed(deployed: Deployed, name: string): Made | undefined {
  return deployed
    .resources('AWS::Lambda::Function')
    .find((fn) => [deployed.name(fn), deployed.arn(fn)].some((own) => name === own));
}

/** What the fix did not bring back, or changed beside it; undefined when all is as it was. */
export function versionComplaint(ids: readonly string[], original: Plain, fixed: PlainMap): string | undefined {
  const states = versionStates(fixed);
  const still = ids.filter((id) => states.get(id) !== 'published');
  if (still.length > 0) return `no published version after the fix: ${still.join(', ')}`;
  const aliases = [original, fixed].flatMap((template) => aliasesIn(template));
  const configs = ids.flatMap((id) => [
    ['Resources', id, 'Properties', 'Qualifier'],
    ['Resources', id, 'DependsOn'],
  ]);
  // A version that was given by its number was published elsewhere; a fix cannot know it, and publishes the next one.
  const published = functionsOf(ids, fixed).map((id) => ['Resources', id, 'Properties', 'Publish']);
  const outside = changesOutside(original, fixed, [...aliases, ...configs, ...published]);
  return outside.length === 0
    ? undefined
    : `differs from the original: ${outside.map((path) => path.join('.')).join(', ')}`;
}

function functionsOf(ids: readonly string[], template: PlainMap): string[] {
  return deployments(template).flatMap((deployed) =>
    deployed.resources(provisionedType).flatMap((config) => {
      const fn = functionNamed(deployed, textOf(deployed.property(config, 'FunctionName')));
      return fn && ids.includes(config.id) ? [fn.id] : [];
    }),
  );
}

function aliasesIn(template: Plain): (readonly string[])[] {
  return deployments(template as PlainMap).flatMap((deployed) =>
    deployed.resources('AWS::Lambda::Alias').map(({ id }) => ['Resources', id]),
  );
}
