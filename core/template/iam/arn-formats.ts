import { type SubPart, subParts } from '../references.js';

/** How a resource type appears in ARNs: facts/arns.json holds one of these for each type that policies name. */
export interface ArnFormat {
  /** The service as IAM actions and ARNs name it. */
  readonly service: string;
  /** What `Ref` returns. */
  readonly ref: 'arn' | 'name' | 'id' | 'url';
  /** The attributes that are the resource's own ARN, or the ARN of a part of it (`StreamArn`). */
  readonly arnAttributes: readonly string[];
  /** With `${Partition}`, `${Region}`, `${Account}`, `${Name}`, `${Path}`, `${Id}` (AWS generates it) and properties. */
  readonly arn: string;
  readonly nameProperty: string | null;
  readonly nameAttribute?: string;
  readonly pathProperty?: string;
  /** What an attribute appends to the ARN: `Arn` of a log group ends in `:*`. */
  readonly attributeTail?: Readonly<Record<string, string>>;
}

export interface ArnFormats {
  arnFormat(type: string): ArnFormat | undefined;
}

const lambdaFunction: ArnFormat = {
  service: 'lambda',
  ref: 'name',
  arnAttributes: ['Arn'],
  arn: 'arn:${Partition}:lambda:${Region}:${Account}:function:${Name}',
  nameProperty: 'FunctionName',
};

const ownFormats: ReadonlyMap<string, ArnFormat> = new Map([
  ['AWS::Lambda::Function', lambdaFunction],
  ['AWS::Serverless::Function', lambdaFunction],
  [
    'AWS::IAM::Role',
    {
      service: 'iam',
      ref: 'name',
      arnAttributes: ['Arn'],
      arn: 'arn:${Partition}:iam::${Account}:role${Path}${Name}',
      nameProperty: 'RoleName',
      pathProperty: 'Path',
    },
  ],
]);

/** The formats without which no function finds its role: what is known where no facts are given. */
export const functionsAndRoles: ArnFormats = { arnFormat: (type) => ownFormats.get(type) };

export type GeneratedName = 'stack-and-id' | 'lower-case' | 'id' | 'own';

const generatedNames: ReadonlyMap<string, GeneratedName> = new Map([
  ['AWS::S3::Bucket', 'lower-case'],
  ['AWS::RDS::DBCluster', 'lower-case'],
  ['AWS::RDS::DBInstance', 'lower-case'],
  ['AWS::DocDB::DBCluster', 'lower-case'],
  ['AWS::ECR::Repository', 'lower-case'],
  ['AWS::StepFunctions::StateMachine', 'id'],
  ['AWS::Serverless::StateMachine', 'id'],
  ['AWS::SecretsManager::Secret', 'id'],
  ['AWS::SSM::Parameter', 'own'],
]);

/**
 * How CloudFormation makes up the name of a resource: `STACK-ID-RANDOM`, all in lower case for buckets and databases,
 * `ID-RANDOM`, or in a way of its own.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-physical-resource-ids.html
 */
export function generatedNameOf(type: string): GeneratedName {
  return generatedNames.get(type) ?? 'stack-and-id';
}

const knownFormats = new Map<string, readonly SubPart[]>();

/** The facts spell few formats, and each is filled in again and again. */
export function formatParts(spelt: string): readonly SubPart[] {
  const parts = knownFormats.get(spelt) ?? subParts(spelt);
  knownFormats.set(spelt, parts);
  return parts;
}
