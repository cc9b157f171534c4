/**
 * Our part of a body stands between two marker lines; what people write around it is theirs. Markers count only as whole
 * lines, so that one in a text from a template (which is always within a line) is none.
 */
const begin = '<!-- stackmend:begin -->';
const end = '<!-- stackmend:end -->';

/** The line of the box that hands a branch back to the bot. */
export const rebuildBox = '<!-- stackmend:rebuild -->Rebuild this branch from the base (discards other commits on it)';
const ticked = /^[-*] \[[xX]\] <!-- stackmend:rebuild -->/m;

/** The most characters that GitHub takes for a body. */
const longestBody = 65_536;

export interface SplitBody {
  readonly before: string;
  /** Without its markers; undefined where the body has no part of ours. */
  readonly block: string | undefined;
  readonly after: string;
}

/** Takes a body apart. Line ends become LF. */
export function splitBody(body: string): SplitBody {
  const lines = body.replaceAll('\r\n', '\n').split('\n');
  const first = lines.findIndex((line) => line.trim() === begin);
  if (first === -1) return { before: '', block: undefined, after: lines.join('\n') };
  const length = lines.slice(first + 1).findIndex((line) => line.trim() === end);
  const last = length === -1 ? lines.length : first + 1 + length;
  return {
    before: lines.slice(0, first).join('\n'),
    block: lines.slice(first + 1, last).join('\n'),
    after: lines.slice(last + 1).join('\n'),
  };
}

/** Puts a new block where the old one stood, or in front of a body that has none. */
export function withBlock(body: string, block: string): string {
  const { before, after } = splitBody(body);
  const ours = [begin, block, end].join('\n');
  return [...(before === '' ? [] : [before]), ours, ...(after === '' ? [] : [after])].join('\n');
}

/** Characters that are left for a block beside what people wrote. */
export function roomIn(body: string): number {
  const { before, after } = splitBody(body);
  return longestBody - before.length - after.length - begin.length - end.length - 10;
}

/** True when two bodies say the same: forges may change line ends and take away space at the end. */
export function sameBody(a: string, b: string): boolean {
  const plain = (text: string): string => text.replaceAll('\r\n', '\n').trimEnd();
  return plain(a) === plain(b);
}

/** True when somebody ticked the box in our block. */
export function isRebuildTicked(body: string): boolean {
  return ticked.test(splitBody(body).block ?? '');
}
