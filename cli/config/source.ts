import { readFileSync } from 'node:fs';
import type { Node as JsonNode } from 'jsonc-parser';
import type { YAMLParseError } from 'yaml';
import { LineIndex, type Position } from '../../core/text/line-index.js';
import { describeSystemError } from '../../core/engine/file-system.js';
import { UserError } from '../user-error.js';

export type KeyPath = readonly (string | number)[];

/** A parsed config file that still knows where everything stands. */
export interface ConfigSource {
  readonly value: unknown;
  /** Where the value at a path stands, or its key; the nearest parent that exists when there is none. */
  readonly position: (path: KeyPath, at: 'key' | 'value') => Position;
}

/** Reads a config file as data. Nothing in it is executed. */
export async function readSource(file: string, shown: string): Promise<ConfigSource> {
  return parseSource(readText(file, shown), file, shown);
}

/** The same for a text that was read already. */
export async function parseSource(text: string, file: string, shown: string): Promise<ConfigSource> {
  return /\.ya?ml$/i.test(file) ? yamlSource(text, shown) : jsonSource(text, shown);
}

function readText(file: string, shown: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UserError(`${shown} cannot be read: ${describeSystemError(error)}`, 'name another with --config');
  }
}

async function jsonSource(text: string, shown: string): Promise<ConfigSource> {
  const { parseTree, findNodeAtLocation, getNodeValue, printParseErrorCode } = await import('jsonc-parser');
  const lines = new LineIndex(text);
  const errors: { error: number; offset: number; length: number }[] = [];
  const root = parseTree(text.replace(/^\uFEFF/, ' '), errors, { allowTrailingComma: true });
  const [first] = errors;
  if (first) throw syntaxError(shown, lines.position(first.offset), printParseErrorCode(first.error));
  const twice = root && secondKeyIn(root);
  if (twice) throw syntaxError(shown, lines.position(twice.offset), `the key "${twice.value}" stands twice`);
  const offset = (path: KeyPath, at: 'key' | 'value'): number => {
    for (let end = path.length; end >= 0; end--) {
      const node = root && findNodeAtLocation(root, path.slice(0, end));
      if (node) return at === 'key' && node.parent?.type === 'property' ? node.parent.offset : node.offset;
    }
    return 0;
  };
  return { value: root && getNodeValue(root), position: (path, at) => lines.position(offset(path, at)) };
}

/** The first key that stands in its object already: readers disagree about which of the two counts. */
function secondKeyIn({ type, children = [] }: JsonNode): JsonNode | undefined {
  const seen = new Set<unknown>();
  for (const child of children) {
    const [key] = child.children ?? [];
    if (type === 'object' && key && seen.has(key.value)) return key;
    seen.add(key?.value);
    const below = secondKeyIn(child);
    if (below) return below;
  }
  return undefined;
}

async function yamlSource(text: string, shown: string): Promise<ConfigSource> {
  const { isMap, isNode, isScalar, parseDocument } = await import('yaml');
  const lines = new LineIndex(text);
  const document = parseDocument(text, { prettyErrors: false });
  const [first] = document.errors;
  if (first) throw syntaxError(shown, lines.position(first.pos[0]), yamlReason(first));
  const startOf = (node: unknown): number | undefined => (isNode(node) ? node.range?.[0] : undefined);
  const keyOf = (path: KeyPath): number | undefined => {
    const parent: unknown = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
    const pair = isMap(parent) ? parent.items.find(({ key }) => isScalar(key) && key.value === path.at(-1)) : undefined;
    return startOf(pair?.key);
  };
  const offset = (path: KeyPath, at: 'key' | 'value'): number => {
    for (let end = path.length; end > 0; end--) {
      const part = path.slice(0, end);
      const found = (at === 'key' ? keyOf(part) : undefined) ?? startOf(document.getIn(part, true));
      if (found !== undefined) return found;
    }
    return 0;
  };
  return { value: document.toJS({ maxAliasCount: 100 }), position: (path, at) => lines.position(offset(path, at)) };
}

function yamlReason({ code, message }: YAMLParseError): string {
  return code === 'MULTIPLE_DOCS' ? 'there are several YAML documents' : message;
}

function syntaxError(shown: string, { line, column }: Position, reason: string): UserError {
  const words = reason.replace(/([a-z])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`);
  return new UserError(
    `${shown}:${line}:${column}: cannot be read: ${words}`,
    'mend the syntax there; stackmend changed nothing',
  );
}
