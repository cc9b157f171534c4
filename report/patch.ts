import { type DiffOptions, fileDiff, patchOptions } from './diff.js';
import type { Encoder } from './encoder.js';

/** What the fixes change, as `git apply` and `patch -p1` take it. */
export function patchEncoder(options: Partial<DiffOptions> = {}): Encoder {
  return {
    file: ({ report }) => fileDiff(report, { ...patchOptions, ...options }),
    end: () => '',
  };
}
