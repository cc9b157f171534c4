import type { JsonStyle } from './json-style.js';
import type { Value } from './node.js';
import { intrinsicOf, isListValue } from './value.js';

/** Where a value is printed. */
export interface JsonPlace {
  /** The white space before the line that the value starts on. */
  readonly indent: string;
  /** What its layout is filed under, see `habitKey`. */
  readonly key: string;
  /** An offset near by: the nearest example decides between layouts. */
  readonly near: number;
  /** True where everything around stands on one line. */
  readonly oneLine: boolean;
}

/** What stands on one line by habit, is spread out when it gets wider. */
const maximumWidth = 120;

/** Prints JSON as the file is written: spread over lines, or on one line what the file has on one line. */
export class JsonPrinter {
  constructor(readonly style: JsonStyle) {}

  print(value: Value, place: JsonPlace): string {
    if (typeof value !== 'object' || value === null || Object.keys(value).length === 0) return JSON.stringify(value);
    const line = this.line(value);
    const fits = place.indent.length + line.length <= maximumWidth;
    if (place.oneLine || this.style.minified || (fits && this.prefersLine(value, place))) return line;
    const inner = { ...place, indent: place.indent + this.style.indent };
    const parts = isListValue(value)
      ? value.map((item) => this.print(item, { ...inner, key: `${place.key}[]` }))
      : Object.entries(value).map(([key, item]) => this.entry(key, item, inner));
    const [open, close] = isListValue(value) ? ['[', ']'] : ['{', '}'];
    const lines = parts.join(`,${this.style.eol}${inner.indent}`);
    return `${open}${this.style.eol}${inner.indent}${lines}${this.style.eol}${place.indent}${close}`;
  }

  entry(key: string, value: Value, place: Omit<JsonPlace, 'key'>): string {
    return `${JSON.stringify(key)}${this.style.colon}${this.print(value, { ...place, key })}`;
  }

  private prefersLine(value: Value, place: JsonPlace): boolean {
    const { oneLine, oneLineFunctions, oneLineLists } = this.style;
    const intrinsic = intrinsicOf(value);
    if (intrinsic)
      return oneLine.nearest(`{${intrinsic.name}}`, place.near) ?? (oneLineFunctions && isShallow(intrinsic.argument));
    const habit = oneLine.nearest(place.key, place.near);
    return habit ?? (oneLineLists && isListValue(value) && value.every((item) => typeof item !== 'object'));
  }

  private line(value: Value): string {
    if (typeof value !== 'object' || value === null) return JSON.stringify(value);
    const { padList, padMap, comma, colon } = this.style;
    if (isListValue(value))
      return bracketed(
        '[',
        value.map((item) => this.line(item)),
        ']',
        padList,
        comma,
      );
    const parts = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}${colon}${this.line(item)}`);
    return bracketed('{', parts, '}', padMap, comma);
  }
}

/** Scalars, functions of scalars, and lists of them two deep: `["", ["a", { "Ref": "B" }]]`. */
function isShallow(value: Value, depth = 2): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (isListValue(value)) return depth > 0 && value.every((part) => isShallow(part, depth - 1));
  const argument = intrinsicOf(value)?.argument;
  return argument !== undefined && isShallow(argument, 1);
}

function bracketed(open: string, parts: readonly string[], close: string, pad: boolean, comma: string): string {
  const space = pad && parts.length > 0 ? ' ' : '';
  return `${open}${space}${parts.join(comma)}${space}${close}`;
}
