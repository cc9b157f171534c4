import type { Resource } from '../../core/template/template.js';

/** Resources that mention a function without calling it, by their types in CloudFormation and in Pulumi. */
const silent = [
  /^AWS::(IAM|CloudWatch|KMS|SSM|CodeDeploy|ApplicationAutoScaling)::|^AWS::Logs::LogGroup$/,
  /^AWS::Lambda::(Version|Alias|LayerVersion|EventInvokeConfig|ProvisionedConcurrency\w*)$/,
  /^Pulumi::(IAM|Iam|Kms|Ssm|Codedeploy|Appautoscaling)::|^Pulumi::Cloudwatch::(?!Event)/,
  /^Pulumi::Lambda::(?:FunctionVersion|ProvisionedConcurrencyConfig|FunctionRecursionConfig|RuntimeManagementConfig)$/,
];

/** What a caller knows the function by: its name (`Ref`), its ARN, or in a program the URI that API Gateway calls. */
const called: readonly (string | undefined)[] = [undefined, 'Arn', 'InvokeArn', 'ResponseStreamingInvokeArn'];

/** The resources that call a function itself, not one of its versions or aliases: triggers, permissions, other functions. */
export function callersOf(fn: Resource): readonly string[] {
  return fn.template
    .resources()
    .filter((resource) => resource !== fn && !silent.some((type) => type.test(resource.type)) && mentions(resource, fn))
    .map(({ id }) => id);
}

function mentions(resource: Resource, fn: Resource): boolean {
  if (!resource.properties) return false;
  for (const { name, attribute } of fn.template.references(resource.properties)) {
    if (name === fn.id && called.includes(attribute)) return true;
  }
  return false;
}
