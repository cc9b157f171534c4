/** The shape of every file in facts/. Only test/facts.test.ts loads it. */
import { z } from 'zod';

const day = z.iso.date();
const confidence = z.enum(['high', 'medium']);
const action = z.string().regex(/^[a-z0-9-]+:[A-Za-z0-9*?]+$/);
const count = z.int().nonnegative();

/** The source of a regular expression that compiles. */
const expression = z.string().refine((source) => {
  try {
    return new RegExp(source) instanceof RegExp;
  } catch {
    return false;
  }
}, 'is no regular expression');

function factFile<Data extends z.ZodType>(data: Data) {
  return z.strictObject({ source: z.array(z.string().min(1)).min(1), retrieved: day, data });
}

const pulumiName = z
  .string()
  .regex(/^[A-Z]\w+$/)
  .nullable();

const runtimes = z.record(
  z.string(),
  z.strictObject({
    family: z.enum(['nodejs', 'python', 'java', 'dotnet', 'ruby', 'go', 'provided']),
    os: z.enum(['AL1', 'AL2', 'AL2023']).nullable(),
    packaging: z.enum(['zip', 'image']),
    preview: z.literal(true).optional(),
    deprecated: day.nullable(),
    blockCreate: day.nullable(),
    blockUpdate: day.nullable(),
    conservativeTarget: z.string().nullable(),
    successorLatest: z.string().nullable(),
    inlineZipFile: z.boolean(),
    pulumi: z.strictObject({ v6: pulumiName, v7: pulumiName, constant: pulumiName }),
    confidence,
    note: z.string().nullable(),
  }),
);

const demandedAction = z.strictObject({
  action,
  on: z.enum(['target', 'objects', 'stream', 'consumer', 'topic', 'group', 'secret', '*']),
  checked: z.boolean(),
  or: z.array(action).min(1).optional(),
});

const permissionSet = z.strictObject({
  actions: z.array(demandedAction).min(1),
  managedPolicy: z.string().nullable(),
  kmsIfCustomerKey: z.array(z.string().startsWith('kms:')),
  error: expression.nullable(),
  confidence,
  note: z.string().nullable(),
});

const validatedAt = z.array(z.string().regex(/^[A-Z][A-Za-z]+$/)).min(1);
const failureType = z.enum(['sqs', 'sns', 's3', 'kafka']);

const destinations = permissionSet.extend({ onSuccess: z.boolean(), onFailure: z.boolean() });
const eventSources = permissionSet.extend({
  onFailure: z.array(failureType),
  iamAuth: z.array(demandedAction).optional(),
  secret: z.array(demandedAction).optional(),
});
const eventSourceType = z.enum([
  'sqs',
  'dynamodb',
  'kinesis',
  'kinesisConsumer',
  'msk',
  'mq',
  'selfManagedKafka',
  'documentdb',
]);

const permissions = z.strictObject({
  dlq: z.strictObject({ validatedAt, targets: z.record(z.enum(['sqs', 'sns']), permissionSet) }),
  destinations: z.strictObject({
    validatedAt,
    targets: z.record(z.enum(['lambda', 'sqs', 'sns', 'eventbridge', 's3']), destinations),
  }),
  eventSources: z.strictObject({ validatedAt, targets: z.record(eventSourceType, eventSources) }),
  eventSourceFailure: z.strictObject({ validatedAt, targets: z.record(failureType, permissionSet) }),
  vpc: permissionSet.extend({ validatedAt }),
  tracing: permissionSet.extend({ validatedAt }),
});

const resourceType = z.string().regex(/^AWS::\w+::\w+$/);

const arns = z.record(
  resourceType,
  z.strictObject({
    service: z.string(),
    ref: z.enum(['arn', 'name', 'id', 'url']),
    arnAttributes: z.array(z.string()),
    arn: z.string().startsWith('arn:${Partition}:'),
    nameProperty: z.string().nullable(),
    nameAttribute: z.string().optional(),
    pathProperty: z.string().optional(),
    attributeTail: z.record(z.string(), z.string()).optional(),
    note: z.string().optional(),
  }),
);

const limits = z.strictObject({
  concurrency: z.strictObject({
    serviceCode: z.string(),
    quotaCode: z.string().regex(/^L-[0-9A-F]{8}$/),
    quotaName: z.string(),
    defaultLimit: count,
    newAccountLimits: z.array(count),
    minimumUnreserved: count,
    observedMinimumUnreserved: z.array(count),
    minimumProvisioned: count,
    sqsMaximumConcurrency: z.strictObject({ min: count, max: count }),
    recommendedReservedForSqs: count,
    requestsPerSecondPerEnvironment: count,
  }),
  iam: z.strictObject({ managedPoliciesPerRole: count, inlinePolicyCharactersPerRole: count }),
  template: z.strictObject({ inlineBytes: count, s3Bytes: count, parameters: count, outputs: count, resources: count }),
  inlineCode: z.strictObject({ maxZipBytes: count, families: z.array(z.string()) }),
  accountIdLength: count,
  environmentSuffix: z.strictObject({ pattern: expression, maxLength: count }),
  generatedNameSuffix: expression,
  physicalNames: z.record(
    resourceType,
    z.strictObject({
      property: z.string(),
      min: count,
      max: count,
      pattern: expression.nullable(),
      note: z.string().optional(),
    }),
  ),
});

const reservedEnvKeys = z.strictObject({
  reserved: z.array(z.strictObject({ key: z.string(), confidence })).min(1),
  notReserved: z.array(z.string()),
  keyPattern: expression,
  maxSerializedBytes: count,
});

const actionResources = z.record(
  z.string(),
  z.strictObject({
    resources: z.record(z.string(), z.string().startsWith('arn:${Partition}:')),
    actions: z.record(z.string(), z.array(z.string()).min(1)),
  }),
);

const environmentWords = z.strictObject({
  comment: z.strictObject({
    words: z.array(z.string()).min(1),
    pattern: expression,
    after: expression,
    unfinished: expression,
    staging: z.strictObject({ noun: expression, before: expression, data: expression }),
    replacements: z.array(
      z.strictObject({
        phrase: z.string(),
        replacement: z.string(),
        live: z.string().optional(),
        after: expression.optional(),
      }),
    ),
  }),
  tag: z.strictObject({ keys: z.array(z.string().lowercase()), values: z.array(z.string().lowercase()) }),
});

const errors = z.record(
  z.string().regex(/^[a-z0-9-]+$/),
  z.array(z.strictObject({ pattern: expression, example: z.string(), source: z.string(), confidence })).min(1),
);

const policyStatement = z
  .strictObject({
    Effect: z.enum(['Allow', 'Deny']),
    Action: z.array(z.string()).min(1).optional(),
    NotAction: z.array(z.string()).min(1).optional(),
    Resource: z.array(z.string()).min(1).optional(),
    NotResource: z.array(z.string()).min(1).optional(),
    conditional: z.literal(true).optional(),
  })
  .refine(({ Action, NotAction }) => (Action === undefined) !== (NotAction === undefined))
  .refine(({ Resource, NotResource }) => (Resource === undefined) !== (NotResource === undefined));

const managedPolicies = z.record(
  z.string().regex(/^[\w+=,.@-]+$/),
  z.strictObject({
    path: z.string().endsWith('/').optional(),
    version: z.string().regex(/^v\d+$/),
    statements: z.array(policyStatement).min(1).optional(),
  }),
);

const samResource = z.union([
  z.literal('*'),
  z.strictObject({
    'Fn::Sub': z.tuple([z.string(), z.record(z.string(), z.strictObject({ Ref: z.string() }))]),
  }),
]);

const samPolicyTemplates = z.record(
  z.string(),
  z.strictObject({
    parameters: z.array(z.string()),
    statements: z
      .array(
        z.strictObject({
          Effect: z.enum(['Allow', 'Deny']),
          Action: z.array(action).min(1),
          Resource: z.array(samResource).min(1),
          conditional: z.literal(true).optional(),
        }),
      )
      .min(1),
  }),
);

const apiGateway = z.strictObject({
  lambdaIntegration: z.strictObject({
    uri: z.string().includes('${FunctionArn}'),
    method: z.string(),
    proxyType: z.string(),
    customType: z.string(),
    proxyServices: z.array(z.string()).min(1),
  }),
  invokePermission: z.strictObject({ action, principal: z.string() }),
  throttling: z.strictObject({
    burst: z.string(),
    rate: z.string(),
    everyMethod: z.strictObject({ HttpMethod: z.string(), ResourcePath: z.string().startsWith('/') }),
  }),
});

const kms = z.strictObject({
  environment: z.strictObject({ deployer: z.array(action).min(1), reader: z.array(action).min(1) }),
  accountAdministration: action,
});

const deployErrors = z.strictObject({
  classes: z.record(z.string(), z.strictObject({ usually: z.string().min(20), look: z.string().min(20) })),
  signatures: z.array(
    z.strictObject({
      class: z.string(),
      stage: z.enum(['aws', 'cfn', 'lint', 'pulumi', 'tsc', 'runtime', 'env']),
      pattern: expression,
      priority: z.int().min(1).optional(),
    }),
  ),
});

const scanners = z.strictObject({
  reservedConcurrency: z.array(
    z.strictObject({
      scanner: z.string(),
      check: z.string(),
      types: z.array(resourceType).min(1),
      metadata: z.strictObject({ key: z.string(), list: z.string() }),
      comment: expression.nullable(),
    }),
  ),
});

const requestContext = z.record(
  z.string().regex(/^\w+:\w+$/),
  z.strictObject({ value: z.string().nullable(), except: z.array(z.string()) }),
);

/** By file name, without `.json`. */
export const schemas = {
  apigateway: factFile(apiGateway),
  arns: factFile(arns),
  'environment-words': factFile(environmentWords),
  errors: factFile(errors),
  kms: factFile(kms),
  limits: factFile(limits),
  'managed-policies': factFile(managedPolicies),
  permissions: factFile(permissions),
  'deploy-errors': factFile(deployErrors),
  'request-context': factFile(requestContext),
  scanners: factFile(scanners),
  'reserved-env-keys': factFile(reservedEnvKeys),
  'resource-wildcard-actions': factFile(actionResources),
  runtimes: factFile(runtimes),
  'sam-policy-templates': factFile(samPolicyTemplates),
} as const;
