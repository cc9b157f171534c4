import {
  type ManagedPolicies,
  type SamPolicyTemplate,
  managedPolicies,
  samPolicyTemplates,
} from '../../../facts/index.js';
import { type Plain, isPlainMap } from '../corpus/plain-value.js';
import { type Deployed, type Made, type PlainMap, textOf } from './deployed.js';

/** One statement of a role, worked out. */
export interface ConcreteStatement {
  readonly effect: string;
  readonly actions: readonly string[];
  readonly notActions: readonly string[] | undefined;
  readonly resources: readonly string[];
  readonly notResources: readonly string[] | undefined;
  /** An IAM condition narrows it. */
  readonly conditional: boolean;
  /** The policy resource that attaches itself to the role, where it stands in one. */
  readonly from: string | undefined;
  /** The AWS managed policy that it comes from. */
  readonly managed: string | undefined;
}

/** The role of a function: one of the template, or the one that SAM makes. */
export interface Role {
  readonly id: string;
  readonly owner: Made;
  readonly statements: readonly ConcreteStatement[];
  /** Something grants that cannot be read here, or a boundary bounds what is granted. */
  readonly unclear: boolean;
}

/** Pulumi's resource that ties a policy to a role; CloudFormation has none. */
export const attachmentType = 'Pulumi::IAM::PolicyAttachment';

interface Published {
  readonly managed: ManagedPolicies;
  readonly templates: Readonly<Record<string, SamPolicyTemplate>>;
}

/** Reads what roles are granted, as AWS would put it together. */
export class RoleReader {
  private constructor(private readonly published: Published) {}

  static async start(): Promise<RoleReader> {
    return new RoleReader({ managed: await managedPolicies(), templates: await samPolicyTemplates() });
  }

  /** Undefined where the role does not stand in the template. */
  roleOf(deployed: Deployed, fn: Made): Role | undefined {
    const arn = deployed.property(fn, 'Role');
    if (arn == null && fn.type === 'AWS::Serverless::Function') return this.samRole(deployed, fn);
    const role = deployed.resources('AWS::IAM::Role').find((each) => deployed.arn(each) === arn);
    return role && this.role(deployed, role);
  }

  /** All roles that stand in the template or that SAM makes. */
  all(deployed: Deployed): readonly Role[] {
    const made = deployed.resources('AWS::Serverless::Function').flatMap((fn) => this.roleOf(deployed, fn) ?? []);
    return [
      ...deployed.resources('AWS::IAM::Role').map((role) => this.role(deployed, role)),
      ...made.filter(({ owner }) => owner.type !== 'AWS::IAM::Role'),
    ];
  }

  private role(deployed: Deployed, owner: Made): Role {
    const inline = listOf(deployed.property(owner, 'Policies')).map((policy) =>
      documentOf(isPlainMap(policy) ? policy['PolicyDocument'] : undefined),
    );
    const managed = listOf(deployed.property(owner, 'ManagedPolicyArns')).map((arn) => this.managed(deployed, arn));
    const name = deployed.name(owner);
    const all = [...inline, ...managed, ...attachedTo(deployed, name), ...this.attachments(deployed, name)];
    return {
      id: owner.id,
      owner,
      statements: all.flatMap((part) => part ?? []),
      unclear: all.includes(undefined) || deployed.property(owner, 'PermissionsBoundary') != null,
    };
  }

  private samRole(deployed: Deployed, owner: Made): Role {
    const id = `${owner.id}Role`;
    const raw = owner.properties['Policies'];
    const policies = (Array.isArray(raw) ? raw : raw == null ? [] : [raw]).map((item) =>
      this.samPolicy(deployed, item),
    );
    const attached = attachedTo(deployed, `stack-${id}-1A2B3C`);
    // What SAM adds for events and targets of the function is its own affair.
    const adds = ['Events', 'DeadLetterQueue', 'EventInvokeConfig', 'PermissionsBoundary', 'VpcConfig', 'Tracing'];
    const all = [...policies, ...attached];
    return {
      id,
      owner,
      statements: all.flatMap((part) => part ?? []),
      unclear: all.includes(undefined) || adds.some((property) => deployed.property(owner, property) != null),
    };
  }

  /** What attachments of their own tie to the role. */
  private attachments(deployed: Deployed, roleName: string): (readonly ConcreteStatement[] | undefined)[] {
    return deployed.resources(attachmentType).flatMap((attachment) => {
      if (!listOf(deployed.property(attachment, 'Roles')).includes(roleName)) return [];
      const statements = this.managed(deployed, deployed.property(attachment, 'PolicyArn'));
      return [statements?.map((each) => ({ ...each, from: attachment.id }))];
    });
  }

  private managed(deployed: Deployed, arn: Plain): readonly ConcreteStatement[] | undefined {
    const policy = typeof arn === 'string' ? this.published.managed.find(arn) : undefined;
    if (policy)
      return policy.statements.map((statement) =>
        concrete(statement as unknown as PlainMap, {
          managed: policy.path + policy.name,
          conditional: statement.conditional,
        }),
      );
    const own = deployed.resources('AWS::IAM::ManagedPolicy').find((each) => deployed.arn(each) === arn);
    return own && documentOf(deployed.property(own, 'PolicyDocument'));
  }

  private samPolicy(deployed: Deployed, raw: Plain): readonly ConcreteStatement[] | undefined {
    const item = deployed.read(raw);
    if (item === undefined) return [];
    if (!isPlainMap(item)) return this.managed(deployed, item);
    if ('Statement' in item) return documentOf(item);
    const [name = ''] = Object.keys(item);
    const template = this.published.templates[name];
    const values = item[name];
    return template?.statements.map((statement) =>
      concrete(mapOr(deployed.read(statement as unknown as Plain, mapOr(values))), {
        conditional: statement.conditional,
      }),
    );
  }
}

/** Policy resources that name the role. */
function attachedTo(deployed: Deployed, roleName: string): (readonly ConcreteStatement[] | undefined)[] {
  const types = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::RolePolicy'];
  return deployed.resources(...types).flatMap((policy) => {
    const names = [...listOf(deployed.property(policy, 'Roles')), deployed.property(policy, 'RoleName')];
    return names.includes(roleName) ? [documentOf(deployed.property(policy, 'PolicyDocument'), policy.id)] : [];
  });
}

/** Undefined where it is not written out. */
function documentOf(document: Plain, from?: string): readonly ConcreteStatement[] | undefined {
  if (document === undefined) return [];
  const statements = isPlainMap(document) ? listOf(document['Statement']) : undefined;
  return statements?.every(isPlainMap) === true ? statements.map((each) => concrete(each, { from })) : undefined;
}

function concrete(
  statement: PlainMap,
  origin: { from?: string | undefined; managed?: string; conditional?: boolean | undefined },
): ConcreteStatement {
  const texts = (key: string): string[] | undefined =>
    key in statement ? listOf(statement[key]).map(textOf) : undefined;
  return {
    effect: textOf(statement['Effect']),
    actions: texts('Action') ?? [],
    notActions: texts('NotAction'),
    resources: texts('Resource') ?? [],
    notResources: texts('NotResource'),
    conditional: origin.conditional === true || Object.keys(mapOr(statement['Condition'])).length > 0,
    from: origin.from,
    managed: origin.managed,
  };
}

function mapOr(value: Plain): PlainMap {
  return isPlainMap(value) ? value : {};
}

export function listOf(value: Plain): Plain[] {
  if (Array.isArray(value)) return value;
  return value == null ? [] : [value];
}

/** How doubtful statements and roles count: as granting nothing, or as granting everything. */
export type Mood = 'strict' | 'generous';

/** Whether a role may do something, among the policies that `counts` admits. */
export function isGranted(
  role: Role,
  action: string,
  resource: string,
  mood: Mood,
  counts: (statement: ConcreteStatement) => boolean = () => true,
): boolean {
  const relevant = role.statements.filter((each) => matches(each, action, resource));
  const denied = relevant.some(({ effect, conditional }) => effect === 'Deny' && !(conditional && mood === 'generous'));
  if (denied || (role.unclear && mood === 'strict')) return false;
  if (role.unclear) return true;
  return relevant.some((each) => each.effect === 'Allow' && counts(each) && !(each.conditional && mood === 'strict'));
}

function matches(statement: ConcreteStatement, action: string, resource: string): boolean {
  const { actions, notActions, resources, notResources } = statement;
  const isAction = (pattern: string): boolean => like(pattern.toLowerCase(), action.toLowerCase());
  const isResource = (pattern: string): boolean => like(pattern, resource);
  const onAction = notActions ? !notActions.some(isAction) : actions.some(isAction);
  return onAction && (notResources ? !notResources.some(isResource) : resources.some(isResource));
}

function like(pattern: string, text: string): boolean {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(text);
}
