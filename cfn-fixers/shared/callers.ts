import type { Resource } from '../../core/template/template.js';

/** Resources that mention a function without calling it. */
const silent =
  /^AWS::(IAM|CloudWatch|KMS|SSM|CodeDeploy|ApplicationAutoScaling)::|^AWS::Logs::LogGroup$|^AWS::Lambda::(Version|Alias|LayerVersion|EventInvokeConfig|ProvisionedConcurrency\w*)$/;

/** The resources that call a function itself, not one of its versions or aliases: triggers, permissions, other functions. */
export function callersOf(fn: Resource): readonly string[] {
  return fn.template
    .resources()
    .filter((resource) => resource !== fn && !silent.test(resource.type) && mentions(resource, fn))
    .map(({ id }) => id);
}

function mentions(resource: Resource, fn: Resource): boolean {
  if (!resource.properties) return false;
  for (const { name, attribute } of fn.template.references(resource.properties)) {
    if (name === fn.id && (attribute === undefined || attribute === 'Arn')) return true;
  }
  return false;
}
