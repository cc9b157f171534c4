import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { startGit } from './run.js';

interface Waiting {
  readonly resolve: (bytes: Buffer) => void;
  readonly reject: (error: Error) => void;
}

/** Reads blobs of a repository by their ids, through one `git cat-file --batch`. */
export class BlobReader {
  private child: ChildProcessWithoutNullStreams | undefined;
  private readonly waiting: Waiting[] = [];
  private buffered: Buffer[] = [];
  private size = 0;

  constructor(private readonly directory: string) {}

  /** @throws when there is no such blob. */
  read(oid: string): Promise<Buffer> {
    if (!/^[0-9a-f]{40,64}$/.test(oid)) return Promise.reject(new Error(`"${oid}" is no object id`));
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.process().stdin.write(`${oid}\n`);
    });
  }

  /**
   * The first bytes of a blob, whose rest is never unpacked: git is ended when it has written enough.
   * @param length bytes
   */
  start(oid: string, length: number): Promise<Buffer> {
    if (!/^[0-9a-f]{40,64}$/.test(oid)) return Promise.reject(new Error(`"${oid}" is no object id`));
    const child = startGit(this.directory, ['cat-file', 'blob', oid], { GIT_DIR: this.directory });
    const chunks: Buffer[] = [];
    let size = 0;
    child.stdin.on('error', () => {});
    child.stdin.end();
    child.stderr.resume();
    child.stdout.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= length) child.kill();
    });
    return new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) => {
        if (size < length && code !== 0) reject(new Error('git has no such file'));
        else resolve(Buffer.concat(chunks).subarray(0, length));
      });
    });
  }

  close(): void {
    this.child?.stdin.end();
    this.child = undefined;
  }

  private process(): ChildProcessWithoutNullStreams {
    if (this.child) return this.child;
    const child = startGit(this.directory, ['cat-file', '--batch'], { GIT_DIR: this.directory });
    child.stdout.on('data', (chunk: Buffer) => {
      this.buffered.push(chunk);
      this.size += chunk.length;
      this.answer();
    });
    child.stdin.on('error', () => {});
    child.stderr.resume();
    const end = (): void => {
      for (const { reject } of this.waiting.splice(0)) reject(new Error('git cat-file ended early'));
      if (this.child === child) this.child = undefined;
    };
    child.on('error', end);
    child.on('close', end);
    this.child = child;
    return child;
  }

  /** Each answer is `<oid> <type> <size>`, a newline, the bytes and a newline, or `<oid> missing`. */
  private answer(): void {
    for (;;) {
      const head = this.buffered[0];
      if (!head) return;
      let bytes = head;
      let newline = bytes.indexOf(0x0a);
      if (newline === -1 && this.buffered.length > 1) {
        bytes = this.joined();
        newline = bytes.indexOf(0x0a);
      }
      if (newline === -1) return;
      const [, type, length] = bytes.subarray(0, newline).toString('latin1').split(' ');
      const end = newline + 1 + Number(length ?? 0) + 1;
      if (type === 'missing' || length === undefined) {
        this.keep(bytes === head ? this.joined().subarray(newline + 1) : bytes.subarray(newline + 1));
        this.waiting.shift()?.reject(new Error(`git has no such object`));
        continue;
      }
      if (this.size < end) return;
      const whole = this.joined();
      this.keep(whole.subarray(end));
      if (type === 'blob') this.waiting.shift()?.resolve(whole.subarray(newline + 1, end - 1));
      else this.waiting.shift()?.reject(new Error(`a ${type} stands where a file should be`));
    }
  }

  private joined(): Buffer {
    const whole = this.buffered.length === 1 ? (this.buffered[0] ?? Buffer.alloc(0)) : Buffer.concat(this.buffered);
    this.buffered = [whole];
    return whole;
  }

  private keep(rest: Buffer): void {
    this.buffered = rest.length === 0 ? [] : [rest];
    this.size = rest.length;
  }
}
