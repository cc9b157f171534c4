import type { TemplateNode } from './node.js';

interface Sample<T> {
  readonly offset: number;
  readonly value: T;
}

/** How a file writes a thing, by the key it stands under: the nearest example decides, so that neighbours look alike. */
export class Habits<T> {
  private readonly byKey = new Map<string, Sample<T>[]>();
  private readonly counts = new Map<T, number>();

  add(key: string, offset: number, value: T): void {
    const samples = this.byKey.get(key);
    if (samples) samples.push({ offset, value });
    else this.byKey.set(key, [{ offset, value }]);
    this.counts.set(value, (this.counts.get(value) ?? 0) + 1);
  }

  /** The habit nearest to an offset among those under the same key. */
  nearest(key: string, offset: number): T | undefined {
    let best: Sample<T> | undefined;
    for (const sample of this.byKey.get(key) ?? []) {
      if (!best || Math.abs(sample.offset - offset) <= Math.abs(best.offset - offset)) best = sample;
    }
    return best?.value;
  }

  /** The commonest habit of the file; the one seen first among equals. */
  get majority(): T | undefined {
    let best: T | undefined;
    let most = 0;
    for (const [value, count] of this.counts) {
      if (count > most) [best, most] = [value, count];
    }
    return best;
  }
}

/** What a node's layout is filed under: its key, `Key[]` for the items of the list at `Key`. */
export function habitKey(node: TemplateNode): string {
  if (typeof node.key === 'string') return node.key;
  return node.parent ? `${habitKey(node.parent)}[]` : '';
}

/** Walks what is written where it stands: neither behind aliases nor brought in by merge keys. */
export function* walkWritten(node: TemplateNode): Generator<TemplateNode> {
  if (node.frozen) return;
  yield node;
  if (node.kind === 'intrinsic') yield* walkWritten(node.argument);
  if (node.kind === 'list') for (const item of node.items) yield* walkWritten(item);
  if (node.kind === 'map') for (const entry of node.entries) yield* walkWritten(entry.value);
}
