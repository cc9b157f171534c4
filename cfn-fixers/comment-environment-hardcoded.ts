import { type FindingDraft, type FixDraft, type Refusal, defineCfnFixer } from '../core/rule.js';
import type { Editor } from '../core/template/editor.js';
import { type NamedEnvironment, environmentsIn, rule } from '../rules/comment-environment-hardcoded.js';
import { commentsIn } from '../rules/shared/code-comments.js';
import { type InlineCode, inlineCodes, placeOf } from './shared/inline-code.js';

export default defineCfnFixer<'named', Record<string, never>>({
  rule,
  needles: ['ZipFile', 'InlineCode'],
  *find({ template, editor }): Generator<FindingDraft<'named'>> {
    for (const code of inlineCodes(template)) {
      for (const comment of commentsIn(code.text, code.language)) {
        const text = code.text
          .slice(comment.start, comment.end)
          .replace(/^[\s*]+/, '')
          .trimEnd();
        for (const named of environmentsIn(code.text, comment)) yield findingOf(code, text, named, editor);
      }
    }
  },
});

function findingOf(code: InlineCode, comment: string, named: NamedEnvironment, editor: Editor): FindingDraft<'named'> {
  const place = placeOf(code, named.word);
  return {
    message: 'named',
    data: { resource: code.fn.id, comment: shortened(comment) },
    certainty: 'proven',
    resource: code.fn,
    node: place?.scalar ?? code.node,
    ...(place ? { span: { start: place.start, end: place.end } } : {}),
    fix: () => fixOf(code, named, editor),
  };
}

function fixOf(code: InlineCode, { rewording }: NamedEnvironment, editor: Editor): FixDraft | Refusal {
  if (!rewording)
    return {
      code: 'needs-choice',
      because: 'no ready wording fits this comment: say what the code does, whatever the environment',
    };
  const place = placeOf(code, rewording.span);
  if (!place) return { code: 'cannot-edit', because: 'the words are spread over several strings' };
  return {
    title: `Say "${rewording.text}" for "${rewording.phrase}" in a comment of ${code.fn.id}`,
    safety: 'review',
    consequence: { deployment: 'update' },
    edits: editor.replaceInside(place.scalar, place.start, place.end, rewording.text),
    touches: [place.scalar.path],
  };
}

function shortened(comment: string): string {
  return comment.length > 80 ? `${comment.slice(0, 77).trimEnd()}...` : comment;
}
