import type { LogLine, Reader, Sink } from '../failure.js';

/** `Stack | 3/5 | 10:01:02 AM | CREATE_FAILED | AWS::Lambda::Function | Path/Fn (Fn1234) reason` */
const event =
  /^(?:([\w.-]{1,128}) \| )?(?:\s*\d{1,4}(?:\/\d{1,4})? \| )?\d{1,2}:\d{2}:\d{2}(?: [AP]M)? \| ([A-Z_]{5,60})\s*\| ([\w:]{3,200})\s*\| (.+)$/;
const named = /^\S{1,300} \((\w{1,255})\)(?: (.+))?$/;
const unnamed = /^(\w{1,255})(?: (.+))?$/;
/** The closing line of a stack, which repeats a reason. */
const closing = /^\s*❌ {1,3}(\S{1,300}) failed: \w{0,20}Error: .{0,300}?: (?:[A-Z_]{5,60}): (.+)$/;

/** The event lines of `cdk deploy`. */
export class CdkEvents implements Reader {
  readonly isOpen = false;

  constructor(private readonly found: Sink) {}

  take({ text, number }: LogLine): boolean {
    if (!text.includes(' | ')) return this.close(text, number);
    const [, stack, status = '', type = '', rest = ''] = event.exec(text.trim()) ?? [];
    if (status === '') return false;
    const [, name = '', reason = ''] = named.exec(rest) ?? unnamed.exec(rest) ?? [];
    if (status.endsWith('_FAILED') && reason !== '')
      this.found({
        reason,
        resource: { name, type, ...(stack === undefined ? {} : { stack }) },
        status,
        format: 'cdk-deploy',
        line: number,
      });
    return true;
  }

  end(): void {}

  private close(text: string, line: number): boolean {
    const [, , reason] = text.includes('❌') ? (closing.exec(text) ?? []) : [];
    if (reason === undefined) return false;
    this.found({ reason, format: 'cdk-deploy', line });
    return true;
  }
}
