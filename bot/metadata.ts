import { z } from 'zod';

/**
 * What a pull request remembers of itself, in the first lines of its body. Advice, not authority: whoever edits the body
 * can mute fixes with it, which closing the pull request does too.
 */
export interface Metadata {
  /** The key of the group. */
  readonly group: string;
  readonly plan: string;
  /** The fixes that it offers. */
  readonly fixes: readonly string[];
  /** Why we closed it ourselves: such an end is nobody's "no". */
  readonly closedBy?: 'obsolete';
  /** Labels that were put on it once: one that a person takes off stays off. */
  readonly labels?: readonly string[];
  /** Those who were asked to review it, each once. */
  readonly reviewers?: readonly string[];
}

/** Bytes of the whole line. */
const largest = 20_000;
const fingerprint = z.string().regex(/^[0-9a-f]{16}$/);
const schema = z.object({
  g: z.string().min(1).max(1000),
  p: z.string().regex(/^[0-9a-f]{32}$/),
  fps: z.array(fingerprint).max(2000),
  by: z.literal('obsolete').optional(),
  l: z.array(z.string().min(1).max(100)).max(50).optional(),
  r: z.array(z.string().min(1).max(100)).max(50).optional(),
});
const line = /^<!-- stackmend:v1 ([A-Za-z0-9_-]+) -->$/;

/** The line for the body. Of more fixes than it can hold (about 750) the last are left out. */
export function metadataLine({ group, plan, fixes, closedBy, labels = [], reviewers = [] }: Metadata): string {
  const rest = {
    ...(closedBy && { by: closedBy }),
    ...(labels.length > 0 && { l: labels }),
    ...(reviewers.length > 0 && { r: reviewers }),
  };
  const write = (fps: readonly string[]): string => {
    const value = { g: group, p: plan, fps, ...rest };
    return `<!-- stackmend:v1 ${Buffer.from(JSON.stringify(value)).toString('base64url')} -->`;
  };
  let fps = fixes.toSorted();
  while (fps.length > 0 && write(fps).length > largest) fps = fps.slice(0, Math.floor(fps.length * 0.95));
  return write(fps);
}

/** The same block with another metadata line. */
export function withMetadata(block: string, metadata: Metadata): string {
  const lines = block.split('\n');
  const at = lines.findIndex((each) => line.test(each));
  return [...lines.slice(0, Math.max(at, 0)), metadataLine(metadata), ...lines.slice(at + 1)].join('\n');
}

/** What the first such line of a block says; undefined where there is none that can be read. */
export function readMetadata(block: string): Metadata | undefined {
  for (const each of block.split(/\r?\n/)) {
    const encoded = line.exec(each)?.[1];
    if (encoded === undefined) continue;
    return encoded.length > largest ? undefined : decode(encoded);
  }
  return undefined;
}

function decode(encoded: string): Metadata | undefined {
  const parsed = schema.safeParse(jsonIn(encoded));
  if (!parsed.success) return undefined;
  const { g, p, fps, by, l, r } = parsed.data;
  const rest = { ...(by && { closedBy: by }), ...(l && { labels: l }), ...(r && { reviewers: r }) };
  return { group: g, plan: p, fixes: fps, ...rest };
}

function jsonIn(encoded: string): unknown {
  try {
    return JSON.parse(Buffer.from(encoded, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
