import { visible } from './escape.js';

/** Beyond so many characters a text from a template is cut. */
const longest = 300;

/**
 * A text that comes from a scanned file, as a code span: the only form in which such texts stand in Markdown. In it
 * mentions, `#12`, closing keywords, HTML, images and comments stay letters.
 * @param place in a cell of a table a pipe needs a backslash, which elsewhere would be seen
 */
export function codeSpan(text: string, place: 'cell' | 'line' = 'line'): string {
  const shown = shorten(visible(text));
  // A backslash before a pipe would take away the one that protects the cell.
  const inert = place === 'cell' ? shown.replaceAll('\\|', '\\ |').replaceAll('|', '\\|') : shown;
  if (inert.trim() === '') return '(empty)';
  const fence = '`'.repeat(longestRun(inert) + 1);
  const pad = inert.startsWith('`') || inert.endsWith('`') || /^ .* $/.test(inert) ? ' ' : '';
  return fence + pad + inert + pad + fence;
}

/** The length of the longest run of backticks in a text. */
export function longestRun(text: string): number {
  return Math.max(0, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length));
}

function shorten(text: string): string {
  const characters = Array.from(text);
  return characters.length <= longest ? text : `${characters.slice(0, longest - 1).join('')}…`;
}

/** The size of a text in UTF-8. */
export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
