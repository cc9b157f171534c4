import { referencesIn } from './references.js';
import type { Resource, Template } from './template.js';

/** Which resource must exist before which: `Ref`, `Fn::GetAtt`, `Fn::Sub` and `DependsOn`, as CloudFormation orders them. */
export class DependencyGraph {
  private readonly edges = new Map<string, ReadonlySet<string>>();

  constructor(private readonly template: Template) {}

  /** The resources that this one names directly. */
  directly(id: string): ReadonlySet<string> {
    let targets = this.edges.get(id);
    if (!targets) {
      const resource = this.template.resource(id);
      targets = resource ? this.targetsOf(resource) : new Set();
      this.edges.set(id, targets);
    }
    return targets;
  }

  /** True when `from` cannot be created before `to`, directly or through others; a resource reaches itself. */
  reaches(from: string, to: string): boolean {
    const seen = new Set([from]);
    const stack = [from];
    for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
      if (id === to) return true;
      for (const next of this.directly(id)) {
        if (!seen.has(next)) {
          seen.add(next);
          stack.push(next);
        }
      }
    }
    return false;
  }

  private targetsOf(resource: Resource): ReadonlySet<string> {
    const targets = new Set<string>();
    const nodes = [
      resource.node.get('Properties'),
      resource.type === 'AWS::Serverless::Function' ? this.template.globals?.get('Function') : undefined,
    ];
    for (const node of nodes) {
      for (const { name } of node ? referencesIn(node) : []) this.addTarget(targets, name);
    }
    for (const name of resource.dependsOn) this.addTarget(targets, name);
    targets.delete(resource.id);
    return targets;
  }

  private addTarget(targets: Set<string>, name: string): void {
    const owner = this.template.resource(name) ? name : samOwnerOf(this.template, name);
    if (owner !== undefined) targets.add(owner);
  }
}

/** `FnRole`, `FnAliasLive`, `Fn.Alias`... are made by SAM out of the function `Fn`. */
function samOwnerOf(template: Template, name: string): string | undefined {
  if (!template.isSam) return undefined;
  return template
    .resources('AWS::Serverless::Function')
    .find(({ id }) => name === `${id}Role` || name.startsWith(`${id}Alias`) || name === `${id}Version`)?.id;
}
