import type { ProgramFile } from '../program/file.js';
import { statementOf } from '../program/names.js';
import type { Program } from '../program/program.js';
import type { Directive } from './suppress.js';
import { directiveIn } from './suppress-directives.js';
import type { Finding } from './types.js';

/** `// stackmend-ignore rule reason` on the line of a finding, of its resource, or above either. */
export function directivesInProgram(file: ProgramFile, program: Program): Directive[] {
  if (!file.text.includes('stackmend-ignore')) return [];
  const { lines } = file.source;
  const comments = file.ast.comments ?? [];
  const ownLines = new Set(
    comments
      .filter(({ start }) => startsLine(file.text, start ?? 0))
      .map(({ start }) => lines.position(start ?? 0).line),
  );
  return comments.flatMap((comment): Directive[] => {
    const start = comment.start ?? 0;
    const parsed = directiveIn(comment.value.trim());
    if (!parsed) return [];
    const position = lines.position(start);
    let target = position.line;
    if (startsLine(file.text, start)) {
      target = lines.position(comment.end ?? start).line + (ownLines.has(target) ? 1 : 0);
      while (ownLines.has(target)) target++;
    }
    return [{ position, ...parsed, covers: (finding) => linesOf(file, program, finding).has(target) }];
  });
}

function startsLine(text: string, offset: number): boolean {
  return text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset).trim() === '';
}

/** The lines on which a comment speaks of a finding: its own, and those on which its resource and its statement begin. */
function linesOf(file: ProgramFile, program: Program, { position, resource }: Finding): ReadonlySet<number> {
  const found = new Set([position.line]);
  const owner = resource && program.of(resource.id);
  if (owner?.file !== file) return found;
  const starts = [owner.node.start, statementOf(file, owner.node)?.start];
  for (const start of starts) found.add(file.source.lines.position(start ?? 0).line);
  return found;
}
