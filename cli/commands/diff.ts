import path from 'node:path';
import { realpathSync } from 'node:fs';
import { type DiffOptions, fileDiff } from '../../report/diff.js';
import { isReported, jsonFile, jsonReport } from '../../report/json.js';
import type { JsonFile } from '../../report/report-schema.js';
import { visible } from '../../report/escape.js';
import { isChanged } from '../../report/tally.js';
import { noTemplate } from '../../report/text.js';
import { count, sources } from '../../report/words.js';
import { repositoryRoot } from '../config/find.js';
import type { RunFlags } from '../flags.js';
import type { Host } from '../host.js';
import { type RunResult, exitCodeOf, isJudged, runSession } from '../runner.js';
import { openSession } from '../session.js';
import { commandLine } from '../shell.js';
import { version } from '../version.js';

/** `stackmend diff`: all accepted fixes as one patch on standard output. */
export async function diff(paths: readonly string[], flags: RunFlags, host: Host): Promise<number> {
  const session = await openSession(paths, flags, host, 'review');
  const files: JsonFile[] = [];
  const outside: string[] = [];
  const json = flags.format === 'json';
  const options: DiffOptions = {
    style: session.style,
    terminal: host.stdout.isTTY === true,
    renamePrefix: renamePrefix(host.cwd),
  };
  const result = await runSession(session, (report) => {
    if (json && isReported(report)) files.push(jsonFile({ report }, false, options.renamePrefix));
    if (!json) host.stdout.write(fileDiff(report, options));
    if (isChanged(report) && report.file.startsWith('../')) outside.push(report.file);
  });
  const exitCode = exitCodeOf(result, flags.exitCode === true && result.tally.changedFiles > 0);
  if (json)
    host.stdout.write(
      jsonReport({ command: 'diff', version: version(), today: session.settings.today, files, ...result, exitCode }),
    );
  else if (!flags.quiet && isJudged(result)) host.stderr.write(talk(result, paths, flags));
  if (!json && outside.length > 0) host.stderr.write(outsideNote(outside));
  return exitCode;
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

/** Where the working directory lies in its repository, as git wants it in front of renamed paths. */
export function renamePrefix(cwd: string): string {
  const real = realpathSync(cwd);
  const root = repositoryRoot(real);
  const below = root === undefined ? '' : path.relative(root, real).split(path.sep).join('/');
  return below === '' ? '' : `${below}/`;
}
