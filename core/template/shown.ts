/**
 * What a text for people shows of a value. Any string of a scanned file may be a secret, and messages are mailed, indexed and kept
 * in logs. So they name resources, properties and parameters, and give figures and words of AWS; of every other value
 * they show its form at most. The patch is where values stand.
 */

/** Stands for what is not shown. */
const unshown = '…';

/** In place of a reference while the text around it is looked at; no file that can be read holds it there. */
const slot = '\0';

/** The words that AWS itself puts into an ARN, each with what follows it: `arn:aws:sqs:`, `:function:`, `table/`. */
const structure = /^[a-z][a-z-]{1,15}$/;

/**
 * A text with its references, such as an ARN: `arn:aws:sqs:${AWS::Region}:…:…`, `${Fn.Arn}:…`.
 * @param parts literal text, or the name of what is referred to
 */
export function shownParts(parts: readonly ({ readonly text: string } | { readonly name: string })[]): string {
  const names = parts.flatMap((part) => ('name' in part ? [part.name] : []));
  const text = parts.map((part) => ('name' in part ? slot : part.text.replaceAll(slot, ''))).join('');
  let at = 0;
  return formOf(text).replaceAll(slot, () => `\${${names[at++] ?? ''}}`);
}

/** A literal text: the words of AWS in an ARN, separators, and nothing else. */
export function shownText(text: string): string {
  return shownParts([{ text }]);
}

/** An expression of a program: names and their members are shown, code with texts in it is not. */
export function shownCode(code: string): string {
  return /^[A-Za-z_$][\w$]*(?:[?!]?\.[A-Za-z_$][\w$]*|\[\d+\])*$/.test(code) ? code : 'an expression';
}

/** A figure as it is; of anything else that there is one. */
export function shownFigure(value: unknown): string {
  const isFigure = typeof value === 'number' || (typeof value === 'string' && /^-?\d+(?:\.\d+)?$/.test(value));
  return isFigure ? String(value) : 'another value';
}

function formOf(text: string): string {
  const isArn = text.startsWith('arn:');
  return text.replaceAll(/[^\0:/]+/g, (word, offset: number) => {
    const before = text.charAt(offset - 1);
    const behind = text.charAt(offset + word.length);
    const isWhole = before !== slot && behind !== slot;
    const isWord = isArn && isWhole && structure.test(word) && behind !== '';
    const isScheme = offset === 0 && /^https?$/.test(word) && text.startsWith('://', word.length);
    return word === '*' || isWord || isScheme ? word : unshown;
  });
}
