import type { Template } from '../template/template.js';
import { walk } from '../template/node.js';
import type { Span } from '../text/span.js';
import { type Document, isTemplate } from './document.js';

/** A comment: in YAML from its `#` to the end of its line, in a program with the signs that open and close it. */
export interface Comment {
  readonly start: number;
  readonly text: string;
  /** True when nothing else stands on its line. */
  readonly ownLine: boolean;
}

/** The comments of any document, in order. */
export function commentsIn(document: Document): Comment[] {
  if (isTemplate(document)) return commentsOf(document);
  const { text, ast } = document;
  return (ast.comments ?? []).map(({ start, end }) => {
    const [from, to] = [start ?? 0, end ?? 0];
    return {
      start: from,
      text: text.slice(from, to),
      ownLine: text.slice(text.lastIndexOf('\n', from - 1) + 1, from).trim() === '',
    };
  });
}

/** The comments of a template, in order. A `#` inside a scalar or a key is text; JSON has no comments. */
export function commentsOf(template: Template): Comment[] {
  const { text } = template.source;
  if (template.syntax === 'json' || !text.includes('#')) return [];
  const opaque = opaqueSpans(template);
  const comments: Comment[] = [];
  let next = 0;
  for (let at = text.indexOf('#'); at !== -1;) {
    while (next < opaque.length && (opaque[next]?.end ?? 0) <= at) next++;
    const cover = opaque[next];
    if (cover && cover.start <= at) {
      at = text.indexOf('#', cover.end);
      continue;
    }
    if (at > 0 && !/[\s\uFEFF]/.test(text.charAt(at - 1))) {
      at = text.indexOf('#', at + 1);
      continue;
    }
    const newline = text.indexOf('\n', at);
    const end = newline === -1 ? text.length : newline;
    const before = text.slice(text.lastIndexOf('\n', at - 1) + 1, at);
    comments.push({
      start: at,
      text: text.slice(at, end).trimEnd(),
      ownLine: before.replace('\uFEFF', '').trim() === '',
    });
    at = text.indexOf('#', end);
  }
  return comments;
}

/** Where the texts of scalars and keys lie, sorted and disjoint enough for a single sweep. */
function opaqueSpans(template: Template): Span[] {
  const spans: Span[] = [];
  for (const node of walk(template.root)) {
    // A comment may stand behind the header of a block scalar, so only its content is text.
    if (node.kind === 'scalar')
      spans.push(node.style === 'literal' || node.style === 'folded' ? node.content : node.span);
    else if (node.kind === 'map') spans.push(...node.entries.map(({ keySpan }) => keySpan));
  }
  return spans.filter(({ start, end }) => end > start).sort((a, b) => a.start - b.start);
}
