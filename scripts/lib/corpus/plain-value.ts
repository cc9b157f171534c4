import { parse as parseJsonc } from 'jsonc-parser';
import { type Node, isAlias, isMap, isScalar, isSeq, parseDocument } from 'yaml';

/** Maps, lists and scalars as JavaScript has them. */
export type Plain = string | number | boolean | null | undefined | Plain[] | { [key: string]: Plain };

type AnyDocument = ReturnType<typeof parseDocument>;
type PlainPath = readonly (string | number)[];

/** Reads a template without the project's own model: short functions stand under their long names. */
export function plainValue(text: string): Plain {
  const bare = text.replace(/^\uFEFF/, '');
  if (/^\s*\{/.test(bare)) {
    const errors: Parameters<typeof parseJsonc>[1] = [];
    const value = parseJsonc(bare, errors, { allowTrailingComma: true }) as Plain;
    if (errors.length === 0) return value;
  }
  const document = parseDocument(bare, { logLevel: 'silent', strict: false, uniqueKeys: false, prettyErrors: false });
  return fromYaml(document.contents, document);
}

function fromYaml(node: Node | null | undefined, document: AnyDocument): Plain {
  const value = untagged(node, document);
  const tag = node && 'tag' in node ? node.tag : undefined;
  if (typeof tag !== 'string' || !/^!\w/.test(tag)) return value;
  const name = tag.slice(1);
  if (name === 'Ref' || name === 'Condition') return { [name]: value };
  return { [`Fn::${name}`]: name === 'GetAtt' && typeof value === 'string' ? atFirstDot(value) : value };
}

function untagged(node: Node | null | undefined, document: AnyDocument): Plain {
  if (isAlias(node)) return fromYaml(node.resolve(document), document);
  if (isSeq(node)) return node.items.map((item) => fromYaml(item as Node, document));
  if (isScalar(node)) return node.value as Plain;
  if (!isMap(node)) return null;
  return Object.fromEntries(
    node.items.map(({ key, value }) => [
      String(isScalar(key) ? key.value : key),
      fromYaml(value as Node | null, document),
    ]),
  );
}

function atFirstDot(text: string): Plain {
  const dot = text.indexOf('.');
  return dot === -1 ? text : [text.slice(0, dot), text.slice(dot + 1)];
}

/** The places where two values differ and that are neither declared nor below a declared place. `-` stands for new items. */
export function changesOutside(before: Plain, after: Plain, declared: readonly PlainPath[]): PlainPath[] {
  const outside: PlainPath[] = [];
  compare(before, after, []);
  return outside;

  function compare(a: Plain, b: Plain, path: PlainPath): void {
    if (declared.some((touch) => isPrefix(touch, path)) || isSame(a, b)) return;
    const isAbove = declared.some((touch) => isPrefix(path, touch));
    const x = isAbove && isNothing(a) ? emptyLike(b) : a;
    const y = isAbove && isNothing(b) ? emptyLike(a) : b;
    if (Array.isArray(x) && Array.isArray(y)) return compareLists(x, y, path);
    if (isPlainMap(x) && isPlainMap(y)) return compareMaps(x, y, path);
    outside.push(path);
  }

  function compareLists(a: Plain[], b: Plain[], path: PlainPath): void {
    for (let index = 0; index < Math.max(a.length, b.length); index++)
      compare(a[index], b[index], [...path, index < a.length ? index : '-']);
  }

  function compareMaps(a: Record<string, Plain>, b: Record<string, Plain>, path: PlainPath): void {
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) compare(a[key], b[key], [...path, key]);
  }
}

function isPrefix(start: PlainPath, path: PlainPath): boolean {
  return start.length <= path.length && start.every((step, index) => step === path[index]);
}

/** `Key:` without a value, and a map or list without entries. */
function isNothing(value: Plain): boolean {
  return value == null || (typeof value === 'object' && Object.keys(value).length === 0);
}

function emptyLike(value: Plain): Plain {
  return Array.isArray(value) ? [] : isPlainMap(value) ? {} : undefined;
}

export function isPlainMap(value: Plain): value is Record<string, Plain> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isSame(a: Plain, b: Plain): boolean {
  if (Array.isArray(a) || Array.isArray(b))
    return (
      Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, index) => isSame(item, b[index]))
    );
  if (!isPlainMap(a) || !isPlainMap(b)) return a === b;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && isSame(a[key], b[key]));
}
