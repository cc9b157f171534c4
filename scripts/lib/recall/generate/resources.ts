import type { Value } from '../../../../core/template/node.js';
import type { Target } from './needs.js';

/** A way to name the target's ARN in a statement. */
export interface ResourceForm {
  readonly name: string;
  /** The target has the name `jobs` rather than one that CloudFormation makes up. */
  readonly named: boolean;
  readonly write: (target: Target) => Value;
}

function reference({ attribute }: Target): string {
  return attribute === undefined ? 'Target' : `Target.${attribute}`;
}

/** The ARN by reference, as the configuration of a function names it. */
export function arnOf({ attribute }: Target): Value {
  return attribute === undefined ? { Ref: 'Target' } : { 'Fn::GetAtt': ['Target', attribute] };
}

/** Ways to configure the target, which are as many as there are to grant it. */
export const configuredForms: readonly ((target: Target, form: ResourceForm) => Value)[] = [
  arnOf,
  (target) => ({ 'Fn::Sub': `\${${reference(target)}}` }),
  (target, { named }) => (named && isComplete(target) ? { 'Fn::Sub': target.arn } : arnOf(target)),
  (target, { named }) => (named && isComplete(target) ? { 'Fn::Join': [':', joined(target.arn)] } : arnOf(target)),
];

/** AWS generates a part of the others, which nobody can write down. */
function isComplete({ arn }: Target): boolean {
  return !arn.includes('*');
}

export const resourceForms: readonly ResourceForm[] = [
  {
    name: 'by reference',
    named: false,
    write: (target) => (target.tail === undefined ? arnOf(target) : { 'Fn::Join': ['', [arnOf(target), target.tail]] }),
  },
  {
    name: 'by Sub',
    named: false,
    write: (target) => ({ 'Fn::Sub': `\${${reference(target)}}${target.tail ?? ''}` }),
  },
  {
    name: 'by Sub with a map',
    named: false,
    write: (target) => ({ 'Fn::Sub': [`\${Arn}${target.tail ?? ''}`, { Arn: arnOf(target) }] }),
  },
  {
    name: 'by its name',
    named: true,
    write: ({ arn, tail = '' }) => ({ 'Fn::Sub': `${arn}${tail}` }),
  },
  {
    name: 'by its name, joined',
    named: true,
    write: ({ arn, tail = '' }) => ({ 'Fn::Join': [':', joined(`${arn}${tail}`)] }),
  },
  {
    name: 'by its name in any region',
    named: true,
    write: ({ arn, tail = '' }) => `${arn}${tail}`.replace('${AWS::Partition}', 'aws').replaceAll(/\$\{[^}]*\}/g, '*'),
  },
  {
    name: 'in a list',
    named: false,
    write: (target) => [
      { 'Fn::Sub': 'arn:${AWS::Partition}:s3:::elsewhere/*' },
      { 'Fn::Sub': `\${${reference(target)}}${target.tail ?? ''}` },
    ],
  },
  { name: 'as anything', named: false, write: () => '*' },
];

/** `arn`, the partition, `sqs`... with functions for what is known only at deployment. */
function joined(arn: string): Value[] {
  return splitArn(arn).map((part) => {
    const only = /^\$\{([^}]*)\}$/.exec(part)?.[1];
    return only === undefined ? part : { Ref: only };
  });
}

function splitArn(arn: string): string[] {
  return arn
    .replaceAll('AWS::', 'AWS__')
    .split(':')
    .map((part) => part.replaceAll('AWS__', 'AWS::'));
}
