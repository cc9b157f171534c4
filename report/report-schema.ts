import type { z } from 'zod';

/** Raised when a field changes its meaning or goes away; new fields may come at any time. */
export const schemaVersion = 1;

/** The shape of `--format json`. zod is passed in, so that a run which only writes reports never loads it. */
export function reportSchemaWith(zod: typeof z) {
  const position = zod.object({ line: zod.int().min(1), column: zod.int().min(1) });
  const counts = zod.object({ proven: zod.int(), possible: zod.int() });
  const fix = zod.object({
    title: zod.string(),
    safety: zod.enum(['safe', 'review', 'manual']),
    deployment: zod.enum(['none', 'update', 'replacement']),
    cost: zod.string().optional(),
  });
  const finding = zod.object({
    rule: zod.string(),
    messageId: zod.string(),
    message: zod.string(),
    impact: zod.enum(['critical', 'high', 'medium', 'low']),
    certainty: zod.enum(['proven', 'possible']),
    start: position.describe('Where the finding points, both figures from 1; columns count UTF-16 code units.'),
    end: position,
    path: zod
      .array(zod.union([zod.string(), zod.int()]))
      .describe('Keys and indices from the root of the template, or of the resources that a program creates.'),
    resource: zod.object({ id: zod.string(), type: zod.string() }).optional(),
    fingerprint: zod.string().describe('Stays the same when other parts of the file change.'),
    prevents: zod.string().optional().describe('What AWS would answer.'),
    fix: fix.optional(),
    refusal: zod.object({ code: zod.string(), because: zod.string(), snippet: zod.string().optional() }).optional(),
    followUps: zod.array(zod.string()),
  });
  const executions = zod.int();
  const concurrency = zod.object({
    account: zod
      .object({
        source: zod.string(),
        isAssumed: zod
          .boolean()
          .describe('True where no figures are known: those of an account with the default quota.'),
        limit: executions,
        unreserved: executions,
        held: executions.describe('What these functions have reserved now, which counts as free.'),
        minimumUnreserved: executions,
        headroom: executions,
        budget: executions,
        others: zod
          .array(zod.object({ source: zod.string(), budget: executions }))
          .describe('What other accounts could give to which the sources go too.'),
      })
      .describe(
        'What the account that decides can give: unreserved + held - minimumUnreserved - headroom, at least 0.',
      ),
    share: zod.string(),
    functions: zod.array(
      zod.object({
        file: zod.string(),
        function: zod.string(),
        requested: executions.nullable().describe('Null where only the deployment tells.'),
        current: executions.nullable().describe('What the account holds for it now; null where that is not known.'),
        floor: executions,
        proposed: executions.nullable().describe('Null for no reservation.'),
        reason: zod.enum(['kept', 'cap', 'load', 'share', 'removed', 'refused', 'disabled', 'lock', 'open']),
        why: zod.string(),
      }),
    ),
    requested: executions.describe('The sum, in the worst combination of conditions.'),
    proposed: executions,
  });
  const file = zod.object({
    file: zod.string(),
    renamedTo: zod.string().optional(),
    generatedBy: zod.string().optional(),
    changed: zod.boolean().describe('True when the fixes give the file another text or name.'),
    written: zod.boolean(),
    notWrittenBecause: zod.string().optional(),
    findings: zod.array(finding).describe('In the file as it was.'),
    applied: zod
      .array(finding)
      .describe('Mended, in the order of the edits; on the disk only where `written` is true.'),
    withheld: zod.array(zod.object({ finding, gate: zod.string(), because: zod.string() })),
    remaining: zod.array(finding).describe('In the file as it is after the fixes; places are those of the new text.'),
    suppressed: zod.array(finding),
    suppressionProblems: zod.array(zod.object({ position, message: zod.string() })),
    concurrency: concurrency
      .optional()
      .describe('With --plan-concurrency: the reservations of all that is deployed with this file, in executions.'),
    patch: zod.string().optional().describe('Unified diff of the file, for git apply or patch -p1.'),
  });
  const problem = zod.object({
    severity: zod.enum(['error', 'note']),
    file: zod.string(),
    position: position.optional(),
    message: zod.string(),
    rule: zod.string().optional().describe('The rule that failed on the file: a defect of stackmend.'),
  });
  const summary = zod.object({
    files: zod.int(),
    templates: zod.int(),
    programs: zod.int().describe('Files of Pulumi programs.'),
    filesWithFindings: zod.int(),
    findings: zod.int(),
    proven: zod.int(),
    possible: zod.int(),
    fixable: zod.object({ safe: zod.int(), review: zod.int(), manual: zod.int() }),
    refused: zod.int(),
    suppressed: zod.int(),
    applied: zod.int(),
    withheld: zod.int(),
    changedFiles: zod.int(),
    left: counts,
    heldForReview: zod.int(),
  });
  return zod
    .object({
      schemaVersion: zod.literal(schemaVersion),
      tool: zod.object({ name: zod.literal('stackmend'), version: zod.string() }),
      command: zod.enum(['check', 'diff', 'fix']),
      today: zod.string(),
      files: zod.array(file).describe('Files with findings, suppressions or changes.'),
      problems: zod.array(problem).describe('Files that could not be judged.'),
      summary,
      exitCode: zod.int().min(0).max(2),
    })
    .meta({ title: 'stackmend report' });
}

export type JsonReport = z.infer<ReturnType<typeof reportSchemaWith>>;
export type JsonFile = JsonReport['files'][number];
export type JsonFinding = JsonFile['findings'][number];

/** The published JSON schema of `--format json`. */
export async function reportJsonSchema(): Promise<object> {
  const { z } = await import('zod');
  return z.toJSONSchema(reportSchemaWith(z), { io: 'input' });
}
