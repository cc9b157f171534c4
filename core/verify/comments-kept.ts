import { type Comment, commentsIn } from '../engine/comments.js';
import type { TextEdit } from '../text/edit.js';
import type { EditedText, GateFailure } from './gate.js';

/** Gate: every comment is there still, except on the very lines of removed code and between them. */
export function commentsKept({ before, after, edits }: EditedText): GateFailure | undefined {
  const left = new Map<string, number>();
  for (const { text } of commentsIn(after)) left.set(text, (left.get(text) ?? 0) + 1);
  for (const comment of commentsIn(before)) {
    const count = left.get(comment.text) ?? 0;
    if (count > 0) left.set(comment.text, count - 1);
    else if (!edits.some((edit) => goesWith(comment, edit))) {
      const { line } = before.source.lines.position(comment.start);
      return { gate: 'comments-kept', because: `the comment in line ${line} would be lost` };
    }
  }
  return undefined;
}

/** True when an edit removes the code that a comment belongs to: that on its own line, or that around it. Replacing is not removing. */
function goesWith({ start, text, ownLine }: Comment, { span, expected, text: replacement }: TextEdit): boolean {
  if (/[\w"']/.test(replacement)) return false;
  if (span.start > start || span.end < start + text.length) return false;
  const before = expected.slice(0, start - span.start);
  const after = expected.slice(start - span.start + text.length);
  return ownLine ? holdsCode(before) && holdsCode(after) : holdsCode(before);
}

function holdsCode(text: string): boolean {
  return text.split('\n').some((line) => line.trim() !== '' && !/^(?:#|\/\/|\/\*)/.test(line.trimStart()));
}
