import { realpathSync } from 'node:fs';
import { ForgeError } from '../../bot/forge.js';
import { apiUrlOf } from '../../bot/forges/github-client.js';
import { GitHubReviews } from '../../bot/forges/github-review.js';
import { GitRemote } from '../../bot/git/remote.js';
import { type Remote, RemoteRefused, readRemote } from '../../bot/git/remote-url.js';
import { Workshop, configOf } from '../../bot/git/repository.js';
import { GitError } from '../../bot/git/run.js';
import { type ReviewOutcome, reviewPullRequest } from '../../bot/review/review.js';
import { visible } from '../../report/escape.js';
import { problemText } from '../../report/text.js';
import { count } from '../../report/words.js';
import { exitCodes } from '../exit-codes.js';
import type { ReviewFlags } from '../flags.js';
import { credentialsOf } from '../pr/place.js';
import type { Host } from '../host.js';
import { openSession } from '../session.js';
import { UserError } from '../user-error.js';
import { version } from '../version.js';

/** `stackmend review`: suggestions on a pull request; 1 if GitHub or git refused. */
export async function review(paths: readonly string[], flags: ReviewFlags, host: Host): Promise<number> {
  const session = await openSession(paths, flags, host, 'review');
  let workshop: Workshop | undefined;
  try {
    workshop = await Workshop.open(host.cwd);
    const remote = await remoteOf(flags, host.cwd);
    const credentials = credentialsOf(remote, 'github', host.env);
    if (!credentials) throw new UserError(noToken(remote), tokenHint);
    const { token } = credentials;
    const outcome = await reviewPullRequest({
      ...session,
      reviews: new GitHubReviews(
        {
          token,
          repository: remote.fullName ?? '',
          apiUrl: flags.apiUrl ?? host.env['GITHUB_API_URL'] ?? apiUrlOf(remote.host ?? ''),
          userAgent: `stackmend/${version()}`,
          // A forge on this machine is one of tests.
          paced: !/^(?:127\.0\.0\.1|localhost|\[::1\])(?::|$)/.test(remote.host ?? ''),
        },
        flags.pr,
      ),
      workshop,
      remote: new GitRemote(workshop, remote, credentials),
      cwd: realpathSync(host.cwd),
      version: version(),
      ...(flags.head !== undefined && { head: flags.head }),
      dryRun: flags.dryRun === true,
    });
    return tell(outcome, session.errorStyle, flags, host);
  } catch (error) {
    if (!(error instanceof ForgeError || error instanceof GitError || error instanceof RemoteRefused)) throw error;
    const hint = error instanceof ForgeError && error.hint !== undefined ? `hint: ${visible(error.hint)}\n` : '';
    host.stderr.write(`stackmend: ${visible(error.message)}\n${hint}`);
    return exitCodes.findings;
  } finally {
    await workshop?.close();
  }
}

const tokenHint =
  'set STACKMEND_TOKEN, or GITHUB_TOKEN for GitHub and the server that GITHUB_SERVER_URL or GH_HOST names; it needs "pull-requests: write"';

function noToken({ host = '' }: Remote): string {
  return `review needs a token for ${host}`;
}

/** @throws {UserError} where there is no such remote, or it is none of GitHub */
async function remoteOf({ remote: name }: ReviewFlags, cwd: string): Promise<Remote> {
  const address = await configOf(cwd, `remote.${name}.url`);
  if (address === undefined) throw new UserError(`there is no remote "${name}"`, 'name another with --remote');
  const remote = readRemote(address, 'github');
  if (remote.fullName === undefined || remote.host === undefined)
    throw new UserError(`the remote "${name}" is no repository on GitHub`, 'name another with --remote');
  return remote;
}

function tell(
  outcome: ReviewOutcome,
  style: Parameters<typeof problemText>[1],
  flags: ReviewFlags,
  { stdout, stderr }: Host,
): number {
  for (const problem of outcome.problems) stderr.write(problemText(problem, style));
  if (!flags.quiet) stdout.write(`${lineOf(outcome, flags)}\n`);
  if (flags.dryRun)
    for (const { path, body, line, start_line: from } of outcome.comments)
      stdout.write(
        `\n${visible(path)}:${from === undefined ? '' : `${from}-`}${line}\n${body.split('\n').map(visible).join('\n')}\n`,
      );
  return outcome.problems.some(({ severity }) => severity === 'error') ? exitCodes.failed : exitCodes.ok;
}

function lineOf({ state, comments, summary }: ReviewOutcome, { pr, dryRun }: ReviewFlags): string {
  if (state === 'closed') return `Pull request ${pr} is closed: nothing was said.`;
  if (state === 'own') return `Pull request ${pr} is one of stackmend: nothing was said.`;
  if (state === 'moved') return `Pull request ${pr} stands at another commit: nothing was said.`;
  if (state === 'current') return `Pull request ${pr}: nothing new to say.`;
  const summaries = {
    none: '',
    same: '',
    added: ', and the rest in one comment',
    changed: ', and the comment was changed',
  };
  return `Pull request ${pr}: ${count(comments.length, 'suggestion')}${summaries[summary]}${dryRun ? ' (not sent)' : ''}.`;
}
