import type { Failure, LogLine, NamedResource, Reader, Sink } from '../failure.js';

/** `  aws:lambda:Function (worker):` in the section "Diagnostics". */
const header = /^ {2,6}([\w-]{1,60}:[\w/.-]{1,100}:\w{1,100}) \((.{1,300})\):$/;
const error = /^ {2,}error: (.*)$/;
const urn = /\burn:pulumi:[^:\s]{1,200}::[^:\s]{1,200}::([^\s]{1,300}?)::([^\s:"',)]{1,300})/;

/** The diagnostics that `pulumi up` and `pulumi preview` print. */
export class PulumiDiagnostics implements Reader {
  private resource: NamedResource | undefined;
  private reason: string[] = [];
  private at = 0;

  constructor(private readonly found: Sink) {}

  get isOpen(): boolean {
    return this.resource !== undefined;
  }

  take({ text, number }: LogLine): boolean {
    const [, type, name] = text.endsWith('):') ? (header.exec(text) ?? []) : [];
    if (type !== undefined && name !== undefined) {
      this.end();
      this.resource = { name, type };
      return true;
    }
    if (!this.resource) return false;
    const [, first] = error.exec(text) ?? [];
    if (first !== undefined) {
      this.flush();
      this.reason = [first];
      this.at = number;
      return true;
    }
    if (/^(?:\S|$)/.test(text)) {
      if (text !== '') this.end();
      return false;
    }
    // A compiler's lines inside have a reader of their own.
    if (this.reason.length === 0 || /error TS\d/.test(text)) return false;
    if (this.reason.length < 40) this.reason.push(text.trim());
    return true;
  }

  end(): void {
    this.flush();
    this.resource = undefined;
  }

  private flush(): void {
    const reason = this.reason.join(' ');
    this.reason = [];
    if (reason === '' || !this.resource) return;
    this.found({ reason, resource: named(this.resource, reason), format: 'pulumi-up', line: this.at });
  }
}

/** The URN in the text says more than the heading: it names the resource itself where the heading names the stack. */
function named(resource: NamedResource, reason: string): NamedResource {
  return resourceOfUrn(reason) ?? resource;
}

/** The resource that a URN in a text names: `urn:pulumi:dev::shop::aws:lambda/function:Function::worker`. */
export function resourceOfUrn(text: string): NamedResource | undefined {
  const [whole, types = '', name = ''] = urn.exec(text) ?? [];
  if (whole === undefined) return undefined;
  // The type of a child stands behind those of its parents: `shop:Api$aws:lambda/function:Function`.
  return { name, type: types.slice(types.lastIndexOf('$') + 1), urn: whole };
}

/** Engine events, one JSON object a line: `pulumi up --json` and `--event-log`. Source: Pulumi's reference of engine events. */
export class PulumiEventLines implements Reader {
  readonly isOpen = false;

  constructor(private readonly found: Sink) {}

  take({ text, number }: LogLine): boolean {
    if (!text.startsWith('{') || !text.includes('"diagnosticEvent"')) return false;
    const value = parsed(text);
    const failure = value && failureOfDiagnostic(value['diagnosticEvent'], number);
    if (failure) this.found(failure);
    return value !== undefined;
  }

  end(): void {}
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return JSON.parse(text) as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
}

/** The failure in a diagnostic of Pulumi's engine; undefined for what is no error. */
export function failureOfDiagnostic(value: unknown, line: number): Failure | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { severity, message, urn: name } = value as Readonly<Record<string, unknown>>;
  if (severity !== 'error' || typeof message !== 'string') return undefined;
  const reason = message.replaceAll(/<\{%\w{1,40}%\}>/g, '').replace(/^error: /, '');
  const resource = (typeof name === 'string' ? resourceOfUrn(name) : undefined) ?? resourceOfUrn(reason);
  return { reason, ...(resource ? { resource } : {}), format: 'pulumi-events', line };
}
