import { fileDiff } from '../../report/diff.js';
import type { Encoder } from '../../report/encoder.js';
import { visible } from '../../report/escape.js';
import type { Style } from '../../report/style.js';
import { isChanged } from '../../report/tally.js';
import { noTemplate } from '../../report/text.js';
import { count, sources } from '../../report/words.js';
import { repositoryPrefix } from '../config/find.js';
import type { RunFlags } from '../flags.js';
import type { Host } from '../host.js';
import { openOutputs } from '../outputs.js';
import { type RunResult, exitCodeOf, isJudged, runSession } from '../runner.js';
import { openSession } from '../session.js';
import { commandLine } from '../shell.js';

/** `stackmend diff`: all accepted fixes as one patch on standard output. */
export async function diff(paths: readonly string[], flags: RunFlags, host: Host): Promise<number> {
  const session = await openSession(paths, flags, host, 'review');
  const outside: string[] = [];
  const prefix = repositoryPrefix(host.cwd);
  const outputs = await openOutputs(session, 'diff', (style, terminal) => patchText(style, terminal, prefix));
  const result = await runSession(session, (report) => {
    outputs.file({ report, written: false });
    if (isChanged(report) && report.file.startsWith('../')) outside.push(report.file);
  });
  const exitCode = exitCodeOf(result, flags.exitCode === true && result.tally.changedFiles > 0);
  outputs.end({ ...result, exitCode });
  const isPatch = flags.outputs.list.some(({ format }) => format === 'text' || format === 'patch');
  if (isPatch && !flags.quiet && isJudged(result)) host.stderr.write(talk(result, paths, flags));
  if (isPatch && outside.length > 0) host.stderr.write(outsideNote(outside));
  return exitCode;
}

function patchText(style: Style, terminal: boolean, renamePrefix: string): Encoder {
  return { file: ({ report }) => fileDiff(report, { style, terminal, renamePrefix }), end: () => '' };
}

function talk({ tally }: RunResult, paths: readonly string[], flags: RunFlags): string {
  if (tally.templates + tally.programs === 0) return `${noTemplate(tally)}\n`;
  if (tally.findings === 0) return `Nothing to mend in ${sources(tally)}.\n`;
  const mended = `${count(tally.applied, 'fix', 'fixes')} in ${count(tally.changedFiles, 'file')}`;
  const left = tally.left.proven + tally.left.possible;
  if (left === 0) return `${mended}\n`;
  return `${mended}; ${count(left, 'finding')} without one here: ${commandLine('check', paths, flags)}\n`;
}

/** `git apply` and `patch` take no path that leads upwards, so that such a patch is only good for reading. */
function outsideNote(files: readonly string[]): string {
  const [first = ''] = files;
  const more = files.length > 1 ? ` and ${files.length - 1} more` : '';
  const wrong = `${visible(first)}${more} outside this directory cannot be patched from here by git apply or patch`;
  return `note: ${wrong}; run stackmend in a directory above\n`;
}
