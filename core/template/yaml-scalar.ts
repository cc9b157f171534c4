/** How strings are written in YAML, so that YAML 1.2 and 1.1 readers (CloudFormation is one) take them for strings. */

export type Quote = '"' | "'";

export interface ScalarHabits {
  readonly quote: Quote;
  /** The quotes around a text that needs them: as the file writes that very text elsewhere. */
  quoteOf(text: string): Quote;
  /** True when the file writes `2012-10-17` without quotes. */
  readonly plainDates: boolean;
}

const notStrings = [
  /^(?:~|null|y|n|yes|no|on|off|true|false|=|<<)?$/i,
  /^[-+]?(?:0b[01_]+|0o?[0-7_]+|0x[\da-f_]+|\d[\d_]*)$/i,
  /^[-+]?(?:\.\d[\d_]*|\d[\d_]*(?:\.[\d_]*)?)(?:e[-+]?\d+)?$/i,
  /^[-+]?\.(?:inf|nan)$/i,
  /^[-+]?\d[\d_]*(?::[0-5]?\d)+(?:\.[\d_]*)?$/,
  /^\d{4}-\d\d?-\d\d?(?:[Tt \t].*)?$/,
];

const date = /^\d{4}-\d\d-\d\d$/;
const unprintable =
  // oxlint-disable-next-line no-control-regex -- they are what it looks for
  /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

/** True when a reader takes an unquoted text for a number, a boolean, null or a date. */
export function readsAsOther(text: string): boolean {
  return notStrings.some((pattern) => pattern.test(text));
}

/** True for a text on one line without control characters. */
export function isPrintable(text: string): boolean {
  return !unprintable.test(text);
}

/** True when a text on one line can stand without quotes as far as YAML's syntax goes. */
export function isPlain(text: string, flow: boolean): boolean {
  if (text === '' || text !== text.trim() || unprintable.test(text)) return false;
  if (/^(?:[,[\]{}#&*!|>'"%@`?:]|---|\.\.\.|-(?:$|[\s,[\]{}]))/.test(text)) return false;
  if (/:(?:\s|$)|\s#/.test(text)) return false;
  return !flow || !/[,[\]{}]|:[,[\]{}]/.test(text);
}

/** A string on one line: plain where YAML allows it, else in quotes. */
export function scalarText(text: string, habits: ScalarHabits, flow: boolean): string {
  if (date.test(text) && habits.plainDates) return text;
  return isPlain(text, flow) && !readsAsOther(text) ? text : quoted(text, habits.quoteOf(text));
}

/** A string in quotes: the preferred ones, or the others where that saves escapes. */
export function quoted(text: string, preferred: Quote): string {
  if (unprintable.test(text)) return doubleQuoted(text);
  const wantsSingle = /["\\]/.test(text);
  const wantsDouble = text.includes("'");
  const quote = wantsSingle === wantsDouble ? preferred : wantsSingle ? "'" : '"';
  return quote === '"' ? doubleQuoted(text) : `'${text.replaceAll("'", "''")}'`;
}

export function doubleQuoted(text: string): string {
  return JSON.stringify(text).replaceAll(/[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g, (char) => {
    return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/**
 * The header and lines of a literal block, or undefined where none can hold the text: control characters, more than
 * one line break at the end, nothing but blank lines.
 */
export function literalBlock(
  text: string,
  indent: number,
  step: number,
): { head: string; lines: string[] } | undefined {
  const body = text.endsWith('\n') ? text.slice(0, -1) : text;
  if (body === '' || body.endsWith('\n') || body.trim() === '' || unprintable.test(text.replaceAll(/[\n\t]/g, ' ')))
    return undefined;
  const lines = body.split('\n');
  if (lines.some((line) => line.startsWith('\t')) || lines.at(-1)?.trim() === '') return undefined;
  const first = lines.find((line) => line !== '') ?? '';
  const indicator = first.startsWith(' ') || lines[0]?.trim() === '' ? String(step) : '';
  const head = `|${indicator}${body === text ? '-' : ''}`;
  return { head, lines: lines.map((line) => (line === '' ? '' : ' '.repeat(indent) + line)) };
}
