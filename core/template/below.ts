import type { Lines } from './lines.js';
import type { TemplateNode } from './node.js';
import { isBlockScalar, ownEnd, ownEntries, ownerOf } from './place.js';

/**
 * The end of the line below which a new sibling stands well: comments further in belong to what is above, and so do
 * those of the same column right below the last entry.
 */
export function endOfComments(lines: Lines, from: number, column: number, isLast: boolean): number {
  let end = from;
  let blank = false;
  for (const { start, text } of lines.below(from)) {
    const indent = text.search(/\S/);
    const isSibling = indent === column && column > 0 && isLast && !blank;
    if (indent !== -1 && !(text[indent] === '#' && (indent > column || isSibling))) return end;
    if (indent !== -1) end = start + text.length;
    blank = indent === -1;
  }
  return end;
}

/** The end of the blank lines below a line. */
export function endOfBlanks(lines: Lines, from: number): number {
  let end = from;
  for (const { start, text } of lines.below(from)) {
    if (text.trim() !== '') return end;
    end = start + text.length;
  }
  return end;
}

/** True where a block text whose lines start at a column would take the comments or blank lines that follow for its own. */
export function swallows(lines: Lines, at: number, column: number): boolean {
  for (const { text } of lines.below(at)) {
    const indent = text.search(/\S/);
    if (indent === -1 ? text.length > column : text[indent] === '#' && indent >= column) return true;
    if (indent !== -1) return false;
  }
  return false;
}

/** The block scalar that a node's text ends with, if it does. */
export function endingBlockScalar(node: TemplateNode | undefined): TemplateNode | undefined {
  if (!node || isBlockScalar(node)) return node;
  if (node.kind === 'intrinsic') return endingBlockScalar(node.argument);
  if (node.kind === 'scalar' || node.flow) return undefined;
  return endingBlockScalar(node.kind === 'list' ? node.items.at(-1) : ownEntries(node).at(-1)?.value);
}

/** `|`, `>-`, `|2+`... */
export function blockHeader(block: TemplateNode, text: string): string {
  return /^[|>][-+\d]*/.exec(text.slice(block.span.start, block.span.start + 4))?.[0] ?? '';
}

/** The column that the lines of a block scalar start at. */
export function blockColumn(block: TemplateNode, lines: Lines): number {
  const digit = /\d/.exec(blockHeader(block, lines.text))?.[0];
  if (digit !== undefined)
    return (
      ownerOf(block.parent?.kind === 'intrinsic' && block.parent.form === 'short' ? block.parent : block, lines)
        .column + Number(digit)
    );
  for (const { start, text } of lines.below(block.span.start)) {
    if (text.trim() !== '' || start >= ownEnd(block, lines.text)) return text.length - text.trimStart().length;
  }
  return 0;
}
