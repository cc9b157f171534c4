import { type ScalarNode, type TemplateNode, refOf, stringOf } from '../../core/template/node.js';
import { subOf } from '../../core/template/references.js';
import type { Resource, Template } from '../../core/template/template.js';
import type { Span } from '../../core/text/span.js';
import { runtimes } from '../../facts/index.js';
import type { Editor } from '../../core/template/editor.js';
import type { CodeLanguage } from '../../rules/shared/code-comments.js';
import type { CodePlace, InlineCode } from '../../rules/shared/inline-code.js';
import { branches } from '../../rules/shared/branches.js';
import { placeInSource } from './scalar-places.js';

interface Piece {
  readonly text: string;
  /** Absent for a delimiter and for what is known only at deployment. */
  readonly scalar?: ScalarNode;
}

const properties: Readonly<Record<string, readonly [string, ...string[]]>> = {
  'AWS::Lambda::Function': ['Code', 'ZipFile'],
  'AWS::Serverless::Function': ['InlineCode'],
};

/** The inline code of all functions whose language is known, each branch of an `Fn::If` by itself. */
export function inlineCodes(template: Template, editor: Editor): readonly InlineCode[] {
  return template.resources(...Object.keys(properties)).flatMap((fn) => {
    const language = languageOf(fn);
    const [property, ...path] = properties[fn.type] ?? [''];
    if (!language) return [];
    return branches(template, fn.ownProperty(property), path, []).flatMap(({ node }) => {
      const pieces = piecesOf(node);
      if (!pieces) return [];
      const text = pieces.map((piece) => piece.text).join('');
      return [{ fn, node, language, text, placeOf: (range: Span) => placeOf(template, pieces, range, editor) }];
    });
  });
}

function languageOf(fn: Resource): CodeLanguage | undefined {
  const node = fn.property('Runtime');
  const resolved = node && fn.template.resolve(node);
  const family =
    resolved?.known === true && typeof resolved.value === 'string' ? runtimes[resolved.value]?.family : undefined;
  return family === 'python' || family === 'nodejs' ? family : undefined;
}

function piecesOf(node: TemplateNode): readonly Piece[] | undefined {
  if (node.kind === 'scalar') return [{ text: stringOf(node) ?? '', scalar: node }];
  const sub = subOf(node);
  if (sub?.textNode.kind === 'scalar') return [{ text: sub.text, scalar: sub.textNode }];
  if (node.kind !== 'intrinsic' || node.name !== 'Fn::Join' || node.argument.kind !== 'list') return undefined;
  const [delimiter, list] = node.argument.items;
  const text = stringOf(delimiter);
  if (text === undefined || list?.kind !== 'list') return undefined;
  return list.items.flatMap((item, index) => [...(index > 0 ? [{ text }] : []), ...(piecesOf(item) ?? [open(item)])]);
}

/** What is known only at deployment reads like a name, such as `Bucket`. */
function open(node: TemplateNode): Piece {
  return { text: (refOf(node) ?? 'value').replaceAll(/\W/g, '') };
}

/** Where a range of the code stands in the file. */
function placeOf(
  { source }: Template,
  pieces: readonly Piece[],
  { start, end }: Span,
  editor: Editor,
): CodePlace | undefined {
  let offset = 0;
  for (const { text, scalar } of pieces) {
    if (scalar && start >= offset && end <= offset + text.length) {
      const span = placeInSource(source.text, scalar, { start: start - offset, end: end - offset });
      return (
        span && {
          node: scalar,
          span,
          touches: [scalar.path],
          replace: (words) => editor.replaceInside(scalar, span.start, span.end, words),
        }
      );
    }
    offset += text.length;
  }
  return undefined;
}
