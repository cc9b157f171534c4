import { z } from 'zod';
import { blobId } from './git/commit.js';
import { protectedPath } from './git/paths.js';
import type { Workshop } from './git/repository.js';
import { type TreeEntry, isOrdinaryMode } from './git/tree.js';
import { groupings } from './group.js';
import { planHash } from './identity.js';
import type { GroupPlan } from './plan.js';

/** One line: what does not fit, and what to do. */
export class PlanFileError extends Error {
  override readonly name = 'PlanFileError';
}

const oid = z.string().regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/);
const text = z.string().max(5_000);
const fix = z.strictObject({
  fingerprint: z.string().regex(/^[0-9a-f]{16}$/),
  rule: z.string().regex(/^[a-z][a-z0-9-]{0,99}$/),
  title: text,
  message: text,
  impact: z.enum(['critical', 'high', 'medium', 'low']),
  safety: z.enum(['safe', 'review', 'manual']),
  certainty: z.enum(['proven', 'possible']),
  file: text,
  line: z.int().min(1),
  resource: text.optional(),
  consequence: z.strictObject({ deployment: z.enum(['none', 'update', 'replacement']), cost: text.optional() }),
  prevents: text.optional(),
  followUps: z.array(text).max(100),
  references: z
    .array(
      z
        .string()
        .max(500)
        .regex(/^https:\/\/[A-Za-z0-9./?&=#_%~+:-]+$/),
    )
    .max(50),
});
const left = z.strictObject({
  rule: text,
  message: text,
  file: text,
  line: z.int().min(1),
  resource: text.optional(),
  because: text,
});
const file = z.strictObject({
  path: z.string().min(1).max(4096),
  mode: z.enum(['100644', '100755']),
  before: oid.optional(),
  blob: oid.optional(),
  content: z.string().max(8_000_000).nullable(),
});
const plan = z.strictObject({
  key: z.string().min(1).max(1000),
  base: z.strictObject({ branch: z.string().min(1).max(1000), oid }),
  files: z.array(file).max(10_000),
  hash: z.string().regex(/^[0-9a-f]{32}$/),
  fixes: z.array(fix).max(10_000),
  left: z.array(left).max(10_000),
  diff: z.string(),
});
/** The part of the output of a dry run that a later run works from; what else stands in it is for people. */
const schema = z.object({
  schemaVersion: z.literal(1),
  /** `owner/name`: a plan is for one repository. */
  repository: z.string().min(1).nullable(),
  base: z.string().min(1),
  groupBy: z.enum(groupings as [(typeof groupings)[number], ...(typeof groupings)[number][]]),
  /** What the run looked at, see `Selection`. */
  selection: z.strictObject({
    paths: z.array(z.string()).nullable(),
    rules: z.array(z.string()).nullable(),
    complete: z.boolean(),
  }),
  groups: z.array(z.object({ plan: plan.optional() })).max(10_000),
});

export type PlanFile = z.infer<typeof schema>;

/** @throws {PlanFileError} that names the place which does not fit */
export function readPlanFile(json: string): PlanFile {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new PlanFileError('the plan file is no JSON');
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new PlanFileError(`the plan file does not fit at ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
}

/**
 * Holds a plan against the base as it is now: each file must still be the one that was planned on, each text must have the id
 * that it claims, and no path may be one that is never written.
 * @returns the plan on the present base
 */
export async function checkPlan(
  workshop: Workshop,
  tree: ReadonlyMap<string, TreeEntry>,
  given: NonNullable<PlanFile['groups'][number]['plan']>,
  now: GroupPlan['base'],
): Promise<GroupPlan> {
  for (const { path, before, content, blob, mode } of given.files) {
    const because = protectedPath(path);
    if (because !== undefined) refuse(path, because);
    const entry = tree.get(path);
    if (before === undefined ? entry !== undefined : entry?.oid !== before)
      refuse(path, 'the base has another file there now');
    if (entry && (!isOrdinaryMode(entry.mode) || entry.mode !== mode))
      refuse(path, 'it is no ordinary file, or its mode differs');
    if ((content === null) !== (blob === undefined)) refuse(path, 'text and id do not go together');
    if (content !== null && (await blobId(workshop, content)) !== blob)
      refuse(path, 'its text is not the one that was planned');
  }
  const changes = given.files.map(({ path, mode, blob }) =>
    blob === undefined ? { path, mode: '000000', blob: '' } : { path, mode, blob },
  );
  if (planHash(changes) !== given.hash) refuse(given.key, 'its hash is not that of its files');
  return withoutUndefined({ ...given, base: now }) as GroupPlan;
}

function refuse(path: string, because: string): never {
  throw new PlanFileError(`the plan does not hold for ${path}: ${because}; make a new one with --dry-run`);
}

/** zod writes what is absent as `undefined`; the types here do not have it. */
function withoutUndefined(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
