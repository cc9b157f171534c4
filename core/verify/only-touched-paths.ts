import { type ListNode, type MapNode, type Path, type TemplateNode, toValue } from '../template/node.js';
import { isTemplate } from '../engine/document.js';
import type { Template } from '../template/template.js';
import type { EditedText, GateFailure } from './gate.js';

/** Gate: the two texts, read as values, differ only at or below the paths that the fixes declared. */
export function onlyTouchedPaths({ before, after, touches }: EditedText): GateFailure | undefined {
  if (!isTemplate(before) || !isTemplate(after)) return undefined;
  for (const path of changedPaths(before.root, after.root, touches)) {
    return {
      gate: 'only-touched-paths',
      because: `the edit would also change ${path.join('.') || 'the whole template'}`,
    };
  }
  return undefined;
}

/** Gate: the resources of a program differ only at or below the paths that the fixes declared. */
export function onlyTouchedResources(
  before: Template,
  after: Template,
  touches: readonly Path[],
): GateFailure | undefined {
  const [old, fresh] = [before.section('Resources'), after.section('Resources')];
  if (!old || !fresh) return undefined;
  const below = touches.map((path) => (path[0] === 'Resources' ? path.slice(1) : path));
  const [path] = changedPaths(old, fresh, below);
  return path && { gate: 'only-touched-paths', because: `the edit would also change ${path.join('.')}` };
}

/** The paths at which two trees differ, as high as possible, leaving out what is declared. */
export function changedPaths(before: TemplateNode, after: TemplateNode, declared: readonly Path[] = []): Path[] {
  const walker = new Comparison(declared);
  walker.compare(before, after);
  return walker.changed;
}

class Comparison {
  readonly changed: Path[] = [];
  private readonly path: (string | number)[] = [];

  constructor(private readonly declared: readonly Path[]) {}

  compare(before: TemplateNode | undefined, after: TemplateNode | undefined): void {
    if (this.isDeclared()) return;
    const a = isNothing(before) ? undefined : before;
    const b = isNothing(after) ? undefined : after;
    if (this.mayDescend(a, b)) {
      const kinds = new Set([a?.kind, b?.kind].filter((kind) => kind !== undefined));
      const [kind] = kinds;
      if (kinds.size === 1 && kind === 'map')
        return this.compareMaps(a as MapNode | undefined, b as MapNode | undefined);
      if (kinds.size === 1 && kind === 'list')
        return this.compareLists((a as ListNode | undefined)?.items ?? [], (b as ListNode | undefined)?.items ?? []);
    }
    if (areEqual(a, b) && (before === undefined) === (after === undefined)) return;
    if (a?.kind === 'intrinsic' && b?.kind === 'intrinsic' && a.name === b.name && this.isAboveDeclared())
      return this.below(a.name, a.argument, b.argument);
    this.changed.push([...this.path]);
  }

  /** What is added or removed as a whole is looked into only where a fix declared a part of it. */
  private mayDescend(a: TemplateNode | undefined, b: TemplateNode | undefined): boolean {
    return a !== undefined && b !== undefined ? true : (a ?? b) !== undefined && this.isAboveDeclared();
  }

  private isAboveDeclared(): boolean {
    return this.declared.some(
      (touch) => touch.length > this.path.length && this.path.every((step, index) => touch[index] === step),
    );
  }

  private compareMaps(a: MapNode | undefined, b: MapNode | undefined): void {
    const keys = new Set([...(a?.entries ?? []), ...(b?.entries ?? [])].map(({ key }) => key));
    for (const key of keys) this.below(key, a?.get(key), b?.get(key));
  }

  private compareLists(a: readonly TemplateNode[], b: readonly TemplateNode[]): void {
    for (let index = 0; index < Math.max(a.length, b.length); index++)
      this.below(index < a.length ? index : '-', a[index], b[index]);
  }

  private below(step: string | number, a: TemplateNode | undefined, b: TemplateNode | undefined): void {
    this.path.push(step);
    this.compare(a, b);
    this.path.pop();
  }

  private isDeclared(): boolean {
    return this.declared.some(
      (touch) => touch.length <= this.path.length && touch.every((step, index) => step === this.path[index]),
    );
  }
}

/** `Key:` without a value, and a map or list without entries: nothing is lost or won between them. */
function isNothing(node: TemplateNode | undefined): boolean {
  if (!node) return true;
  if (node.kind === 'map') return node.entries.length === 0;
  return node.kind === 'list' ? node.items.length === 0 : node.kind === 'scalar' && node.style === 'empty';
}

function areEqual(a: TemplateNode | undefined, b: TemplateNode | undefined): boolean {
  if (!a || !b) return a === b;
  if (a.kind === 'scalar' && b.kind === 'scalar') return a.value === b.value;
  return a.kind === b.kind && JSON.stringify(toValue(a)) === JSON.stringify(toValue(b));
}
