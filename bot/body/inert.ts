import { codeSpan } from '../../report/markdown-text.js';

/**
 * Shapes of secrets that people paste into templates. A text of a pull request is mailed and indexed, so what looks like
 * one of them is not repeated there; the diff is the repository's own text and stays.
 */
const secrets = [
  /\b(?:AKIA|ASIA)[A-Z0-9]{12,}/g,
  /\bgh[pousr]_[A-Za-z0-9]{16,}/g,
  /\bgithub_pat_[A-Za-z0-9_]{16,}/g,
  /\bglpat-[A-Za-z0-9_-]{16,}/g,
  /\bxox[abprs]-[A-Za-z0-9-]{10,}/g,
  /\bsk[-_](?:live|test|proj|ant)[-_A-Za-z0-9]{10,}/g,
  /\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]*/g,
  /-----BEGIN [A-Z ]{3,40}/g,
  /(?<=:\/\/[^\s/:@]{1,100}:)[^\s/@]{1,200}(?=@)/g,
  /(?<=(?:password|passwd|secret|token|api[-_]?key)["']?\s{0,3}[:=]\s{0,3}["']?)[^\s"',}]{4,200}/gi,
  // Long and mixed: no name of a resource looks like it.
  /(?<![A-Za-z0-9+/=_-])(?=[A-Za-z0-9+/=]{32,})(?=[^\s]{0,200}\d)(?=[^\s]{0,200}[a-z])(?=[^\s]{0,200}[A-Z])[A-Za-z0-9+/]{32,200}={0,2}(?![A-Za-z0-9+/=_-])/g,
];

/** A text with what looks like a secret taken out. */
export function redacted(text: string): string {
  return secrets.reduce((shown, pattern) => shown.replaceAll(pattern, '[hidden]'), text);
}

/** A text that comes from a scanned file, as it may stand in the body of a pull request or in a note. */
export function inert(text: string, place: 'cell' | 'line' = 'line'): string {
  return codeSpan(redacted(text), place);
}
