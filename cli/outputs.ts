import { statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describeSystemError } from '../core/engine/file-system.js';
import type { Encoder, EncoderContext, FileOutcome, RunEnd } from '../report/encoder.js';
import { encoderOf } from '../report/encoders.js';
import { type Style, plain } from '../report/style.js';
import { repositoryPrefix } from './config/find.js';
import type { OutputRequest } from './output-requests.js';
import type { Session } from './session.js';
import { UserError } from './user-error.js';
import { version } from './version.js';

/** Makes the text of a command for a terminal, a pipe or a file. */
export type TextEncoder = (style: Style, terminal: boolean) => Encoder;

/** The reports of one run, each on its way to its place. */
export interface Outputs {
  /** @param checked the same file as `check` tells it, for the reports that show no fixes */
  readonly file: (outcome: FileOutcome, checked?: FileOutcome) => void;
  readonly end: (run: RunEnd) => void;
}

/** The formats that show fixes although `check` makes none. */
export const showsFixes = (format: string): boolean => format === 'sarif';

/**
 * Loads what writes the reports that were asked for.
 * @throws {UserError} where one of their files cannot be made, before any work is done
 */
export async function openOutputs(
  session: Session,
  command: EncoderContext['command'],
  text: TextEncoder,
): Promise<Outputs> {
  const { host, flags, settings, style } = session;
  const requests = flags.outputs.list;
  checkPlaces(requests, session.paths, host.cwd);
  const context: EncoderContext = {
    command,
    version: version(),
    today: settings.today,
    prefix: repositoryPrefix(host.cwd),
    rules: session.rules,
  };
  const sinks = await Promise.all(
    requests.map(async ({ format, file }) => {
      const pieces: string[] = [];
      const shown = file === undefined;
      const encoder =
        format === 'text'
          ? text(shown ? style : plain, shown && host.stdout.isTTY === true)
          : await encoderOf(format, context);
      return { format, file, encoder, pieces };
    }),
  );
  return {
    file: (outcome, checked = outcome) => {
      for (const { format, file, encoder, pieces } of sinks) {
        const piece = encoder.file(showsFixes(format) ? outcome : checked);
        if (file !== undefined) pieces.push(piece);
        else if (piece !== '') host.stdout.write(piece);
      }
    },
    end: (run) => {
      for (const { file, encoder, pieces } of sinks) {
        const piece = encoder.end(run);
        if (file === undefined) host.stdout.write(piece);
        else writeReport(path.resolve(host.cwd, file), file, [...pieces, piece].join(''));
      }
    },
  };
}

/** A report that cannot be written is better known before the files are. */
function checkPlaces(requests: readonly OutputRequest[], sources: readonly string[], cwd: string): void {
  const taken = new Set<string>();
  for (const { file } of requests) {
    if (file === undefined) continue;
    const absolute = path.resolve(cwd, file);
    if (taken.has(absolute))
      throw new UserError(`--output ${file} is given twice`, 'give each report a file of its own');
    taken.add(absolute);
    if (kindOf(path.dirname(absolute)) !== 'directory')
      throw new UserError(`--output ${file}: there is no directory ${path.dirname(file)}`, 'make it first');
    if (kindOf(absolute) === 'directory') throw new UserError(`--output ${file} is a directory`, 'name a file in it');
    if (sources.some((source) => path.resolve(cwd, source) === absolute))
      throw new UserError(`--output ${file} would overwrite what is read`, 'name another file');
  }
}

function kindOf(file: string): 'directory' | 'other' {
  return statSync(file, { throwIfNoEntry: false })?.isDirectory() ? 'directory' : 'other';
}

function writeReport(absolute: string, shown: string, text: string): void {
  try {
    writeFileSync(absolute, text);
  } catch (error) {
    throw new UserError(`--output ${shown} cannot be written: ${describeSystemError(error)}`);
  }
}
