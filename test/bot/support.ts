import type { GroupPlan, LeftFinding, PlannedFix } from '../../bot/plan.js';

/** A fix with everything in it; tests change what they are about. */
export function fixOf(change: Partial<PlannedFix> = {}): PlannedFix {
  return {
    fingerprint: '0123456789abcdef',
    rule: 'lambda-dlq-permission',
    title: 'Grant sqs:SendMessage on NotifyDLQ to NotifyRole',
    message: 'NotifyRole may not send to NotifyDLQ',
    impact: 'critical',
    safety: 'safe',
    certainty: 'proven',
    file: 'payments/template.yaml',
    line: 41,
    resource: 'NotifyFn',
    consequence: { deployment: 'update' },
    prevents: 'The provided execution role does not have permissions to call SendMessage on SQS',
    followUps: [],
    references: ['https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html'],
    ...change,
  };
}

export function planOf(fixes: readonly PlannedFix[], left: readonly LeftFinding[] = []): GroupPlan {
  return {
    key: 'stack:payments/template.yaml',
    base: { branch: 'main', oid: 'a'.repeat(40) },
    files: [],
    hash: 'b'.repeat(32),
    fixes,
    left,
    diff: '',
  };
}
