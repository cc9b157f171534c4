import type { Program } from '../../core/program/program.js';
import { type TemplateNode, getAttOf, refOf } from '../../core/template/node.js';
import { referencesIn } from '../../core/template/references.js';
import type { Resource } from '../../core/template/template.js';

const attachmentType = 'Pulumi::IAM::PolicyAttachment';

/** A document that can be extended, and what has to be there before the role grants what it says. */
export interface Extendable {
  readonly policy: Resource;
  readonly first: Resource;
}

/** The policies of one role, as resources of a program. */
export class RolePolicies {
  constructor(
    private readonly program: Program,
    private readonly role: Resource,
  ) {}

  /** What is put into the role by resources of their own. */
  get own(): readonly Resource[] {
    return this.givenBy('AWS::IAM::RolePolicy', 'RoleName');
  }

  get attachments(): readonly Resource[] {
    return this.givenBy(attachmentType, 'Roles');
  }

  /** The ARNs of managed policies, those that the role lists first. */
  get managed(): readonly TemplateNode[] {
    return [...this.listed, ...this.attachments.flatMap((each) => each.property('PolicyArn') ?? [])];
  }

  /** The role's own policies, then those of the project that are attached to this role alone. */
  get extendable(): readonly Extendable[] {
    const own = this.own.map((policy) => ({ policy, first: policy }));
    const attached = this.attachments.flatMap((first) => this.exclusive(first.property('PolicyArn'), first));
    const listed = this.listed.flatMap((node) => this.exclusive(node, undefined));
    return [...own, ...attached, ...listed];
  }

  private get listed(): readonly TemplateNode[] {
    const node = this.role.property('ManagedPolicyArns');
    return node?.kind === 'list' ? node.items : [];
  }

  private givenBy(type: string, property: string): readonly Resource[] {
    return this.program.model.resources(type).filter((each) => {
      const node = each.property(property);
      return node !== undefined && (refOf(node) ?? getAttOf(node)?.id) === this.role.id;
    });
  }

  private exclusive(arn: TemplateNode | undefined, by: Resource | undefined): Extendable[] {
    const policy = arn && this.program.model.resource(refOf(arn) ?? getAttOf(arn)?.id);
    if (policy?.type !== 'AWS::IAM::ManagedPolicy') return [];
    const users = this.program.model
      .resources()
      .filter(({ properties }) => properties && [...referencesIn(properties)].some(({ name }) => name === policy.id));
    return users.length === 1 ? [{ policy, first: by ?? policy }] : [];
  }
}
