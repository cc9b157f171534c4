/**
 * Shapes of secrets that people paste into sources. Texts for people are mailed, indexed and kept in logs, so what looks like one
 * of them is not repeated there, whatever brought it into the text; the patch is the repository's own text and stays.
 */
const shapes = [
  /\b(?:AKIA|ASIA)[A-Z0-9]{12,}/g,
  /\bgh[pousr]_[A-Za-z0-9]{16,}/g,
  /\bgithub_pat_[A-Za-z0-9_]{16,}/g,
  /\bglpat-[A-Za-z0-9_-]{16,}/g,
  /\bxox[abprs]-[A-Za-z0-9-]{10,}/g,
  /\bsk[-_](?:live|test|proj|ant)[-_A-Za-z0-9]{10,}/g,
  /\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]*/g,
  /-----BEGIN [A-Z ]{3,40}/g,
  /(?<=:\/\/[^\s/:@]{1,100}:)[^\s/@]{1,200}(?=@)/g,
  /(?<=(?:password|passwd|secret|token|api[-_]?key)["']?\s{0,3}[:=]\s{0,3}["']?)(?![!$]|\{\{)[^\s"',}]{4,200}/gi,
];

const long = /(?<![A-Za-z0-9+/=_-])[A-Za-z0-9+/]{32,200}={0,2}(?![A-Za-z0-9+/=_-])/g;

/** A text with what looks like a secret taken out. */
export function redacted(text: string): string {
  const shown = shapes.reduce((rest, shape) => rest.replaceAll(shape, '[hidden]'), text);
  return shown.replaceAll(long, (word) => (looksRandom(word) ? '[hidden]' : word));
}

/** True when a text holds what looks like a secret. */
export function holdsSecret(text: string): boolean {
  return redacted(text) !== text;
}

/**
 * Tells keys and hashes from long names. In a name words of several letters follow each other, so the kind of
 * character (upper case, lower case, digit) changes seldom; the CDK ends its logical ids with eight hexadecimal digits.
 */
function looksRandom(word: string): boolean {
  if (!/\d/.test(word) || !/[a-z]/.test(word) || !/[A-Z]/.test(word) || /^[A-Za-z]\w*[0-9A-F]{8}$/.test(word))
    return false;
  const kinds = Array.from(word, (sign) => (/[a-z]/.test(sign) ? 'a' : /[A-Z]/.test(sign) ? 'A' : '0'));
  const changes = kinds.filter((kind, index) => index > 0 && kind !== kinds[index - 1]).length;
  return changes / (word.length - 1) >= 0.4;
}
