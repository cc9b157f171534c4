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
      const comments = commentsIn(code.text, code.language);
      for (const named of environmentsIn(code.text, comments)) yield findingOf(code, named, editor);
    }
  },
});

function findingOf(code: InlineCode, named: NamedEnvironment, editor: Editor): FindingDraft<'named'> {
  const place = placeOf(code, named.word);
  return {
    message: 'named',
    data: { resource: code.fn.id, comment: named.comment },
    certainty: 'proven',
    resource: code.fn,
    node: place?.scalar ?? code.node,
    ...(place ? { span: { start: place.start, end: place.end } } : {}),
    fix: () => fixOf(code, named, editor),
  };
}

function fixOf(code: InlineCode, { rewording }: NamedEnvironment, editor: Editor): FixDraft | Refusal {
  if (!rewording)
    return { code: 'needs-choice', because: 'no ready wording fits: say what the code does, whatever the environment' };
  const place = placeOf(code, rewording.span);
  if (!place) return { code: 'cannot-edit', because: 'the words are spread over several lines or strings' };
  return {
    title: `Say "${rewording.replacement}" for "${rewording.phrase}" in a comment of ${code.fn.id}`,
    safety: 'review',
    consequence: { deployment: 'update' },
    edits: editor.replaceInside(place.scalar, place.start, place.end, rewording.text),
    touches: [place.scalar.path],
  };
}
