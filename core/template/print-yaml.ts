import { type Value, intrinsicTags, isIntrinsicKey } from './node.js';
import { intrinsicOf, isListValue, isMapValue } from './value.js';
import { doubleQuoted, isPlain, literalBlock, quoted, readsAsOther, scalarText } from './yaml-scalar.js';
import { type YamlStyle, dashOffset } from './yaml-style.js';

/** A value behind a key or a dash: `head` goes on that line, `tail` are whole lines below it. */
export interface Printed {
  readonly head: string;
  readonly tail: readonly string[];
}

/** Where a value is printed. */
export interface Place {
  /** The column of the key or dash that owns the value. */
  readonly column: number;
  readonly owner: 'key' | 'item';
  /** What its layout is filed under, see `habitKey`. */
  readonly key: string;
  /** An offset near by: the nearest example decides between layouts. */
  readonly near: number;
  /** Columns from a dash to what it holds. */
  readonly gap?: number;
  /** True where a literal block would swallow the comment or blank line that follows. */
  readonly noLiteral?: boolean;
}

/** Lists and maps in brackets are kept to this width. */
const maximumWidth = 110;

/** Prints YAML in block layout, and in brackets on one line. */
export class YamlPrinter {
  constructor(readonly style: YamlStyle) {}

  /** A value below a key or a dash. */
  block(value: Value, place: Place): Printed {
    if (typeof value === 'string') return this.text(value, place, '');
    const intrinsic = intrinsicOf(value);
    if (intrinsic && this.isShort(intrinsic.argument)) return this.short(intrinsic.name, intrinsic.argument, place);
    const oneLine = this.brackets(value, place);
    if (oneLine !== undefined) return { head: oneLine, tail: [] };
    return isListValue(value) ? this.list(value, place) : this.map(value as Readonly<Record<string, Value>>, place);
  }

  /** `Key: value` as lines, indented to a column. */
  entry(key: string, value: Value, column: number, place: Omit<Place, 'column' | 'owner' | 'key'>): string[] {
    const { head, tail } = this.block(value, { ...place, column, owner: 'key', key });
    return [`${' '.repeat(column)}${this.key(key, false)}:${head === '' ? '' : ` ${head}`}`, ...tail];
  }

  /** `- value` as lines, the dash at a column. */
  item(value: Value, column: number, place: Omit<Place, 'column' | 'owner'>): string[] {
    const { head, tail } = this.block(value, { ...place, column, owner: 'item' });
    return [`${' '.repeat(column)}-${' '.repeat((place.gap ?? 2) - 1)}${head}`, ...tail];
  }

  /** A value in brackets, or a scalar, on one line. */
  flow(value: Value): string {
    if (typeof value === 'string') return this.flowText(value);
    if (typeof value !== 'object' || value === null) return String(value);
    const intrinsic = intrinsicOf(value);
    if (intrinsic && this.isShort(intrinsic.argument)) return this.flowShort(intrinsic.name, intrinsic.argument);
    if (isListValue(value))
      return brackets(
        '[',
        value.map((item) => this.flow(item)),
        ']',
        this.style.padList,
      );
    const entries = Object.entries(value).map(([key, item]) => `${this.key(key, true)}: ${this.flow(item)}`);
    return brackets('{', entries, '}', this.style.padMap);
  }

  key(key: string, flow: boolean): string {
    if (this.style.always) return quoted(key, this.style.always);
    return isPlain(key, flow) && !readsAsOther(key) ? key : quoted(key, this.style.quote);
  }

  private isShort(argument: Value): boolean {
    // A node takes one tag only, so a function of a function is written out: `Fn::Base64: !Sub ...`.
    return this.style.short && (isListValue(argument) || (typeof argument === 'string' && argument !== ''));
  }

  private flowText(value: string): string {
    return this.style.always ? quoted(value, this.style.quote) : scalarText(value, this.style, true);
  }

  private flowShort(name: string, argument: Value): string {
    return `${tagOf(name)} ${this.shortText(name, argument, true) ?? this.flow(argument)}`;
  }

  /** The scalar behind a tag; undefined when the argument is none. */
  private shortText(name: string, argument: Value, flow: boolean): string | undefined {
    const text = name === 'Fn::GetAtt' && isListValue(argument) ? dotted(argument) : argument;
    if (typeof text !== 'string') return typeof text === 'object' ? undefined : String(text);
    // Behind a tag everything reads as text, but for syntax.
    if (name === 'Fn::Sub' && this.style.quoteSub) return quoted(text, this.style.quote);
    return isPlain(text, flow) ? text : quoted(text, this.style.quote);
  }

  private short(name: string, argument: Value, place: Place): Printed {
    if (typeof argument === 'string' && argument.includes('\n'))
      return this.text(argument, place, `${tagOf(name)} `, name);
    const text = this.shortText(name, argument, false);
    if (text !== undefined) return { head: `${tagOf(name)} ${text}`, tail: [] };
    const oneLine = this.brackets(argument, { ...place, key: name });
    if (oneLine !== undefined) return { head: `${tagOf(name)} ${oneLine}`, tail: [] };
    const column = place.column + (place.owner === 'item' ? (place.gap ?? 2) : this.style.step);
    return { head: tagOf(name), tail: this.items(argument as readonly Value[], column, { ...place, key: name }) };
  }

  private text(value: string, place: Place, tag: string, name = ''): Printed {
    const indent = place.column + this.style.step;
    const literal =
      value.includes('\n') && place.noLiteral !== true ? literalBlock(value, indent, this.style.step) : undefined;
    if (literal) return { head: `${tag}${literal.head}`, tail: literal.lines };
    if (value.includes('\n')) return { head: tag + doubleQuoted(value), tail: [] };
    const text =
      this.style.always && name === '' ? quoted(value, this.style.quote) : scalarText(value, this.style, false);
    return { head: tag + text, tail: [] };
  }

  private list(value: readonly Value[], place: Place): Printed {
    if (place.owner === 'key') {
      const column = place.column + dashOffset(this.style, place.key, place.near);
      return { head: '', tail: this.items(value, column, place) };
    }
    return compact(this.items(value, place.column + (place.gap ?? 2), place));
  }

  private items(value: readonly Value[], column: number, place: Place): string[] {
    const { near, noLiteral = false } = place;
    return value.flatMap((item) => this.item(item, column, { key: `${place.key}[]`, near, noLiteral }));
  }

  private map(value: Readonly<Record<string, Value>>, place: Place): Printed {
    const column = place.column + (place.owner === 'item' ? (place.gap ?? 2) : this.style.step);
    const { near, noLiteral = false } = place;
    const lines = Object.entries(value).flatMap(([key, item]) => this.entry(key, item, column, { near, noLiteral }));
    return place.owner === 'item' ? compact(lines) : { head: '', tail: lines };
  }

  /** A value on one line where it is no collection, an empty one, or one that the file writes in brackets. */
  private brackets(value: Value, place: Place): string | undefined {
    if (typeof value !== 'object' || value === null) return String(value);
    if (Object.keys(value).length === 0) return isListValue(value) ? '[]' : '{}';
    const name = intrinsicOf(value)?.name;
    const nearest = this.style.brackets.nearest(name === undefined ? place.key : `{${name}}`, place.near);
    const wanted = nearest ?? (isIntrinsicKey(place.key) && fitsBrackets(place.key, value));
    if (!wanted || !isSimple(value)) return undefined;
    const text = this.flow(value);
    return place.column + text.length <= maximumWidth ? text : undefined;
  }
}

/** The arguments of functions go on one line by default, but for those of `Fn::If` that hold more than names. */
function fitsBrackets(name: string, value: Value): boolean {
  if (!isListValue(value)) return false;
  return name === 'Fn::If'
    ? value.every((item) => typeof item !== 'object' || typeof intrinsicOf(item)?.argument === 'string')
    : true;
}

/** Scalars, functions and lists of them; at most one line break away from being readable. */
function isSimple(value: Value): boolean {
  if (typeof value === 'string') return !value.includes('\n');
  if (typeof value !== 'object' || value === null) return true;
  const intrinsic = intrinsicOf(value);
  if (intrinsic) return isSimple(intrinsic.argument);
  if (isListValue(value))
    return value.every((item) => isSimple(item) && (!isMapValue(item) || intrinsicOf(item) !== undefined));
  return Object.values(value).every(
    (item) => typeof item !== 'object' || (item !== null && intrinsicOf(item) !== undefined && isSimple(item)),
  );
}

function compact([first = '', ...rest]: readonly string[]): Printed {
  return { head: first.trimStart(), tail: rest };
}

function brackets(open: string, parts: readonly string[], close: string, pad: boolean): string {
  const space = pad && parts.length > 0 ? ' ' : '';
  return `${open}${space}${parts.join(', ')}${space}${close}`;
}

function tagOf(name: string): string {
  return intrinsicTags.get(name) ?? `!${name}`;
}

function dotted(argument: readonly Value[]): Value {
  const [id, attribute] = argument;
  const fits =
    argument.length === 2 &&
    typeof id === 'string' &&
    typeof attribute === 'string' &&
    /^[^.]+$/.test(id) &&
    attribute !== '';
  return fits ? `${id}.${attribute}` : argument;
}
