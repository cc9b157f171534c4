import type { Guards } from '../conditions.js';
import type { TemplateNode } from '../node.js';
import type { Resource, Template } from '../template.js';
import { type SymbolicArn, shownArn } from './arn.js';
import type { Answer } from './covers.js';
import type { IamFacts } from './facts.js';
import { attachedGrants, hiddenGrants, managedGrants, ownGrants, scopeOf, strayGrants } from './policies.js';
import { holdsForLambda } from './request-context.js';
import { resourcePolicyGrants } from './resource-policies.js';
import { type RoleRef, describeRole, roleKey } from './roles.js';
import { samGrants } from './sam-policies.js';
import { type Doubt, type Granted, type Origin, type Statement, entriesOf, joined, nothing } from './statements.js';
import { type Way, readQuestion, waysIn } from './ways.js';

export type { IamFacts, ManagedStatement } from './facts.js';
export type { Doubt, Origin } from './statements.js';

/** May the role do this? */
export interface Question {
  /** As IAM spells it: `sqs:SendMessage`. */
  readonly action: string;
  /** `*` where the action takes no resource, or is checked without one. A wildcard inside stands for all of it. */
  readonly target: SymbolicArn | '*';
  /** The conditions under which it is asked. */
  readonly guards?: Guards;
}

export interface Verdict {
  readonly answer: Answer;
  /** For people: why not, or why it cannot be told. */
  readonly because: string;
  /** Why it cannot be told; with `no` it is `deny` where a statement denies it, so that granting more does not help. */
  readonly doubt?: Doubt;
  /** The statement that grants or denies it, where it stands in the template. */
  readonly statement?: TemplateNode;
  /** Where the grant stands: in the role rather than in a policy of its own where both have it. */
  readonly grantedBy?: GrantedBy;
}

export interface GrantedBy {
  readonly kind: Origin['kind'];
  /** The policy's resource, where it has one. */
  readonly resource?: Resource;
  readonly guards: Guards;
}

type KnownRole = Exclude<RoleRef, { kind: 'outside' }>;

/** What one role is granted, read once. */
interface Contents {
  readonly granted: Granted;
  /** The documents that bound the role; each must allow what is asked. */
  readonly boundaries: readonly { readonly guards: Guards; readonly granted: Granted }[];
}

/** What the roles of one template are granted, in and outside of the roles themselves. */
export class Grants {
  private readonly contents = new Map<string, Contents>();
  private readonly verdicts = new Map<string, Verdict>();
  private lazyAttached: ReadonlyMap<string, Granted> | undefined;

  constructor(
    private readonly template: Template,
    private readonly facts: IamFacts,
  ) {}

  /** Whether a role may do something. `no` is said only where all that the role is granted could be read. */
  allows(role: RoleRef, question: Question): Verdict {
    if (role.kind === 'outside') return { answer: 'unknown', because: role.because, doubt: 'outside' };
    const key = keyOf(role, question);
    let verdict = this.verdicts.get(key);
    if (!verdict) this.verdicts.set(key, (verdict = this.judge(role, question)));
    return verdict;
  }

  private judge(role: KnownRole, question: Question): Verdict {
    const { granted, boundaries } = this.contentsOf(role);
    const verdict = this.decide(granted, question, describeRole(role));
    if (verdict.answer !== 'yes') return verdict;
    for (const { guards, granted: bound } of boundaries) {
      if (this.template.conditions.exclusive(question.guards ?? [], guards)) continue;
      const bounded = this.decide(bound, question, 'its permissions boundary');
      if (bounded.answer !== 'yes')
        return {
          ...verdict,
          answer: 'unknown',
          doubt: 'boundary',
          because: `${describeRole(role)} has a permissions boundary that may not allow it`,
        };
    }
    return verdict;
  }

  /**
   * The policy resources that grant it, where the role itself surely does not: one of them must be there first.
   * Empty where a grant stands, or may stand, in the role.
   */
  grantingPolicies(role: RoleRef, question: Question): readonly Resource[] {
    if (role.kind === 'outside') return [];
    const { granted } = this.contentsOf(role);
    const ways = this.waysOf(granted, question);
    if (ways.some(({ origin }) => origin.kind !== 'policy')) return [];
    return [
      ...new Set(ways.flatMap(({ answer, origin }) => (answer === 'yes' && origin.resource ? [origin.resource] : []))),
    ];
  }

  private contentsOf(role: KnownRole): Contents {
    const key = roleKey(role) ?? '';
    let contents = this.contents.get(key);
    if (!contents) this.contents.set(key, (contents = this.read(role, key)));
    return contents;
  }

  private read(role: KnownRole, key: string): Contents {
    this.lazyAttached ??= attachedGrants(this.template, this.facts);
    const owner = role.kind === 'sam' ? role.fn : role.resource;
    const own = role.kind === 'sam' ? samGrants(this.facts, role.fn) : ownGrants(this.facts, role.resource);
    const granted = joined([
      own,
      this.lazyAttached.get(key) ?? nothing,
      hiddenGrants(this.template, this.facts, role),
      strayGrants(this.template, this.facts),
      resourcePolicyGrants(this.template, this.facts, role),
    ]);
    const boundaries = entriesOf(this.template, owner.property('PermissionsBoundary')).map(({ node, guards }) => ({
      guards,
      granted: managedGrants(this.facts, scopeOf(this.template, this.facts, 'managed'), node),
    }));
    return { granted, boundaries };
  }

  private decide(granted: Granted, question: Question, who: string): Verdict {
    const best = this.bestOf(this.waysOf(granted, question), question.guards ?? []);
    const denials = best.answer === 'no' ? [] : this.denialsOf(granted, question);
    if (best.answer === 'yes' && denials.length === 0) return best;
    const asked = describeQuestion(question);
    if (best.answer === 'no') return { answer: 'no', because: `nothing that ${who} is granted allows ${asked}` };
    const denial = denials.find(({ answer, guards }) => answer === 'yes' && this.holds(question, guards));
    if (denial)
      return { answer: 'no', because: `a statement of ${who} denies ${asked}`, doubt: 'deny', ...statementOf(denial) };
    if (best.answer !== 'yes') return best;
    return { ...best, answer: 'unknown', doubt: 'deny', because: `a statement of ${who} may deny ${asked}` };
  }

  private holds(question: Question, guards: Guards): boolean {
    return this.template.conditions.implies(question.guards ?? [], guards);
  }

  /** All the ways in which it is, or may be, allowed under conditions that agree with the question's. */
  private waysOf({ statements, gaps }: Granted, question: Question): readonly Way[] {
    const asked = readQuestion(question);
    const fromStatements = this.applying(statements, 'Allow', question).flatMap((statement) =>
      waysIn(statement, asked, false),
    );
    const fromGaps = gaps.map((gap): Way => ({ answer: 'unknown', ...gap }));
    return [...fromStatements, ...fromGaps].filter(
      (way) => !this.template.conditions.exclusive(question.guards ?? [], way.guards),
    );
  }

  private denialsOf({ statements }: Granted, question: Question): readonly Way[] {
    const asked = readQuestion(question);
    return this.applying(statements, 'Deny', question)
      .flatMap((statement) => waysIn(statement, asked, true))
      .filter((way) => !this.template.conditions.exclusive(question.guards ?? [], way.guards));
  }

  /** The statements of an effect, without those whose IAM condition never holds for Lambda's own calls. */
  private applying(
    statements: readonly Statement[],
    effect: Statement['effect'],
    { action }: Question,
  ): readonly Statement[] {
    return statements.flatMap((statement): Statement[] => {
      if (statement.effect !== effect) return [];
      if (statement.doubt !== 'iam-condition' || statement.node?.kind !== 'map') return [statement];
      const condition = statement.node.get('Condition');
      const holds = holdsForLambda(this.template, condition, action, this.facts.requestContext);
      if (holds === 'no') return [];
      const { doubt, ...sure } = statement;
      return holds === 'yes' ? [sure] : [{ ...sure, doubt }];
    });
  }

  private bestOf(ways: readonly Way[], guards: Guards): Verdict {
    const sure = ways.filter(({ answer }) => answer === 'yes');
    const always = sure.filter((way) => this.template.conditions.implies(guards, way.guards));
    const best =
      always.find(({ origin }) => origin.kind !== 'policy') ??
      always[0] ??
      (this.isCovered(sure, guards) ? sure[0] : undefined);
    if (best) return { answer: 'yes', because: '', ...statementOf(best), grantedBy: grantedBy(best) };
    const [conditional] = sure;
    if (conditional)
      return {
        answer: 'unknown',
        because: `it is granted only where ${describeGuards(conditional.guards)}`,
        doubt: 'template-condition',
        ...statementOf(conditional),
      };
    const [possible] = ways;
    if (!possible) return { answer: 'no', because: '' };
    return {
      answer: 'unknown',
      because: possible.because,
      ...(possible.doubt ? { doubt: possible.doubt } : {}),
      ...statementOf(possible),
    };
  }

  /** True when in every way in which the conditions can turn out one of the grants is there. */
  private isCovered(ways: readonly Way[], guards: Guards): boolean {
    const { conditions } = this.template;
    if (ways.length < 2) return false;
    return conditions.worldsOf([...guards, ...ways.flatMap((way) => way.guards)]).every((world) => {
      const facts: Guards = [...world].map(([condition, holds]) => ({ condition, holds }));
      return (
        conditions.exclusive(facts, guards) ||
        (facts.length > 0 &&
          ways.some((way) => way.guards.every((guard) => world.get(guard.condition) === guard.holds)))
      );
    });
  }
}

/** Several rules ask the same: whether something is granted, and whether it is there in time. */
function keyOf(role: KnownRole, { action, target, guards = [] }: Question): string {
  const asked = target === '*' ? target : `${target.owner ?? ''}\0${target.key}`;
  const under = guards.map(({ condition, holds }) => `${holds ? '' : '!'}${condition}`);
  return [roleKey(role), action, asked, ...under].join('\0');
}

function statementOf({ statement }: Way): { statement?: TemplateNode } {
  return statement ? { statement } : {};
}

function grantedBy({ origin, guards }: Way): GrantedBy {
  return { ...origin, guards };
}

function describeGuards(guards: Guards): string {
  return guards.map(({ condition, holds }) => (holds ? condition : `not ${condition}`)).join(' and ');
}

function describeQuestion({ action, target }: Question): string {
  return target === '*' ? `${action} on *` : `${action} on ${shownArn(target)}`;
}
