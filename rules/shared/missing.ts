import type { FindingDraft, FixDraft, Refusal } from '../../core/rule.js';
import type { Template } from '../../core/template/template.js';
import { type SymbolicArn, appendText } from '../../core/template/iam/arn.js';
import { arnOf } from '../../core/template/iam/arn-of.js';
import type { Question, Verdict } from '../../core/template/iam/grants.js';
import { type RoleRef, describeRole, rolesOf } from '../../core/template/iam/roles.js';
import type { TemplateNode, Value } from '../../core/template/node.js';
import type { Guards } from '../../core/template/conditions.js';
import { type DemandedAction, type PermissionSet, limits } from '../../facts/index.js';
import type { GrantOptions } from './grant-options.js';
import type { GrantRequest, Statement } from './grant-request.js';
import { grantsOf, iamFacts } from './iam-facts.js';
import { type Need, type NeedKind, needsOf } from './needs.js';
import { describeTarget, keyStatements, resourceValue, targetOf } from './need-target.js';

export type MissingMessage = 'missing' | 'unknown' | 'outside';

/** How a grant is written: in a template, or in a program. */
export interface GrantWriter {
  readonly template: Template;
  plan(request: GrantRequest): FixDraft | Refusal;
  /** The statements to be added by hand, in the language of the source. */
  snippet(statements: readonly Statement[], target: TemplateNode | undefined): string;
  /** How many managed policies a role has; undefined where another one cannot be added to them. */
  managedPolicies(role: KnownRole): number | undefined;
}

export type KnownRole = Exclude<RoleRef, { kind: 'outside' }>;

interface Asked {
  readonly demanded: DemandedAction;
  readonly verdict: Verdict;
}

/** Finds what functions of a template need and their roles do not grant, for one kind of need. */
export function* missingPermissions(
  writer: GrantWriter,
  kind: NeedKind,
  style: GrantOptions,
): Generator<FindingDraft<MissingMessage>> {
  for (const need of needsOf(writer.template)) {
    if (need.kind !== kind) continue;
    for (const { role, guards } of rolesOf(writer.template, need.fn)) {
      const finding = judge(writer, need, role, [...need.guards, ...guards], style);
      if (finding) yield finding;
    }
  }
}

function judge(
  writer: GrantWriter,
  need: Need,
  role: RoleRef,
  guards: Guards,
  style: GrantOptions,
): FindingDraft<MissingMessage> | undefined {
  const { permission } = need;
  // The role and what needs it may stand in branches that are never taken together.
  if (!permission || writer.template.conditions.exclusive(guards, [])) return undefined;
  // A function that names no role cannot be created for another reason.
  if (role.kind === 'outside') return role.node && outside(writer, need, permission, role.because);
  // SAM gives the role it makes whatever the function itself declares.
  if (role.kind === 'sam' && need.subject === need.fn) return undefined;
  const asked = permission.actions.flatMap((demanded) => ask(need, role, demanded, guards) ?? []);
  const refused = asked.filter(({ demanded, verdict }) => demanded.checked && verdict.answer !== 'yes');
  const [first] = refused;
  if (!first) return undefined;
  const sure = permission.confidence === 'high' && need.assumed === undefined;
  const proven = sure && refused.some(({ verdict }) => verdict.answer === 'no');
  const told = refused.some(({ verdict }) => verdict.answer === 'no');
  return {
    message: told ? 'missing' : 'unknown',
    data: {
      ...dataOf(
        need,
        refused.map(({ demanded }) => demanded.action),
      ),
      role: describeRole(role),
      because: first.verdict.because,
    },
    certainty: proven ? 'proven' : 'possible',
    resource: need.subject,
    node: need.node,
    prevents: permission.error,
    fix: () => reasonAgainst(writer, need, refused) ?? fixOf(writer, need, permission, role, asked, proven, style),
  };
}

/** What the role answers to one demanded action; undefined where the resource it takes does not follow from the target. */
function ask(need: Need, role: KnownRole, demanded: DemandedAction, guards: Guards): Asked | undefined {
  const question = questionOf(need, demanded, guards);
  if (!question) return undefined;
  const grants = grantsOf(need.fn.template);
  const first = grants.allows(role, question);
  const others = (demanded.or ?? []).map((action) => grants.allows(role, { ...question, action }));
  const verdict =
    [first, ...others].toSorted((a, b) => answers.indexOf(a.answer) - answers.indexOf(b.answer))[0] ?? first;
  // What the role grants and its boundary may forbid cannot be cured by granting it again.
  return { demanded, verdict: verdict.doubt === 'boundary' ? { ...verdict, answer: 'yes' } : verdict };
}

const answers: readonly Verdict['answer'][] = ['yes', 'unknown', 'no'];

/** Why a further grant would not help, or would undo what was meant. */
function reasonAgainst(writer: GrantWriter, need: Need, refused: readonly Asked[]): Refusal | undefined {
  for (const { verdict } of refused) {
    if (verdict.doubt === 'deny')
      return { code: 'needs-choice', because: `${verdict.because}; a grant does not overrule that` };
    const reason = reasonOfDoubt(verdict);
    if (!reason) continue;
    const wanted = refused.map(({ demanded }) => demanded);
    return { ...reason, snippet: writer.snippet(statementsOf(need, wanted), need.target) };
  }
  return undefined;
}

function reasonOfDoubt({ doubt, because }: Verdict): Refusal | undefined {
  if (doubt === 'iam-condition')
    return { code: 'needs-choice', because: `${because}, which a second statement would undo` };
  if (doubt === 'document' || doubt === 'managed-policy') return { code: 'outside-template', because };
  return doubt === 'macro' ? { code: 'macro', because } : undefined;
}

/** What AWS asks of the role when the subject is created. */
export function questionsOf(need: Need, guards: Guards): Question[] {
  const checked = need.permission?.actions.filter((demanded) => demanded.checked) ?? [];
  return checked.flatMap((demanded) => questionOf(need, demanded, guards) ?? []);
}

function questionOf(need: Need, demanded: DemandedAction, guards: Guards): Question | undefined {
  if (demanded.on === '*') return { action: demanded.action, target: '*', guards };
  if (!need.target || resourceValue(need, demanded.on) === undefined) return undefined;
  return { action: demanded.action, target: targetArn(need, need.target, demanded), guards };
}

function targetArn(need: Need, target: TemplateNode, demanded: DemandedAction): SymbolicArn {
  const arn = arnOf(need.fn.template, target, iamFacts());
  // Every object must be covered: a grant on a prefix of the keys does not pass.
  return demanded.on === 'objects' ? appendText(arn, '/*') : arn;
}

function dataOf(need: Need, actions: readonly string[]): Record<string, string> {
  return {
    resource: need.subject.id,
    fn: need.fn.id,
    does: need.isFailureOfSource ? 'sends failed batches to' : 'reads from',
    actions: actions.join(', '),
    action: (actions[0] ?? '').replace(/^.*:/, ''),
    arn: arnFor(need),
    target: need.target ? describeTarget(need) : '*',
  };
}

/** The ARN as the error of AWS shows it, where it is written out. */
function arnFor(need: Need): string {
  const target = need.target ? describeTarget(need) : need.fn.id;
  return target.startsWith('arn:') ? target : `<ARN of ${target}>`;
}

function outside(
  writer: GrantWriter,
  need: Need,
  permission: PermissionSet,
  because: string,
): FindingDraft<MissingMessage> {
  const checked = permission.actions.filter(
    (demanded) => demanded.checked && resourceValue(need, demanded.on) !== undefined,
  );
  return {
    message: 'outside',
    data: dataOf(
      need,
      checked.map(({ action }) => action),
    ),
    certainty: 'possible',
    resource: need.subject,
    node: need.node,
    prevents: permission.error,
    fix: () => ({
      code: 'outside-template',
      because,
      snippet: writer.snippet(statementsOf(need, checked), need.target),
    }),
  };
}

function fixOf(
  writer: GrantWriter,
  need: Need,
  permission: PermissionSet,
  role: KnownRole,
  asked: readonly Asked[],
  proven: boolean,
  style: GrantOptions,
): FixDraft | Refusal {
  if (role.kind === 'resource' && role.resource.isOpaque)
    return { code: 'macro', because: `a macro adds to ${role.resource.id}` };
  const wanted = asked.filter(({ verdict }) => verdict.answer !== 'yes').map(({ demanded }) => demanded);
  const keys = keyStatements(need, permission, role);
  const statements = [...statementsOf(need, wanted), ...keys];
  const isManaged = keys.length === 0 && choosesManaged(permission, writer.managedPolicies(role), asked, style);
  const managedPolicy = isManaged ? (permission.managedPolicy ?? undefined) : undefined;
  const actions = wanted.map(({ action }) => action);
  const on = need.target ? ` on ${describeTarget(need)}` : '';
  return writer.plan({
    role,
    subject: need.subject,
    statements,
    begun: asked.flatMap(({ verdict }) => (verdict.answer === 'yes' ? (verdict.statement ?? []) : [])),
    target: need.target,
    policyName: policyName(need, actions),
    managedPolicy,
    safety: proven ? 'safe' : 'review',
    title:
      managedPolicy === undefined
        ? `Grant ${actions.join(', ')}${on} to ${describeRole(role)}`
        : `Attach ${managedPolicy.slice(managedPolicy.lastIndexOf('/') + 1)} to ${describeRole(role)}`,
  });
}

/** One statement for each resource that the actions are granted on. */
function statementsOf(need: Need, wanted: readonly DemandedAction[]): Statement[] {
  const byResource = new Map<string, { actions: string[]; resource: Value }>();
  for (const { action, on } of wanted) {
    const resource = resourceValue(need, on);
    if (resource === undefined) continue;
    const key = JSON.stringify(resource);
    const entry = byResource.get(key) ?? { actions: [], resource };
    entry.actions.push(action);
    byResource.set(key, entry);
  }
  return [...byResource.values()];
}

/**
 * A managed policy fits where the role lists some already, up to the quota, unless a statement grants a part: then what
 * is missing was forgotten there. No managed policy grants the use of a customer key.
 */
function choosesManaged(
  permission: PermissionSet,
  present: number | undefined,
  asked: readonly Asked[],
  style: GrantOptions,
): boolean {
  if (permission.managedPolicy === null || style.grant === 'statement') return false;
  const isBegun = asked.some(({ verdict }) => verdict.answer === 'yes' && verdict.statement !== undefined);
  if (style.grant === 'auto' && isBegun) return false;
  if (present === undefined) return false;
  return style.grant === 'managed' || (present > 0 && present < limits.iam.managedPoliciesPerRole);
}

/** How a policy is named after an action and its target. */
const phrases: ReadonlyMap<string, string> = new Map([
  ['SendMessage', 'SendMessageTo'],
  ['Publish', 'PublishTo'],
  ['PutEvents', 'PutEventsTo'],
  ['PutObject', 'PutObjectsTo'],
  ['InvokeFunction', 'Invoke'],
]);

/** `SendMessageToOrdersDlq`: what is done and where it goes. */
function policyName(need: Need, actions: readonly string[]): string {
  const target = targetOf(need)?.id;
  if (need.kind === 'vpc') return 'NetworkInterfaces';
  if (need.kind === 'tracing') return 'Tracing';
  const verb = (actions[0] ?? '').split(':')[1] ?? '';
  const phrase = phrases.get(verb) ?? (actions.length === 1 ? verb : 'Read');
  return `${phrase}${target ?? `${need.fn.id}Target`}`;
}
