import type { GrantRequest, Statement } from '../../rules/shared/grant-request.js';
import type { GrantWriter } from '../../rules/shared/missing.js';
import type { ProgramEditor } from '../../core/program/editor.js';
import type { Spot } from '../../core/program/names.js';
import { object, string, text } from '../../core/program/print.js';
import type { Program } from '../../core/program/program.js';
import type { ProgramResource } from '../../core/program/resources.js';
import type { FixDraft, ProgramContext, Refusal } from '../../core/rule.js';
import { CannotEdit } from '../../core/template/cannot-edit.js';
import type { Path, TemplateNode } from '../../core/template/node.js';
import type { Resource } from '../../core/template/template.js';
import type { TextEdit } from '../../core/text/edit.js';
import { extendDocument } from './documents.js';
import { intoInline } from './inline-policies.js';
import { appendManaged, managedArn } from './managed-policies.js';
import { type NewResource, ResourceWriter, type Site, areTogether, kebab, repetition } from './new-resource.js';
import { addOrder, orderOf } from './order.js';
import { documentCode, outputAware } from './policy-code.js';
import { Naming, type NewStatement } from './resource-code.js';
import { type Extendable, RolePolicies } from './role-policies.js';
import { statementCode } from './statements.js';

export { renamed } from './order.js';

/** Writes grants into a program. */
export function programWriter({ program, editor }: Pick<ProgramContext, 'program' | 'editor'>): GrantWriter {
  const grants = new ProgramGrants(program, editor);
  return {
    template: program.model,
    plan: (request) => grants.plan(request),
    snippet: (statements, target) => grants.snippet(statements, target),
    managedPolicies: (role) => grants.managedPolicies(role),
  };
}

/** Who gets a grant, and who waits for it: the role in the model and in the program, the subject in the program. */
export interface Parties {
  readonly model: Resource;
  readonly role: ProgramResource;
  readonly policies: RolePolicies;
  readonly subject: ProgramResource;
}

/** Plans grants: into a policy of the role where one can take the statements, else as a policy of its own that the subject waits for. */
class ProgramGrants {
  private readonly writer: ResourceWriter;

  constructor(
    private readonly program: Program,
    private readonly editor: ProgramEditor,
  ) {
    this.writer = new ResourceWriter(editor);
  }

  plan(request: GrantRequest): FixDraft | Refusal {
    const parties = this.partiesOf(request);
    if ('code' in parties) return parties;
    try {
      if (request.managedPolicy !== undefined) return this.attach(request, parties, request.managedPolicy);
      return this.intoRole(request, parties) ?? this.extend(request, parties) ?? this.create(request, parties);
    } catch (error) {
      if (!(error instanceof CannotEdit)) throw error;
      const snippet = this.snippet(request.statements, request.target);
      return { code: 'cannot-edit', because: error.message, snippet };
    }
  }

  /** The statements as they are to be added by hand. */
  snippet(statements: readonly Statement[], target: TemplateNode | undefined): string {
    const origin = target && this.program.originOf(target);
    const file = origin?.place.file ?? this.program.project.files[0];
    if (!file) return '';
    const codes = statements.map(({ actions, resource }) => {
      if (typeof resource === 'string' || !origin) return statementCode(actions, string('*'));
      const tail = JSON.stringify(resource).includes('/*') ? '/*' : '';
      const expression = this.editor.textOf(origin);
      const output = { kind: 'output', expression, name: expression, tail, isOutput: false } as const;
      return statementCode(actions, outputAware(output, 'pulumi'));
    });
    return codes.map((code) => this.editor.print(code, file)).join('\n');
  }

  /** How many managed policies resources of the program attach to a role, and it lists itself. */
  managedPolicies(role: GrantRequest['role']): number {
    return role.kind === 'resource' ? new RolePolicies(this.program, role.resource).managed.length : 0;
  }

  private partiesOf({ role, subject }: GrantRequest): Parties | Refusal {
    const found = role.kind === 'resource' ? this.program.of(role.resource) : undefined;
    const waiting = this.program.of(subject);
    if (role.kind !== 'resource' || !found || !waiting)
      return { code: 'outside-template', because: 'the role is not created in this project' };
    if (found.repeated === 'loop' || found.repeated === 'callback')
      return { code: 'cannot-edit', because: `${found.id} is created ${repetition(found.repeated)}` };
    const policies = new RolePolicies(this.program, role.resource);
    return { model: role.resource, role: found, policies, subject: waiting };
  }

  /** Into the role itself, where nothing else can stay: `inlinePolicies` takes away what others put there. */
  private intoRole(request: GrantRequest, parties: Parties): FixDraft | undefined {
    if (!parties.model.property('Policies')) return undefined;
    const statements = this.statementsAt(request, parties);
    const edits = intoInline(this.editor, parties, kebab(request.policyName), statements);
    return draft(request, edits, [[...parties.model.node.path, 'Properties', 'Policies']]);
  }

  /** Into a policy of the role that is written out; undefined where there is none that can take it. */
  private extend(request: GrantRequest, parties: Parties): FixDraft | undefined {
    for (const candidate of parties.policies.extendable) {
      // What names the subject is created behind it.
      if (this.program.model.graph.reaches(candidate.first.id, request.subject.id)) continue;
      try {
        return this.extended(request, parties, candidate);
      } catch (error) {
        if (!(error instanceof CannotEdit)) throw error;
      }
    }
    return undefined;
  }

  private extended(request: GrantRequest, parties: Parties, { policy, first }: Extendable): FixDraft {
    const [written, waits] = [this.program.of(policy), this.program.of(first)];
    if (!written || !waits || written.repeated) throw new CannotEdit(`${policy.id} is created more than once`);
    const document = policy.property('PolicyDocument');
    const edits = extendDocument(this.editor, written, document, this.statementsAt(request, parties));
    const order = addOrder(this.editor, request.subject, parties.subject, waits);
    return draft(
      request,
      [...edits, ...order.edits],
      [[...policy.node.path, 'Properties', 'PolicyDocument'], ...order.touches],
    );
  }

  /** The statements as a policy of the role can have them that stands somewhere already. */
  private statementsAt(request: GrantRequest, { role }: Parties): (spot: Spot) => readonly NewStatement[] {
    return (spot) => {
      const naming = new Naming(this.editor, spot, role.id);
      const statements = request.statements.map((statement) => naming.statement(statement, request.target));
      if (naming.edits.length > 0) throw new CannotEdit('the target is not known where the policy is created');
      return statements;
    };
  }

  private create(request: GrantRequest, parties: Parties): FixDraft {
    const { role, subject } = parties;
    const site = this.writer.siteBefore(subject);
    const title = this.writer.titleLike(subject, ['policy', 'permissions']);
    const naming = new Naming(this.editor, site.spot, title.variable);
    const owner = naming.reference(role, [request.subject.property('Role')]);
    const statements = request.statements.map((statement) => naming.statement(statement, request.target));
    const args = object({ role: text(`${owner}.id`), policy: documentCode(site.spot.file, statements) });
    const beside = areTogether(role, subject) ? role : subject;
    return this.insert(request, parties, site, naming, { type: 'RolePolicy', args, title, beside });
  }

  private attach(request: GrantRequest, parties: Parties, policy: string): FixDraft {
    const { role, subject, model, policies } = parties;
    const reviewed: GrantRequest = { ...request, safety: 'review' };
    if (model.property('ManagedPolicyArns')) {
      const listed = managedArn(this.editor, role, policy, policies.managed);
      const edits = appendManaged(this.editor, model, role, listed);
      return draft(reviewed, edits, [[...model.node.path, 'Properties', 'ManagedPolicyArns']]);
    }
    const site = this.writer.siteBefore(subject);
    const beside = areTogether(role, subject) ? role : subject;
    const title = this.writer.titleLike(beside, [managedSlug(policy)]);
    const naming = new Naming(this.editor, site.spot, title.variable);
    const owner = naming.reference(role, [request.subject.property('Role')]);
    const policyArn = managedArn(this.editor, beside, policy, policies.managed);
    const args = object({ role: text(`${owner}.name`), policyArn });
    return this.insert(reviewed, parties, site, naming, { type: 'RolePolicyAttachment', args, title, beside });
  }

  private insert(
    request: GrantRequest,
    { role, subject, policies }: Parties,
    site: Site,
    naming: Naming,
    resource: NewResource,
  ): FixDraft {
    const siblings = [...policies.own, ...policies.attachments].flatMap((each) => this.program.of(each) ?? []);
    const nearby = [role, ...siblings].filter(({ file }) => file === site.spot.file).map(({ node }) => node);
    const edits = [
      ...naming.edits,
      ...this.writer.insert(site, [...nearby, ...naming.declarations], resource),
      ...this.writer.waitFor(subject, resource.title),
    ];
    return draft(request, edits, [['Resources', resource.title.variable], ...orderOf(this.program, subject)]);
  }
}

/** `service-role/AWSLambdaSQSQueueExecutionRole` is `sqs-queue`. */
function managedSlug(policy: string): string {
  const name = policy.slice(policy.lastIndexOf('/') + 1).replaceAll(/^AWS(?:Lambda)?|(?:Execution)?Role$/g, '');
  return kebab(name.replace('XRay', 'Xray').replace('DynamoDB', 'Dynamodb'));
}

function draft({ title, safety }: GrantRequest, edits: readonly TextEdit[], touches: readonly Path[]): FixDraft {
  return { title, safety, consequence: { deployment: 'update' }, edits, touches };
}
