import type { Host } from './host.js';

export interface Progress {
  /** So many files have been looked at. */
  readonly seen: (files: number) => void;
  /** Takes the line away, so that something else can be written; the next figure brings it back. */
  readonly clear: () => void;
}

const silent: Progress = { seen: () => {}, clear: () => {} };
const eraseLine = '\r\u001B[K';
const patience = 1000;
const interval = 100;

/** A line on standard error that counts files, for runs over a second on a terminal. */
export function startProgress({ stderr, env, now }: Host, quiet: boolean): Progress {
  if (quiet || stderr.isTTY !== true || env['TERM'] === 'dumb') return silent;
  const start = now().valueOf();
  let shownAt: number | undefined;
  return {
    seen: (files) => {
      const time = now().valueOf();
      if (time - start < patience || (shownAt !== undefined && time - shownAt < interval)) return;
      shownAt = time;
      stderr.write(`${eraseLine}${files} files ...`);
    },
    clear: () => {
      if (shownAt !== undefined) stderr.write(eraseLine);
      shownAt = undefined;
    },
  };
}
