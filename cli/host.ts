import process from 'node:process';
import type { Catalog } from '../core/rule.js';
import type { Engine } from './engine.js';
import { UserError } from './user-error.js';

export interface Output {
  readonly write: (text: string) => unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

/** All that the command line takes from its surroundings; tests bring their own. */
export interface Host {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly stdin: AsyncIterable<Uint8Array | string> & { readonly isTTY?: boolean | undefined };
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The only clock of the program. */
  readonly now: () => Date;
  readonly catalog: () => Promise<Catalog>;
  readonly engine: () => Promise<Engine>;
  /** Calls back on Ctrl-C; the answer takes the callback away again. */
  readonly onInterrupt: (callback: () => void) => () => unknown;
}

/** The surroundings of the real process. */
export function processHost(): Host {
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    stdin: process.stdin,
    cwd: process.cwd(),
    env: process.env,
    now: () => new Date(),
    catalog: async () => (await import('../rules/catalog.js')).catalog,
    engine: async () => (await import('./engine.js')).engine,
    // Once: a second Ctrl-C ends the process at once.
    onInterrupt: (callback) => {
      process.once('SIGINT', callback);
      return () => process.removeListener('SIGINT', callback);
    },
  };
}

/** Everything on standard input as text. */
export async function readStdin({ stdin }: Host): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stdin) chunks.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(chunks));
  } catch {
    throw new UserError('what came on standard input is not UTF-8', 'convert it first, for example with iconv');
  }
}

/** Colour on a terminal only, unless FORCE_COLOR asks for it; NO_COLOR and --no-color win. */
export function wantsColor({ env }: Host, output: Output, flag: boolean): boolean {
  const noColor = env['NO_COLOR'];
  const forced = env['FORCE_COLOR'];
  if (!flag || (noColor !== undefined && noColor !== '')) return false;
  if (forced !== undefined && forced !== '') return forced !== '0' && forced !== 'false';
  return output.isTTY === true && env['TERM'] !== 'dumb';
}
