import path from 'node:path';
import { stringOf } from '../template/node.js';
import type { Resource, Template } from '../template/template.js';
import { isLocal, nestedLocations } from './sniff.js';

/** One file as the survey remembers it: enough to group files, without their texts. */
export interface Surveyed {
  readonly file: string;
  /** True when an active rule may have something to say about it. */
  readonly concerned: boolean;
  /** Paths that its text may deploy as nested stacks. */
  readonly nested: readonly string[];
  readonly budgetGroup: string | undefined;
}

/** What the file of this path and text may nest, as paths from the root. */
export function nestedFiles(file: string, text: string): string[] {
  return nestedLocations(text).map((location) => fileAt(file, location));
}

function fileAt(parent: string, location: string): string {
  return path.posix.normalize(path.posix.join(path.posix.dirname(parent), location));
}

/** Groups files into what is deployed together or shares a budget; units that no rule concerns are left out. Order is kept. */
export function groupUnits<F extends Surveyed>(files: readonly F[]): F[][] {
  const byFile = new Map(files.map((each, index) => [each.file, index]));
  const groups = new Groups(files.length);
  const firstOfGroup = new Map<string, number>();
  for (const [index, { nested, budgetGroup }] of files.entries()) {
    for (const file of nested) groups.join(index, byFile.get(file));
    if (budgetGroup === undefined) continue;
    groups.join(index, firstOfGroup.get(budgetGroup));
    if (!firstOfGroup.has(budgetGroup)) firstOfGroup.set(budgetGroup, index);
  }
  const units = new Map<number, F[]>();
  for (const [index, file] of files.entries()) {
    const root = groups.rootOf(index);
    const unit = units.get(root);
    if (unit) unit.push(file);
    else units.set(root, [file]);
  }
  return [...units.values()].filter((unit) => unit.some(({ concerned }) => concerned));
}

/** What a parsed template nests for certain, as paths from the root. */
export function confirmedNestedFiles(template: Template): string[] {
  const resources = template.resources('AWS::CloudFormation::Stack', 'AWS::Serverless::Application');
  return resources.flatMap((resource) => {
    const location = locationOf(resource);
    return location !== undefined && isLocal(location) ? [fileAt(template.source.path, location)] : [];
  });
}

function locationOf(resource: Resource): string | undefined {
  return stringOf(resource.ownProperty(resource.type === 'AWS::CloudFormation::Stack' ? 'TemplateURL' : 'Location'));
}

/** Sets of indices that are joined pair by pair; the smallest index stands for its set. */
class Groups {
  private readonly parents: number[];

  constructor(size: number) {
    this.parents = Array.from({ length: size }, (_, index) => index);
  }

  join(a: number, b: number | undefined): void {
    if (b === undefined) return;
    const [low, high] = [this.rootOf(a), this.rootOf(b)].toSorted((x, y) => x - y);
    if (low !== undefined && high !== undefined) this.parents[high] = low;
  }

  rootOf(index: number): number {
    let root = index;
    for (let parent = this.parents[root]; parent !== undefined && parent !== root; parent = this.parents[root])
      root = parent;
    this.parents[index] = root;
    return root;
  }
}
