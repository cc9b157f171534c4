import { defineRule } from '../core/rule.js';
import { deploymentErrors, limits } from '../facts/index.js';

export interface ProvisionedOptions {
  readonly strategy: 'alias' | 'version-id' | 'remove';
  readonly aliasName: string;
}

const aliasNames = limits.physicalNames['AWS::Lambda::Alias'];

export const rule = defineRule({
  id: 'lambda-provisioned-unpublished',
  title: 'Provisioned concurrency without a published version',
  why: 'Lambda keeps execution environments ready for a published version, or for an alias that points to one, and refuses to do so for $LATEST, whose code can change at any moment. CloudFormation has the setting on AWS::Lambda::Alias and AWS::Lambda::Version only: on the function itself, or as a resource of its own, it fails before anything is created. SAM takes it on the function, but only together with AutoPublishAlias. In Pulumi the version of a function is $LATEST unless the function has publish: true.',
  impact: 'critical',
  messages: {
    functionProperty: {
      text: '{resource} sets {property}, which AWS::Lambda::Function does not have: provisioned concurrency belongs to an alias or a published version',
      preset: 'deploy',
      prevents: 'extraneous key',
    },
    latestVersion: {
      text: '{resource} asks for provisioned concurrency on {version} of {function}, which is not published',
      preset: 'deploy',
      prevents: 'unpublished function versions',
    },
    aliasOfLatest: {
      text: '{resource} asks for provisioned concurrency on the alias {alias} of {function}, which points to {version} and so to nothing published',
      preset: 'deploy',
      prevents: 'unpublished function versions',
    },
    unknownVersionType: {
      text: '{resource} is an aws.lambda.FunctionVersion, which @pulumi/aws does not have: a function publishes its versions itself, with publish: true',
      preset: 'deploy',
      prevents: 'FunctionVersion',
    },
    unknownType: {
      text: '{resource} is an {type}, which does not exist: provisioned concurrency is a property of an alias or a published version',
      preset: 'deploy',
      prevents: 'Unrecognized resource types',
    },
    withoutAlias: {
      text: '{resource} sets ProvisionedConcurrencyConfig without AutoPublishAlias, which SAM refuses',
      preset: 'deploy',
      prevents: 'AutoPublishALias',
    },
    scalesLatest: {
      text: '{resource} scales the provisioned concurrency of {version} of {function}, which is not published and cannot have any',
      preset: 'deploy',
    },
    staleVersion: {
      text: '{resource} carries the hash of another state of {function}: the present code and configuration are not published',
      preset: 'all',
    },
  },
  errors: [
    ...deploymentErrors('lambda-provisioned-unpublished'),
    {
      pattern:
        /(?:for resource (?<resource>\w+) with message: \[#: )?extraneous key \[(?<property>ProvisionedConcurren\w+)\] is not permitted|Encountered unsupported property ProvisionedConcurren\w+/,
      example:
        'Properties validation failed for resource Worker with message: [#: extraneous key [ProvisionedConcurrencyConfig] is not permitted]',
    },
    {
      pattern: /Unrecognized resource types: \[[^\]]*AWS::Lambda::ProvisionedConcurrency/,
      example: 'Template format error: Unrecognized resource types: [AWS::Lambda::ProvisionedConcurrencyConfig]',
    },
    {
      pattern: /lambda\.FunctionVersion is not a constructor|Property 'FunctionVersion' does not exist on type/,
      example: 'TypeError: aws.lambda.FunctionVersion is not a constructor',
    },
  ],
  references: [
    'https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html',
    'https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html',
    'https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-alias.html',
    'https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html',
  ],
  limits: [
    'An AWS::Lambda::Version publishes once, when it is created: with the strategy alias a later change of the function is not published until the version gets another logical id. SAM does that by itself.',
    'With the strategy version-id the logical id holds a hash of the function’s properties; a change of the code behind the same S3 key does not show in it.',
    'Triggers that call the function keep calling $LATEST: they are listed, not rewritten.',
    'In Pulumi a function with publish: true publishes a version whenever it changes, so the strategy version-id is alias there.',
    'A Pulumi function whose publish is known only at deployment is taken to publish.',
    'Provisioned concurrency on a published version or on its alias is right and left alone.',
  ],
  facts: ['errors', 'limits'],
  options: {
    schema: (z) =>
      z.strictObject({
        strategy: z
          .enum(['alias', 'version-id', 'remove'])
          .describe(
            'alias: publish a version and move the setting to an alias of it. version-id: the same, with a hash of the function in the logical id of the version, so that a second run publishes what has changed. remove: give up the provisioned concurrency.',
          )
          .default('alias'),
        aliasName: z
          .string()
          .regex(new RegExp(aliasNames?.pattern ?? ''))
          .max(aliasNames?.max ?? 0)
          .describe('Name of an alias that has to be made.')
          .default('live'),
      }),
    defaults: { strategy: 'alias', aliasName: 'live' } satisfies ProvisionedOptions,
  },
  since: '0.1.0',
});

/** The qualifier of a function's unpublished code. */
export const unpublished = '$LATEST';

/** Where AWS bills what the rule moves to a place where it takes effect. */
export const provisionedCost =
  'Provisioned concurrency is billed for as long as it is configured, whether calls arrive or not.';

/** `live` to `Live`, `blue-green` to `BlueGreen`: a name as a part of a logical id. */
export function idPart(name: string): string {
  return name
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}

/** The titles of the fixes, in a template and in a program. */
export const provisionedTitles = {
  removed: (name: string) => `Remove the provisioned concurrency of ${name}`,
  toExisting: (fn: string, alias: string) => `Move the provisioned concurrency of ${fn} to its alias ${alias}`,
  toNew: (fn: string, aliasName: string) =>
    `Move the provisioned concurrency of ${fn} to an alias, ${aliasName}, of a published version`,
} as const;

/** Said wherever a version is made that only its creation publishes. */
export function frozenVersion(version: string, fn: string, hashed: boolean): string {
  return hashed
    ? `${version} publishes ${fn} as it is now. After a change of ${fn}, stackmend fix gives it a new logical id; until then the alias serves the old code.`
    : `${version} publishes ${fn} ONCE: from then on a deployment changes $LATEST, while the alias serves the old code until the version gets a new logical id. The strategy version-id does that by a hash.`;
}

/** What must be pointed at the alias for its capacity to be of use. */
export function idleCapacity(callers: readonly string[], fn: string, alias: string): string {
  return `${callers.join(', ')} still ${callers.length === 1 ? 'calls' : 'call'} ${fn} itself and so $LATEST, which has no provisioned capacity: point ${callers.length === 1 ? 'it' : 'them'} at ${alias}.`;
}
