import type { FileReport, Finding } from '../../core/engine/types.js';

/** A finding with a fix, to be changed as a test needs it. */
export function finding(change: Partial<Finding> = {}): Finding {
  return {
    rule: 'test-rule',
    messageId: 'wrong',
    message: 'Handler is wrong',
    impact: 'high',
    preset: 'deploy',
    certainty: 'proven',
    file: 'a.yaml',
    span: { start: 4, end: 5 },
    position: { line: 2, column: 3 },
    path: ['Resources', 'Handler', 0],
    resource: { id: 'Handler', type: 'AWS::Lambda::Function' },
    fingerprint: 'f1',
    fix: { title: 'Put it right', safety: 'safe', consequence: { deployment: 'none' }, changes: [], touches: [] },
    followUps: [],
    ...change,
  };
}

/** A finding that has no fix. */
export function refused(change: Partial<Finding> = {}): Finding {
  const { fix: _, ...rest } = finding({
    refusal: { code: 'needs-choice', because: 'it is for you to choose' },
    ...change,
  });
  return rest;
}

export function report(change: Partial<FileReport> = {}): FileReport {
  const before = change.before ?? 'a\nb c\n';
  return {
    file: 'a.yaml',
    before,
    after: before,
    findings: [],
    applied: [],
    withheld: [],
    remaining: [],
    suppressed: [],
    suppressionProblems: [],
    passes: 0,
    ...change,
  };
}
