import { type ParseErrorCode, printParseErrorCode, visit } from 'jsonc-parser';
import { spanOf } from '../text/span.js';
import {
  IntrinsicNode,
  ListNode,
  type MapEntry,
  MapNode,
  ScalarNode,
  type TemplateNode,
  isIntrinsicKey,
} from './node.js';
import { freezeDuplicates, readsAsIntrinsic } from './map-rules.js';
import { ParseProblem, maximumDepth, maximumValues, tooManyValues } from './parse-error.js';

interface OpenMap {
  kind: 'map';
  start: number;
  entries: MapEntry[];
  key: string;
  keyStart: number;
  keyEnd: number;
}

interface OpenList {
  kind: 'list';
  start: number;
  items: TemplateNode[];
}

type Open = OpenMap | OpenList;

/**
 * Reads strict JSON (no comments, no trailing commas, as CloudFormation does) into the template model.
 * @throws {ParseProblem} at the first error, duplicate keys excepted: those freeze their map.
 */
export function parseJson(text: string): TemplateNode {
  const shift = text.startsWith('\uFEFF') ? 1 : 0;
  const open: Open[] = [];
  let root: TemplateNode | undefined;
  let failure: ParseProblem | undefined;
  let values = 0;

  function add(node: TemplateNode, end: number): void {
    const top = open.at(-1);
    if (!top) root ??= node;
    else if (top.kind === 'list') top.items.push(node);
    else {
      const keySpan = spanOf(top.keyStart, top.keyEnd);
      top.entries.push({ key: top.key, keySpan, value: node, span: spanOf(top.keyStart, end) });
    }
  }

  /** Thrown at once: the parser goes down one call per level. */
  function goDown(into: Open): void {
    if (open.push(into) > maximumDepth)
      throw new ParseProblem('too-deep', `nested more than ${maximumDepth} levels deep`, into.start);
  }

  visit(
    shift ? text.slice(1) : text,
    {
      onObjectBegin: (offset) =>
        goDown({ kind: 'map', start: offset + shift, entries: [], key: '', keyStart: 0, keyEnd: 0 }),
      onObjectProperty(key, offset, length) {
        const top = open.at(-1);
        if (top?.kind !== 'map') return;
        top.key = key;
        top.keyStart = offset + shift;
        top.keyEnd = offset + length + shift;
      },
      onObjectEnd(offset, length) {
        const top = open.pop();
        if (top?.kind === 'map') add(mapNode(top, offset + length + shift), offset + length + shift);
      },
      onArrayBegin: (offset) => goDown({ kind: 'list', start: offset + shift, items: [] }),
      onArrayEnd(offset, length) {
        const top = open.pop();
        const end = offset + length + shift;
        if (top?.kind === 'list') add(new ListNode(spanOf(top.start, end), top.items, true), end);
      },
      onLiteralValue(value: string | number | boolean | null, offset, length) {
        const start = offset + shift;
        if (++values > maximumValues) throw tooManyValues(start);
        const end = start + length;
        if (typeof value === 'string')
          add(new ScalarNode(spanOf(start, end), value, 'double', spanOf(start + 1, end - 1)), end);
        else add(new ScalarNode(spanOf(start, end), value, 'plain'), end);
      },
      onError(error, offset) {
        failure ??= new ParseProblem('invalid', `this is not valid JSON: ${describe(error)}`, offset + shift);
      },
    },
    { disallowComments: true, allowTrailingComma: false },
  );
  if (failure) throw failure;
  if (!root) throw new ParseProblem('empty', 'the file is empty');
  return root;
}

function mapNode(top: OpenMap, end: number): TemplateNode {
  const [only] = top.entries;
  if (top.entries.length === 1 && only && isIntrinsicKey(only.key) && readsAsIntrinsic(only.key, only.value)) {
    return new IntrinsicNode(spanOf(top.start, end), only.key, only.value, 'long');
  }
  const node = new MapNode(spanOf(top.start, end), top.entries, true);
  freezeDuplicates(node);
  return node;
}

const explanations: Readonly<Record<string, string>> = {
  InvalidCommentToken: 'comments are not allowed',
  ValueExpected: 'a value is expected here (a trailing comma?)',
  CommaExpected: 'a comma is missing here',
};

function describe(error: ParseErrorCode): string {
  const name = printParseErrorCode(error);
  return explanations[name] ?? name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
}
