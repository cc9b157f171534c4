import type { Failure, LogLine, Reader, Sink } from '../failure.js';

/**
 * The fields of an event that say what failed, in `describe-stack-events` and `describe-events` alike. Source: API reference of
 * CloudFormation, StackEvent and OperationEvent.
 */
const fields = [
  'EventType',
  'HookStatusReason',
  'LogicalResourceId',
  'ResourceStatus',
  'ResourceStatusReason',
  'ResourceType',
  'StackName',
  'Timestamp',
  'ValidationStatusReason',
] as const;
type Event = Partial<Record<(typeof fields)[number], string>>;

/** The failure that an event tells of; undefined for progress. */
export function failureOfEvent(event: Event, line: number): Failure | undefined {
  const {
    ResourceStatus: status,
    LogicalResourceId: name,
    ResourceType: type,
    StackName: stack,
    Timestamp: time,
  } = event;
  const reason = event.ResourceStatusReason ?? event.ValidationStatusReason ?? event.HookStatusReason;
  const failed = status?.endsWith('_FAILED') === true || event.EventType?.endsWith('_ERROR') === true;
  if (!failed || reason === undefined) return undefined;
  return {
    reason,
    ...(name === undefined
      ? {}
      : { resource: { name, ...(type === undefined ? {} : { type }), ...(stack === undefined ? {} : { stack }) } }),
    ...(status === undefined ? {} : { status }),
    ...(time === undefined ? {} : { time }),
    format: 'cloudformation-events',
    line,
  };
}

/** The event in an object of the AWS CLI, whatever else it holds. */
export function eventIn(value: Readonly<Record<string, unknown>>): Event {
  return Object.fromEntries(fields.flatMap((key) => (typeof value[key] === 'string' ? [[key, value[key]]] : [])));
}

const line = /^\s*"(\w{1,40})": ("(?:[^"\\]|\\.)*"),?$/;

/** Events as the AWS CLI prints them, one field a line, in whatever they stand. */
export class EventLines implements Reader {
  private event: Event = {};
  private at = 0;
  readonly isOpen = false;

  constructor(private readonly found: Sink) {}

  take({ text, number }: LogLine): boolean {
    const trimmed = text.trim();
    if (/^[{}],?$/.test(trimmed)) {
      this.end();
      return false;
    }
    const [, key = '', value = ''] = trimmed.startsWith('"') ? (line.exec(text) ?? []) : [];
    if (!fields.some((field) => field === key)) return false;
    this.event = { ...this.event, [key]: JSON.parse(value) as string };
    this.at = number;
    return true;
  }

  end(): void {
    const failure = failureOfEvent(this.event, this.at);
    this.event = {};
    if (failure) this.found(failure);
  }
}
