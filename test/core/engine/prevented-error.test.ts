import { expect, test } from 'vitest';
import { preventedError } from '../../../core/engine/prevented-error.js';
import { permissions } from '../../../facts/index.js';
import { rule, unorderedData } from '../../../rules/lambda-policy-order.js';

const { unordered } = rule.messages;

function orderError(permission: string, error: string | null | undefined): string | undefined {
  const data = unorderedData('Worker', 'WorkerPolicy', permission);
  return preventedError(rule.errors, unordered, { data, prevents: error ?? null });
}

test('the error of a race names the action and the service that is asked for', () => {
  expect(orderError('ec2:CreateNetworkInterface', permissions.vpc.error)).toBe(
    'The provided execution role does not have permissions to call CreateNetworkInterface on EC2',
  );
  expect(orderError('sqs:SendMessage', permissions.dlq.targets['sqs']?.error)).toBe(
    'The provided execution role does not have permissions to call SendMessage on SQS',
  );
  expect(orderError('xray:PutTraceSegments', permissions.tracing.error)).toBe(
    'The provided execution role does not have permissions to call PutTraceSegments on XRAY',
  );
});

test('none is told where none is known', () => {
  expect(orderError('kafka:DescribeCluster', null)).toBeUndefined();
});
