import type { Grant, Piece, ProgramNeed } from './needs.js';

/** A way in which programs grant something to a role that is kept as `role`. */
export interface RoleForm {
  readonly name: string;
  /** Arguments of the role. */
  readonly argument?: (need: ProgramNeed) => string;
  readonly pieces: (need: ProgramNeed) => readonly Piece[];
  /** What the function waits for. */
  readonly waitsFor: readonly string[];
  readonly isFor?: (need: ProgramNeed) => boolean;
}

const logs: Grant = { actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], on: ["'*'"] };
const managedPath = 'arn:aws:iam::aws:policy/';

type Write = (grants: readonly Grant[]) => string;

/** The document in the ways that programs write it: as an argument of type `Input<string | PolicyDocument>`. */
const documents: Readonly<Record<string, Write>> = {
  'pulumi.jsonStringify': (grants) => `pulumi.jsonStringify(${data(grants, (on) => on)})`,
  'all().apply()': (grants) => {
    const { outputs, names, nameOf } = unpacked(grants);
    return `pulumi.all([${outputs.join(', ')}]).apply(([${names.join(', ')}]) => JSON.stringify(${data(grants, nameOf)}))`;
  },
  'all().apply() with a block': (grants) => {
    const { outputs, names, nameOf } = unpacked(grants);
    return `pulumi.all([${outputs.join(', ')}]).apply(([${names.join(', ')}]) => { return JSON.stringify(${data(grants, nameOf)}); })`;
  },
  'arn.apply()': (grants) => {
    const { outputs, names, nameOf } = unpacked(grants);
    return `${outputs[0]}.apply(${names[0]} => JSON.stringify(${data(grants, nameOf)}))`;
  },
  'JSON.stringify': (grants) => `JSON.stringify(${data(grants, (on) => on)})`,
  'JSON text': (grants) => `pulumi.interpolate\`${jsonText(grants)}\``,
  getPolicyDocumentOutput: (grants) =>
    `aws.iam.getPolicyDocumentOutput({ statements: [${statementsOf(grants)}] }).json`,
  'object in a RolePolicy': (grants) => data(grants, (on) => on),
};

/** In these, each target is one output. */
const single = new Set(['arn.apply()']);
/** In these, there is none. */
const constant = new Set(['JSON.stringify']);

export const roleForms: readonly RoleForm[] = [
  ...Object.entries(documents).flatMap(([name, write]) => [
    rolePolicy(`RolePolicy, ${name}`, write, fits(name)),
    ...(name === 'object in a RolePolicy' ? [] : [inlinePolicy(`inlinePolicies, ${name}`, write, fits(name))]),
  ]),
  policyWith('RolePolicyAttachment', '{ role: @role.name, policyArn: @access.arn }'),
  policyWith('PolicyAttachment', '{ roles: [@role.name], policyArn: @access.arn }'),
  attached('attachment by ARN', (name) => `'${arnOf(name)}'`),
  attached('attachment by ManagedPolicy', (name) => `aws.iam.ManagedPolicy.${name}`),
  {
    name: 'managedPolicyArns',
    argument: ({ managed }) =>
      `managedPolicyArns: ['${arnOf('AWSLambdaBasicExecutionRole')}', '${arnOf(managed ?? '')}']`,
    pieces: () => [],
    waitsFor: [],
    isFor: ({ managed }) => managed !== undefined,
  },
];

function rolePolicy(name: string, write: Write, isFor: (need: ProgramNeed) => boolean): RoleForm {
  return {
    name,
    pieces: ({ grants }) => [
      piece('access', 'iam.RolePolicy', 'access', `{ role: @role.id, policy: ${write([logs, ...grants])} }`),
    ],
    waitsFor: ['access'],
    isFor,
  };
}

function inlinePolicy(name: string, write: Write, isFor: (need: ProgramNeed) => boolean): RoleForm {
  return {
    name,
    argument: ({ grants }) =>
      `inlinePolicies: [{ name: 'logs', policy: ${documents['JSON.stringify']?.([logs])} }, { name: 'access', policy: ${write(grants)} }]`,
    pieces: () => [],
    waitsFor: [],
    isFor,
  };
}

function policyWith(type: string, args: string): RoleForm {
  return {
    name: `Policy and ${type}`,
    pieces: ({ grants }) => [
      piece('access', 'iam.Policy', 'access', `{ policy: ${documents['pulumi.jsonStringify']?.([logs, ...grants])} }`),
      piece('attached', `iam.${type}`, 'attached', args),
    ],
    waitsFor: ['attached'],
  };
}

function attached(name: string, policy: (name: string) => string): RoleForm {
  return {
    name,
    pieces: ({ managed = '' }) => [
      piece(
        'basic',
        'iam.RolePolicyAttachment',
        'basic',
        `{ role: @role.name, policyArn: ${policy('AWSLambdaBasicExecutionRole')} }`,
      ),
      piece('access', 'iam.RolePolicyAttachment', 'access', `{ role: @role, policyArn: ${policy(managed)} }`),
    ],
    waitsFor: ['basic', 'access'],
    isFor: ({ managed }) => managed !== undefined,
  };
}

function piece(keep: string, type: string, name: string, args: string): Piece {
  return { keep, type, name, args, file: 'roles' };
}

function arnOf(name: string): string {
  return `${managedPath}${name.startsWith('AWSXRay') ? '' : 'service-role/'}${name}`;
}

function outputsOf(grants: readonly Grant[]): string[] {
  return [...new Set(grants.flatMap(({ on }) => on).filter((on) => on.startsWith('@')))];
}

function fits(name: string): (need: ProgramNeed) => boolean {
  return ({ grants }) => {
    const count = outputsOf(grants).length;
    return single.has(name) ? count === 1 : constant.has(name) ? count === 0 : count > 0;
  };
}

/** Outputs as the parameters of a callback. */
function unpacked(grants: readonly Grant[]): {
  readonly outputs: readonly string[];
  readonly names: readonly string[];
  readonly nameOf: (on: string) => string;
} {
  const outputs = outputsOf(grants);
  const names = outputs.map((output) =>
    output.replace('@', '').replace(/\.(\w)/, (_, letter: string) => letter.toUpperCase()),
  );
  return { outputs, names, nameOf: (on) => names[outputs.indexOf(on)] ?? on };
}

function data(grants: readonly Grant[], nameOf: (on: string) => string): string {
  const statements = grants.map(({ actions, on }) => {
    const resources = on.map(nameOf);
    return `{ Effect: 'Allow', Action: [${quoted(actions)}], Resource: ${resources.length === 1 ? resources[0] : `[${resources.join(', ')}]`} }`;
  });
  return `{ Version: '2012-10-17', Statement: [${statements.join(', ')}] }`;
}

function statementsOf(grants: readonly Grant[]): string {
  return grants.map(({ actions, on }) => `{ actions: [${quoted(actions)}], resources: [${on.join(', ')}] }`).join(', ');
}

function jsonText(grants: readonly Grant[]): string {
  const statements = grants.map(
    ({ actions, on }) =>
      `    { "Effect": "Allow", "Action": ${JSON.stringify(actions)}, "Resource": [${on.map((each) => (each === "'*'" ? '"*"' : `"\${${each}}"`)).join(', ')}] }`,
  );
  return `{\n  "Version": "2012-10-17",\n  "Statement": [\n${statements.join(',\n')}\n  ]\n}`;
}

function quoted(texts: readonly string[]): string {
  return texts.map((text) => `'${text}'`).join(', ');
}
