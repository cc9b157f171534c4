import { redacted } from '../../core/text/secrets.js';
import { codeSpan } from '../../report/markdown-text.js';

/**
 * A text that comes from a scanned file, as it may stand in the body of a pull request or in a note. What the engine finds
 * is free of secrets already; a plan file says what it likes.
 */
export function inert(text: string, place: 'cell' | 'line' = 'line'): string {
  return codeSpan(redacted(text), place);
}
