import path from 'node:path';
import { realpathSync } from 'node:fs';
import { type DiffOptions, fileDiff } from '../../report/diff.js';
import { isReported, jsonFile, jsonReport } from '../../report/json.js';
import type { JsonFile } from '../../report/report-schema.js';
import { count } from '../../report/words.js';
import { repositoryRoot } from '../config/find.js';
import type { RunFlags } from '../flags.js';
import type { Host } from '../host.js';
import { type RunResult, exitCodeOf, runSession } from '../runner.js';
import { openSession } from '../session.js';
import { commandLine } from '../shell.js';
import { version } from '../version.js';

/** `stackmend diff`: all accepted fixes as one patch on standard output. */
export async function diff(paths: readonly string[], flags: RunFlags, host: Host): Promise<number> {
  const session = await openSession(paths, flags, host, 'review');
  const files: JsonFile[] = [];
  const json = flags.format === 'json';
  const options: DiffOptions = {
    style: session.style,
    terminal: host.stdout.isTTY === true,
    renamePrefix: renamePrefix(host.cwd),
  };
  const result = await runSession(session, (report) => {
    if (json && isReported(report)) files.push(jsonFile({ report }, false, options.renamePrefix));
    if (!json) host.stdout.write(fileDiff(report, options));
  });
  const exitCode = exitCodeOf(result, flags.exitCode === true && result.tally.changedFiles > 0);
  if (json)
    host.stdout.write(
      jsonReport({ command: 'diff', version: version(), today: session.settings.today, files, ...result, exitCode }),
    );
  else if (!flags.quiet) host.stderr.write(talk(result, paths, flags));
  return exitCode;
}

function talk({ tally }: RunResult, paths: readonly string[], flags: RunFlags): string {
  const mended = `${count(tally.applied, 'fix', 'fixes')} in ${count(tally.changedFiles, 'file')}`;
  const left = tally.left.proven + tally.left.possible;
  if (left === 0) return `${mended}\n`;
  return `${mended}; ${count(left, 'finding')} without one here: ${commandLine('check', paths, flags)}\n`;
}

/** Where the working directory lies in its repository, as git wants it in front of renamed paths. */
export function renamePrefix(cwd: string): string {
  const real = realpathSync(cwd);
  const root = repositoryRoot(real);
  const below = root === undefined ? '' : path.relative(root, real).split(path.sep).join('/');
  return below === '' ? '' : `${below}/`;
}
