import type { Value } from '../node.js';
import type { ArnFormats } from './arn-formats.js';
import { type ArnToken, type SymbolicArn, arnFromText, opaque, patternTokens, symbolicArn, text } from './arn.js';
import type { RequestContext } from './request-context.js';
import { type Granted, type Pattern, type Scope, type Statement, readLater } from './statements.js';
import { subParts } from '../references.js';

/** A statement as the fact files hold it; resources of SAM policy templates are `Fn::Sub` with a map. */
export interface ManagedStatement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: readonly string[];
  readonly NotAction?: readonly string[];
  readonly Resource?: readonly Value[];
  readonly NotResource?: readonly Value[];
  /** The statement has a condition, which is not kept. */
  readonly conditional?: boolean;
}

/** What AWS says, as far as grants need it. */
export interface IamFacts extends ArnFormats {
  readonly requestContext: RequestContext;
  /** By name or by ARN. */
  managedPolicy(nameOrArn: string): { readonly statements: readonly ManagedStatement[] } | undefined;
  samPolicyTemplate(
    name: string,
  ): { readonly parameters: readonly string[]; readonly statements: readonly ManagedStatement[] } | undefined;
}

/** What each parameter of a SAM policy template was given. */
export type TemplateArguments = ReadonlyMap<string, readonly ArnToken[]>;

type FactStatement = Omit<Statement, 'guards' | 'origin' | 'node'>;

/** The statements of AWS managed policies, which read the same everywhere. */
const published = new WeakMap<ManagedStatement, FactStatement>();

/** The statements of a fact in a role's scope. */
export function readFact(scope: Scope, statements: readonly ManagedStatement[], given?: TemplateArguments): Granted {
  const { guards, origin } = scope;
  return {
    statements: statements.map((statement) => ({
      ...(given ? readStatement(statement, given) : readPublished(statement)),
      guards,
      origin,
    })),
    gaps: [],
  };
}

function readPublished(statement: ManagedStatement): FactStatement {
  let read = published.get(statement);
  if (!read) published.set(statement, (read = readStatement(statement, new Map())));
  return read;
}

function readStatement(statement: ManagedStatement, given: TemplateArguments): FactStatement {
  const actions = statement.Action ?? statement.NotAction ?? [];
  const resources = statement.Resource ?? statement.NotResource ?? [];
  return {
    effect: statement.Effect,
    actions: readLater(statement.Action === undefined, () =>
      actions.map((action): Pattern => ({ arn: arnFromText(action.toLowerCase()), guards: [] })),
    ),
    resources: readLater(statement.Resource === undefined, () =>
      resources.map((resource): Pattern => ({ arn: arnOfValue(resource, given), guards: [] })),
    ),
    ...(statement.conditional === true ? { doubt: 'iam-condition' } : {}),
  };
}

function arnOfValue(value: Value, given: TemplateArguments): SymbolicArn {
  if (typeof value === 'string') return arnFromText(value);
  const sub = typeof value === 'object' && value !== null && 'Fn::Sub' in value ? value['Fn::Sub'] : undefined;
  const [spelt, variables] = Array.isArray(sub) ? (sub as readonly Value[]) : [];
  if (typeof spelt !== 'string') return symbolicArn([opaque(JSON.stringify(value))]);
  return symbolicArn(
    subParts(spelt).flatMap((part) =>
      'text' in part ? patternTokens(part.text) : tokensOfVariable(part.name, variables, given),
    ),
  );
}

function tokensOfVariable(name: string, variables: Value | undefined, given: TemplateArguments): readonly ArnToken[] {
  if (name === 'AWS::Partition') return [text('aws')];
  if (name.startsWith('AWS::')) return [opaque(name, 'word')];
  const value =
    typeof variables === 'object' && variables !== null && name in variables
      ? (variables as { [key: string]: Value })[name]
      : undefined;
  const parameter =
    typeof value === 'object' && value !== null && 'Ref' in value && typeof value['Ref'] === 'string'
      ? value['Ref']
      : name;
  return given.get(parameter) ?? [opaque(`policy template ${parameter}`)];
}
