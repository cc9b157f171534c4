import type { ProgramEditor } from '../../core/program/editor.js';
import type { Program } from '../../core/program/program.js';
import { type TextPiece, placeInText, textPieces } from '../../core/program/text-pieces.js';
import type { TemplateNode } from '../../core/template/node.js';
import type { Resource } from '../../core/template/template.js';
import type { Span } from '../../core/text/span.js';
import type { CodeLanguage } from '../../rules/shared/code-comments.js';
import type { CodePlace, InlineCode } from '../../rules/shared/inline-code.js';

const languages: readonly (readonly [RegExp, CodeLanguage])[] = [
  [/\.py$/i, 'python'],
  [/\.[cm]?js$/i, 'nodejs'],
];

/** One file of an archive whose text stands in the program. */
interface WrittenFile {
  readonly fn: Resource;
  readonly name: string;
  readonly node: TemplateNode;
  readonly pieces: readonly TextPiece[];
}

/** The files with inline code of all functions; a text that several functions share is one. */
export function inlineCodes(program: Program, editor: ProgramEditor): InlineCode[] {
  const byText = new Map<unknown, WrittenFile[]>();
  for (const file of program.model.resources('AWS::Lambda::Function').flatMap((fn) => writtenFiles(program, fn))) {
    const text = file.pieces.find(({ written }) => written)?.written?.node;
    if (text) byText.set(text, [...(byText.get(text) ?? []), file]);
  }
  return [...byText.values()].flatMap((files) => {
    const [first] = files;
    const language = first && languages.find(([pattern]) => pattern.test(first.name))?.[1];
    if (!language) return [];
    const { fn, node, pieces } = first;
    const text = pieces.map((piece) => piece.text).join('');
    return [{ fn, node, language, text, placeOf: (range) => placeOf(program, editor, files, pieces, range) }];
  });
}

/** The files of a function's archive whose text is written out, in each branch of a choice. */
export function writtenFiles(program: Program, fn: Resource): WrittenFile[] {
  return program.model.alternatives(fn.ownProperty('Code')).flatMap(({ node: archive }) =>
    (archive?.kind === 'map' ? archive.entries : []).flatMap(({ key, value }) =>
      program.model.alternatives(value).flatMap(({ node }) => {
        const pieces = node && piecesOf(program, node);
        return node && pieces ? [{ fn, name: key, node, pieces }] : [];
      }),
    ),
  );
}

/** The text that `new StringAsset(text)` is given. */
function piecesOf(program: Program, node: TemplateNode): TextPiece[] | undefined {
  const origin = program.originOf(node);
  const value = origin && program.resolver.value(origin);
  if (value?.kind !== 'created' || value.expression.node.type !== 'NewExpression') return undefined;
  const [text] = value.expression.node.arguments;
  return text && textPieces(program.resolver, { node: text, place: value.expression.place });
}

function placeOf(
  program: Program,
  editor: ProgramEditor,
  files: readonly WrittenFile[],
  pieces: readonly TextPiece[],
  { start, end }: Span,
): CodePlace | undefined {
  const [first] = files;
  let offset = 0;
  for (const { text, written } of pieces) {
    if (first && written && start >= offset && end <= offset + text.length) {
      const span = placeInText(written, { start: start - offset, end: end - offset });
      if (!span) return undefined;
      const isHere = program.originOf(first.node)?.place.file === written.file;
      return {
        node: first.node,
        ...(isHere ? { span } : {}),
        touches: files.map(({ node }) => node.path),
        replace: (words) => [editor.at(written.file, span.start, span.end, words)],
      };
    }
    offset += text.length;
  }
  return undefined;
}
