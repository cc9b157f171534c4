import type { FindingDraft, FixDraft, Refusal } from '../../core/rule.js';
import { type NamedEnvironment, environmentsIn } from '../comment-environment-hardcoded.js';
import { commentsIn } from './code-comments.js';
import type { InlineCode } from './inline-code.js';

/** A finding for each environment that a comment of some inline code names; its edit stays inside of the comment. */
export function* environmentComments(code: InlineCode): Generator<FindingDraft<'named'>> {
  for (const named of environmentsIn(code.text, commentsIn(code.text, code.language))) {
    const place = code.placeOf(named.word);
    yield {
      message: 'named',
      data: { resource: code.fn.id, name: named.name },
      certainty: 'proven',
      resource: code.fn,
      node: place?.node ?? code.node,
      ...(place?.span ? { span: place.span } : {}),
      fix: () => fixOf(code, named),
    };
  }
}

function fixOf(code: InlineCode, { rewording }: NamedEnvironment): FixDraft | Refusal {
  if (!rewording)
    return { code: 'needs-choice', because: 'no ready wording fits: say what the code does, whatever the environment' };
  const place = code.placeOf(rewording.span);
  if (!place)
    return {
      code: 'cannot-edit',
      because: 'the words are spread over several lines or strings, or written with escapes',
    };
  return {
    title: `Say "${rewording.replacement}" for "${rewording.phrase}" in a comment of ${code.fn.id}`,
    safety: 'review',
    consequence: { deployment: 'update' },
    edits: place.replace(rewording.text),
    touches: place.touches,
  };
}
