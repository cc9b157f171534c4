import { cleanLine } from './clean.js';
import type { LogLine } from './failure.js';

/** A longer line is read in pieces, so that no expression ever meets an endless text. UTF-16 code units. */
export const longestLine = 65_536;
/** How far the pieces overlap: more than any error text is long. */
const overlap = 1_024;

/**
 * The lines of a log, one at a time, however large it is. Bytes that are no UTF-8 become U+FFFD.
 * @param chunks the log as it comes: a whole text, or what a stream gives
 */
export async function* linesOf(
  chunks: AsyncIterable<Uint8Array | string> | Iterable<string>,
): AsyncGenerator<readonly LogLine[]> {
  const decoder = new TextDecoder('utf-8');
  let rest = '';
  let number = 0;
  for await (const chunk of chunks) {
    const text: string = rest + (typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true }));
    const end = text.lastIndexOf('\n');
    if (end === -1 && text.length < longestLine * 16) {
      rest = text;
      continue;
    }
    const complete = end === -1 ? text : text.slice(0, end);
    rest = end === -1 ? '' : text.slice(end + 1);
    const lines = splitLines(complete, number);
    number = lines.at(-1)?.number ?? number;
    yield lines;
  }
  const last = rest + decoder.decode();
  if (last !== '') yield splitLines(last, number);
}

function splitLines(text: string, before: number): LogLine[] {
  return text.split('\n').flatMap((raw, index): LogLine[] => {
    const number = before + index + 1;
    return piecesOf(raw).flatMap((piece): LogLine[] =>
      // A bare carriage return draws a line anew, as progress bars do.
      piece.split('\r').flatMap((part) => (part === '' && piece !== '' ? [] : [{ text: cleanLine(part), number }])),
    );
  });
}

function piecesOf(raw: string): string[] {
  if (raw.length <= longestLine) return [raw];
  const pieces: string[] = [];
  for (let start = 0; start < raw.length; start += longestLine - overlap)
    pieces.push(raw.slice(start, start + longestLine));
  return pieces;
}
