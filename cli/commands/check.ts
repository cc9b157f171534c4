import type { JsonFile } from '../../report/report-schema.js';
import { checkSummary, fileText } from '../../report/text.js';
import type { RunFlags } from '../flags.js';
import type { Host } from '../host.js';
import { type RunResult, exitCodeOf, isJudged, runSession } from '../runner.js';
import { type Session, openSession } from '../session.js';
import { commandLine } from '../shell.js';
import { version } from '../version.js';

/** `stackmend check`: the findings; 1 if a proven one is among them (`--strict`: any). */
export async function check(paths: readonly string[], flags: RunFlags, host: Host): Promise<number> {
  const session = await openSession(paths, flags, host, 'none');
  const files: JsonFile[] = [];
  const json = flags.format === 'json' ? await import('../../report/json.js') : undefined;
  const result = await runSession(session, (report) => {
    if (json?.isReported(report)) files.push(json.jsonFile({ report }, false));
    if (!json) host.stdout.write(fileText(report, { style: session.style, verbose: flags.verbose === true }));
  });
  const { proven, findings } = result.tally;
  const exitCode = exitCodeOf(result, flags.strict ? findings > 0 : proven > 0);
  if (json)
    host.stdout.write(
      json.jsonReport({
        command: 'check',
        version: version(),
        today: session.settings.today,
        files,
        ...result,
        exitCode,
      }),
    );
  else if (!flags.quiet && isJudged(result)) host.stdout.write(closing(session, result, paths));
  return exitCode;
}

function closing({ flags, style }: Session, { tally }: RunResult, paths: readonly string[]): string {
  const from = flags.stdin ? ['--stdin'] : [];
  return checkSummary(
    tally,
    {
      diff: commandLine('diff', paths, flags, from),
      fix: commandLine('fix', paths, flags, from),
      review: commandLine('fix', paths, flags, ['--accept', 'review', ...from]),
    },
    style,
  );
}
