import { isProgramName } from '../core/engine/document.js';
import path from 'node:path';
import type { FileReport } from '../core/engine/types.js';
import type { Closing } from '../report/fix-summary.js';
import { trackedFiles } from './git.js';
import type { Session } from './session.js';
import { commandLine, shellWord } from './shell.js';

/** Beyond so many files the undo line names none. */
const most = 12;

/** The commands that end a run of `fix`: the way back, what is left for a review, and the next step. */
export async function closingOf(
  written: readonly FileReport[],
  paths: readonly string[],
  { host, flags, settings: { accept } }: Session,
): Promise<Closing> {
  const staged = flags.staged === true;
  // What this run accepted and could not write needs another cure than the same command.
  const review =
    accept === 'review'
      ? {}
      : { review: commandLine('fix', paths, flags, ['--accept', 'review', ...(staged ? ['--staged'] : [])]) };
  const [first] = written;
  if (!first) return review;
  // With --force a file may hold work of its own, which the way back would take along.
  const undo = flags.force ? undefined : await undoLine(written, host.cwd);
  return {
    ...review,
    ...(undo !== undefined && { undo }),
    ...(staged && { stage: stageLine(written) }),
    validate: validateLine(first),
  };
}

async function undoLine(written: readonly FileReport[], cwd: string): Promise<string | undefined> {
  const tracked = await trackedFiles(
    cwd,
    written.map(({ file }) => path.resolve(cwd, file)),
  );
  const back = written.filter(({ file }) => tracked.has(path.resolve(cwd, file)));
  if (back.length === 0) return undefined;
  if (back.length > most) return 'git checkout -- FILE, for each file above';
  const checkout = `git checkout -- ${back.map(({ file }) => shellWord(file)).join(' ')}`;
  const renamed = back.flatMap(({ renamedTo }) => (renamedTo === undefined ? [] : [shellWord(renamedTo)]));
  return renamed.length === 0 ? checkout : `${checkout} && rm -- ${renamed.join(' ')}`;
}

function stageLine(written: readonly FileReport[]): string {
  if (written.length > most) return 'git add -- FILE, for each file above';
  return `git add -- ${written.map(({ file, renamedTo }) => shellWord(renamedTo ?? file)).join(' ')}`;
}

function validateLine({ file, renamedTo, after }: FileReport): string {
  const name = renamedTo ?? file;
  if (isProgramName(name)) return 'pulumi preview';
  if (/AWS::Serverless/.test(after)) return `sam validate --template-file ${shellWord(name)}`;
  return `aws cloudformation validate-template --template-body ${shellWord(`file://${name}`)}`;
}
