/** One JSON value of a text that may hold several, and where it stands. */
export interface JsonText {
  readonly start: number;
  readonly end: number;
}

export interface JsonTexts {
  readonly values: readonly JsonText[];
  /** Where something stands that is no JSON object or array; undefined where there is nothing else. */
  readonly stray: number | undefined;
}

/**
 * The JSON objects and arrays of a text, one after the other: one value, JSON lines, or what several commands wrote into one
 * file. Only brackets and strings are looked at, in one pass; whether a value is right JSON shows when it is parsed.
 */
export function jsonTexts(text: string): JsonTexts {
  const values: JsonText[] = [];
  let at = 0;
  for (;;) {
    while (at < text.length && /\s|\uFEFF/.test(text[at] ?? '')) at++;
    if (at >= text.length) return { values, stray: undefined };
    if (text[at] !== '{' && text[at] !== '[') return { values, stray: at };
    const end = endOfValue(text, at);
    values.push({ start: at, end });
    at = end;
  }
}

function endOfValue(text: string, start: number): number {
  let depth = 0;
  let quoted = false;
  for (let at = start; at < text.length; at++) {
    const sign = text[at];
    if (quoted) {
      if (sign === '\\') at++;
      else if (sign === '"') quoted = false;
    } else if (sign === '"') quoted = true;
    else if (sign === '{' || sign === '[') depth++;
    else if ((sign === '}' || sign === ']') && --depth === 0) return at + 1;
  }
  return text.length;
}
