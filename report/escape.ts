/**
 * Texts that come from scanned files are shown through these functions: a name in a template must not be able to move
 * the cursor, recolour a terminal, reverse the reading order or forge a line of the report.
 */

// Control characters, soft hyphen, bidi and zero-width marks, line separators, lone surrogates, tags, private interlinear marks.
const hidden =
  /[\p{Cc}\p{Cs}\u00AD\u061C\u180E\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB]|[\u{E0000}-\u{E007F}]/gu;
const hiddenButTab = new RegExp(`(?!\\t)(?:${hidden.source})`, 'gu');
const hiddenButNewline = new RegExp(`(?!\\n)(?:${hidden.source})`, 'gu');
const named: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** A text on one line with every invisible or active character written out, such as `\x1b` or `\u202e`. */
export function visible(text: string): string {
  return text.replace(hidden, escapeOf);
}

/**
 * One line for where nothing protects: titles and commit messages, which forges and build servers read too. Without signs of
 * mentions, references (`#1`, `GH-1`) and HTML, and without words that switch off builds (`[skip ci]`).
 */
export function lifeless(text: string): string {
  return visible(text)
    .replaceAll(/[@#<>`]/g, '?')
    .replaceAll(/GH-(?=\d)/gi, 'GH ')
    .replaceAll(/\[(?=\s*(?:skip|no|ci|actions)\b)/gi, '(')
    .replaceAll(/\*{3,}/g, '**')
    .replaceAll('://', ': //');
}

/** The lines of a text, each made visible; tabs stay. */
export function visibleLines(text: string): readonly string[] {
  return text.split(/\r?\n/).map(visibleLine);
}

/** One line made visible; tabs stay, and so does a carriage return at its very end. */
export function visibleLine(line: string): string {
  const end = line.endsWith('\r') ? '\r' : '';
  return line.slice(0, line.length - end.length).replace(hiddenButTab, escapeOf) + end;
}

/** JSON text that may be shown on a terminal: the same value, all but ordinary characters written as `\\uXXXX`. */
export function visibleJson(json: string): string {
  return json.replace(hiddenButNewline, (character) =>
    Array.from({ length: character.length }, (_, index) => unit(character.charCodeAt(index))).join(''),
  );
}

function unit(code: number): string {
  return `\\u${code.toString(16).padStart(4, '0')}`;
}

function escapeOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  return (
    named[character] ??
    (code < 0x100 ? `\\x${hex.padStart(2, '0')}` : code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\u{${hex}}`)
  );
}
