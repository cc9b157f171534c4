import type { Progress as Figures } from '../core/engine/pipeline.js';
import type { Host } from './host.js';

export interface Progress {
  readonly tell: (figures: Figures) => void;
  /** Takes the line away, so that something else can be written; the next figure brings it back. */
  readonly clear: () => void;
}

const silent: Progress = { tell: () => {}, clear: () => {} };
const eraseLine = '\r\u001B[K';
const patience = 1000;
const interval = 100;

/** A line on standard error that counts files, for runs over a second on a terminal. */
export function startProgress({ stderr, env, now }: Host, quiet: boolean): Progress {
  if (quiet || stderr.isTTY !== true || env['TERM'] === 'dumb') return silent;
  const start = now().valueOf();
  let shown = false;
  let shownAt = Number.NEGATIVE_INFINITY;
  return {
    tell: (figures) => {
      const time = now().valueOf();
      if (time - start < patience || time - shownAt < interval) return;
      shown = true;
      shownAt = time;
      stderr.write(`${eraseLine}${progressText(figures)}`);
    },
    clear: () => {
      if (shown) stderr.write(eraseLine);
      shown = false;
    },
  };
}

function progressText({ surveyed, parsed, toParse }: Figures): string {
  return toParse === undefined
    ? `${surveyed} files seen ...`
    : `${surveyed} files seen, ${parsed} of ${toParse} files read ...`;
}
