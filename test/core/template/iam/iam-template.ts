import { type SymbolicArn, appendText, arnFromText } from '../../../../core/template/iam/arn.js';
import { resourceArn } from '../../../../core/template/iam/arn-of.js';
import type { Guards } from '../../../../core/template/conditions.js';
import { loadTemplate } from '../../../../core/template/load.js';
import type { Resource, Template } from '../../../../core/template/template.js';
import { SourceFile } from '../../../../core/text/source-file.js';
import { iamFacts } from '../../../../rules/shared/iam-facts.js';

/** What every template of these tests begins with. */
const head = `
Parameters:
  Env: {Type: String}
  QueueArn: {Type: String}
  PolicyArn: {Type: String}
  Action: {Type: String}
Mappings:
  Names: {prod: {queue: orders}}
Conditions:
  IsProd: !Equals [!Ref Env, prod]
  IsDev: !Not [!Condition IsProd]
  HasQueue: !Not [!Equals [!Ref QueueArn, '']]
Resources:
  Dlq: {Type: AWS::SQS::Queue}
  Source: {Type: AWS::SQS::Queue}
  Orders: {Type: AWS::SQS::Queue, Properties: {QueueName: orders}}
  EnvQueue: {Type: AWS::SQS::Queue, Properties: {QueueName: !Sub 'queue-\${Env}'}}
  Topic: {Type: AWS::SNS::Topic}
  Bucket: {Type: AWS::S3::Bucket}
  Table: {Type: AWS::DynamoDB::Table, Properties: {StreamSpecification: {StreamViewType: NEW_IMAGE}}}
  Bus: {Type: AWS::Events::EventBus, Properties: {Name: orders}}
  Other: {Type: AWS::Lambda::Function, Properties: {Role: !GetAtt Other2.Arn}}
`;

export async function load(text: string): Promise<Template> {
  const template = await loadTemplate(new SourceFile('t.yaml', text));
  if (!template) throw new Error('no template');
  return template;
}

/** A template with the usual queues and the given resources, written below `Resources`. */
export function withResources(resources: string, transform = ''): Promise<Template> {
  return load(`${transform === '' ? '' : `Transform: ${transform}\n`}${head}${indented(resources)}`);
}

function indented(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '  ');
}

export function need(template: Template, id: string): Resource {
  const resource = template.resource(id);
  if (!resource) throw new Error(`no resource ${id}`);
  return resource;
}

/** `Dlq`, `Bucket/*`, `Table.StreamArn`, `*` or a literal ARN. */
export function targetOf(template: Template, text: string): SymbolicArn | '*' {
  if (text === '*') return '*';
  const [, id, attribute, tail] = /^(\w+)(?:\.(\w+))?(\W.*)?$/.exec(text) ?? [];
  const resource = template.resource(id);
  return resource ? appendText(resourceArn(template, resource, iamFacts(), attribute), tail ?? '') : arnFromText(text);
}

/** `IsProd`, `!IsProd`. */
export function guardsOf(text: string | undefined): Guards {
  if (text === undefined) return [];
  return text.split(' ').map((name) => ({ condition: name.replace('!', ''), holds: !name.startsWith('!') }));
}
