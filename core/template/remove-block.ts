import { type TextEdit, editAt } from '../text/edit.js';
import { blockColumn, blockHeader, endOfBlanks, endingBlockScalar, swallows } from './below.js';
import { CannotEdit } from './cannot-edit.js';
import type { Lines } from './lines.js';
import type { TemplateNode } from './node.js';
import { entryOf, ownEnd, ownEntries, pointer } from './place.js';

interface Member {
  /** Where the key or dash starts, and ends at least. */
  readonly start: number;
  readonly end: number;
  readonly value: TemplateNode;
}

/**
 * Takes away an entry or item of YAML in block layout that is not the only one: its lines with the comments on them.
 * Comments and blank lines above stay, and so does the dash before a first entry (`- a: b`).
 */
export function removeFromBlock(node: TemplateNode, lines: Lines): TextEdit {
  const members = membersAround(node);
  const index = members.findIndex(({ value }) => value === node);
  const member = members[index];
  if (!member) throw new CannotEdit('it stands behind no key and no dash');
  const end = lines.end(Math.max(ownEnd(node, lines.text), member.end));
  const onOwnLine = lines.before(member.start).trim() === '';
  const edit = onOwnLine
    ? removeLines(lines, member.start, end, members[index - 1]?.value)
    : removeFirst(lines, member.start, end, members[index + 1]);
  return { ...edit, claim: pointer(node) };
}

function membersAround(node: TemplateNode): readonly Member[] {
  const parent = node.parent;
  if (parent?.kind === 'list') {
    return parent.items.flatMap((value, index) => {
      const start = parent.dashes[index];
      return start === undefined ? [] : [{ start, end: start + 1, value }];
    });
  }
  if (parent?.kind !== 'map' || entryOf(node)?.merged) return [];
  return ownEntries(parent).map(({ keySpan, value }) => ({ start: keySpan.start, end: keySpan.end, value }));
}

/** The first of several that shares its line with a dash. Comments before the second stay, below a bare dash. */
function removeFirst(lines: Lines, start: number, end: number, next: Member | undefined): TextEdit {
  if (!next || !/^ *(?:- +)+$/.test(lines.before(start)))
    throw new CannotEdit('it shares its line with something else');
  if (lines.text.slice(end, next.start).trim() === '') return editAt(lines.text, start, next.start, '');
  const dash = lines.text.lastIndexOf('-', start - 1) + 1;
  return editAt(lines.text, dash, end, '');
}

function removeLines(lines: Lines, start: number, lineEnd: number, above: TemplateNode | undefined): TextEdit {
  const block = endingBlockScalar(above);
  const end = block && blockHeader(block, lines.text).includes('+') ? endOfBlanks(lines, lineEnd) : lineEnd;
  if (block && swallows(lines, end, blockColumn(block, lines)))
    throw new CannotEdit('the block text above would take in what follows');
  const previous = lines.previousEnd(start);
  if (previous === undefined) return editAt(lines.text, lines.start(start), lines.next(end), '');
  // Without a line break at its end, a block text reads differently.
  if (block && lines.isOpenEnd(end)) return editAt(lines.text, lines.start(start), end, '');
  // At the end of the file the blank lines above would be left hanging.
  const isEnd = !block && lines.text.slice(end).trim() === '';
  return editAt(lines.text, isEnd ? lines.text.slice(0, previous).trimEnd().length : previous, end, '');
}
