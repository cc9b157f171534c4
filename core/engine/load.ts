import { isUtf8 } from 'node:buffer';
import { maximumTemplateLength } from '../template/load.js';
import type { Position } from '../text/line-index.js';
import type { FoundFile } from './discover.js';
import { type FileSystem, describeSystemError, nodeFileSystem } from './file-system.js';
import { isProgramName } from './document.js';
import { looksLikeProgram, looksLikeTemplate, programMarks, templateMarks } from './sniff.js';
import type { Problem } from './types.js';

/** The text of a file that may be a template or a program; `none` for all other files, of which nothing is said. */
export type ReadResult =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'problem'; readonly problem: Problem }
  | { readonly kind: 'none' };

const none: ReadResult = { kind: 'none' };
const sniffLength = 64 * 1024;

/**
 * Reads a file without loss, or says why not. Files that were only met while walking are told of when they look like templates.
 * @param isImported true where a program imports the file, so that its text need not say anything of Pulumi itself
 */
export async function readSource(
  found: FoundFile,
  fs: FileSystem = nodeFileSystem,
  isImported = false,
): Promise<ReadResult> {
  try {
    const bytes = await fs.readFile(found.absolute, maximumTemplateLength + 1);
    if (bytes.length <= maximumTemplateLength) return judge(found, bytes, isImported);
    const { size } = await fs.stat(found.absolute);
    return judgeHuge(found, size, bytes.subarray(0, sniffLength));
  } catch (error) {
    return refuse(found, `cannot be read: ${describeSystemError(error)}; make it readable, or leave it out`);
  }
}

/** False for a file that was only met while walking and says nothing of templates or Pulumi: most files of a repository end here. */
export function mayMatter({ file, absolute, explicit }: FoundFile, fs: FileSystem = nodeFileSystem): boolean {
  return explicit || fs.mayHold?.(absolute, isProgramName(file) ? programMarks : templateMarks) !== false;
}

/** True for the text of a template, or of a program, by the name of its file. */
export function isWorthReading(file: string, text: string): boolean {
  return isProgramName(file) ? looksLikeProgram(text) : looksLikeTemplate(text);
}

function judgeHuge(found: FoundFile, size: number, start: Buffer): ReadResult {
  const megabytes = (size / 1024 / 1024).toFixed(1);
  const message = `is too large (${megabytes} MB): CloudFormation takes at most 1 MB; split it into nested stacks`;
  if (isProgramName(found.file)) {
    if (!found.explicit && !looksLikeProgram(start.toString('latin1'))) return none;
    const because = `is too large (${megabytes} MB) to be a program that a person edits, so it is not read`;
    return refuse(found, because, undefined, found.explicit ? 'error' : 'note');
  }
  return found.explicit || looksLikeTemplate(start.toString('latin1')) ? refuse(found, message) : none;
}

function judge(found: FoundFile, bytes: Buffer, isImported: boolean): ReadResult {
  const wide = utf16Of(bytes);
  if (wide !== undefined) return refuseIf(found, wide, 'is UTF-16: save it as UTF-8');
  if (bytes.includes(0)) return found.explicit ? refuse(found, 'is binary: name a template in JSON or YAML') : none;
  if (!isUtf8(bytes))
    return refuseIf(found, bytes.toString('latin1'), 'is not valid UTF-8: save it as UTF-8', placeOfBadByte(bytes));
  const text = bytes.toString('utf8');
  if (text.trim() === '') return found.explicit ? refuse(found, 'is empty: there is no template in it') : none;
  return isImported || isWorthReading(found.file, text) ? { kind: 'text', text } : none;
}

/** The text of a file in UTF-16, known by its byte order mark or by the zero byte in each ASCII character. */
function utf16Of(bytes: Buffer): string | undefined {
  const [first, second] = bytes;
  const even = bytes.subarray(0, bytes.length & ~1);
  if (first === 0xff && second === 0xfe) return even.toString('utf16le');
  if (first === 0xfe && second === 0xff) return Buffer.from(even).swap16().toString('utf16le');
  const start = even.subarray(0, 64);
  if (start.length < 4 || !start.includes(0)) return undefined;
  const half = start.length / 2;
  const oddZeros = start.filter((byte, index) => byte === 0 && index % 2 === 1).length;
  const evenZeros = start.filter((byte, index) => byte === 0 && index % 2 === 0).length;
  if (oddZeros === half && evenZeros === 0) return even.toString('utf16le');
  if (evenZeros === half && oddZeros === 0) return Buffer.from(even).swap16().toString('utf16le');
  return undefined;
}

function placeOfBadByte(bytes: Buffer): Position | undefined {
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const newline = bytes.indexOf(0x0a, start);
    const end = newline === -1 ? bytes.length : newline + 1;
    const content = bytes.subarray(start, end);
    if (!isUtf8(content)) return { line, column: content.toString('utf8').indexOf('\uFFFD') + 1 };
    start = end;
  }
  return undefined;
}

function refuseIf(found: FoundFile, text: string, message: string, position?: Position): ReadResult {
  return found.explicit || isWorthReading(found.file, text) ? refuse(found, message, position) : none;
}

function refuse(
  { file }: FoundFile,
  message: string,
  position?: Position,
  severity: Problem['severity'] = 'error',
): ReadResult {
  return { kind: 'problem', problem: { severity, file, ...(position && { position }), message } };
}
