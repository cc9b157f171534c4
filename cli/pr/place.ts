import { WriteBudget } from '../../bot/budget.js';
import type { Forge } from '../../bot/forge.js';
import { branchOnly } from '../../bot/forges/branch-only.js';
import { gitMoves } from '../../bot/git/branches.js';
import { GitRemote } from '../../bot/git/remote.js';
import { type Credentials, type Remote, RemoteRefused, familyOf, readRemote } from '../../bot/git/remote-url.js';
import { type Workshop, configOf } from '../../bot/git/repository.js';
import type { Clock } from '../../bot/session.js';
import type { Web } from '../../bot/web-links.js';
import type { PrFlags } from '../flags.js';
import type { Host } from '../host.js';
import { UserError } from '../user-error.js';

export interface Forged {
  readonly workshop: Workshop;
  readonly remote: GitRemote;
  readonly forge: Forge;
  readonly web: Web | undefined;
  readonly budget: WriteBudget;
  readonly commitMode: 'git' | 'api';
}

/** The remote that the flags name, the forge behind it, and who makes the commits. */
export async function openForge(workshop: Workshop, flags: PrFlags, host: Host, clock: Clock): Promise<Forged> {
  const remote = await remoteOf(flags, host);
  const kind = kindOf(remote, flags, host.env);
  const credentials = credentialsOf(remote, kind, host.env);
  const git = new GitRemote(workshop, remote, credentials);
  const { web } = remote;
  const budget = new WriteBudget({ perMinute: flags.writesPerMinute, perHour: flags.writesPerHour }, clock);
  const forged = { workshop, remote: git, web, budget };
  if (kind === 'github' && credentials && remote.fullName !== undefined) {
    const { apiUrlOf, createGitHub } = await import('../../bot/forges/github.js');
    const apiUrl = flags.apiUrl ?? apiOf(remote, host.env) ?? apiUrlOf(remote.host ?? '');
    const lease = gitMoves(workshop, git);
    const { token } = credentials;
    const forge = createGitHub({ token, repository: remote.fullName, apiUrl, lease, meter: budget });
    return { ...forged, forge, commitMode: await commitMode(flags, forge) };
  }
  if (flags.commitMode === 'api')
    throw new UserError('--commit-mode api needs GitHub and a token', 'set GITHUB_TOKEN, or leave the commits to git');
  const forge = branchOnly(kind ?? 'git', web?.url ?? '', remote.fullName ?? '');
  return { ...forged, forge, commitMode: 'git' };
}

async function commitMode({ commitMode: wanted, sign }: PrFlags, forge: Forge): Promise<'git' | 'api'> {
  if (sign && wanted === 'api')
    throw new UserError(
      '--sign is for commits by git',
      'leave out --commit-mode api, or --sign: GitHub signs for Apps',
    );
  if (wanted !== 'auto') return wanted;
  if (sign) return 'git';
  return (await forge.self()).signsCommits ? 'api' : 'git';
}

async function remoteOf({ remote: name, forge }: PrFlags, { cwd, env }: Host): Promise<Remote> {
  if (!/^[A-Za-z0-9][A-Za-z0-9._/-]*$/.test(name)) throw new UserError(`"${name}" is no name of a remote`);
  const address = await configOf(cwd, `remote.${name}.url`);
  if (address === undefined)
    throw new UserError(
      `there is no remote "${name}"`,
      'add one with "git remote add origin URL", or name another with --remote',
    );
  try {
    const remote = readRemote(address, forge === 'git' ? undefined : forge);
    const family = remote.host === undefined ? undefined : familyByEnvironment(remote.host, env);
    return family && !forge ? readRemote(address, family) : remote;
  } catch (error) {
    if (!(error instanceof RemoteRefused)) throw error;
    throw new UserError(`the remote "${name}" is not used: ${error.message}`, 'git remote set-url gives it another');
  }
}

type Environment = Host['env'];

function familyByEnvironment(host: string, env: Environment): 'github' | 'gitlab' | undefined {
  if (hostOf(env['GITHUB_SERVER_URL']) === host) return 'github';
  return hostOf(env['CI_SERVER_URL']) === host ? 'gitlab' : undefined;
}

function kindOf(
  { family, host }: Remote,
  { forge }: PrFlags,
  env: Environment,
): 'github' | 'gitlab' | 'gitea' | undefined {
  if (forge !== undefined) return forge === 'git' ? undefined : forge;
  return family ?? (host === undefined ? undefined : (familyByEnvironment(host, env) ?? familyOf(host)));
}

/** The API that the runner of GitHub Actions names, for the server that it names too. */
function apiOf({ host }: Remote, env: Environment): string | undefined {
  return hostOf(env['GITHUB_SERVER_URL']) === host ? env['GITHUB_API_URL'] : undefined;
}

function hostOf(url: string | undefined): string | undefined {
  return url !== undefined && URL.canParse(url) ? new URL(url).host : undefined;
}

/**
 * The token for the remote. STACKMEND_TOKEN is meant for the remote that was chosen; those of a vendor go to its own hosts
 * only, for the address of a remote is not to decide who gets them.
 */
export function credentialsOf(remote: Remote, kind: string | undefined, env: Environment): Credentials | undefined {
  const { host = '' } = remote;
  const own = env['STACKMEND_TOKEN'];
  if (own) return { user: kind === 'gitlab' ? 'oauth2' : 'x-access-token', token: own };
  const { hostname } = new URL(`ssh://${host || 'none'}`);
  const isGitHub =
    hostname === 'github.com' ||
    hostname.endsWith('.ghe.com') ||
    [hostOf(env['GITHUB_SERVER_URL']), env['GH_HOST']].includes(host);
  const github = env['GITHUB_TOKEN'] || env['GH_TOKEN'];
  if (isGitHub && github) return { user: 'x-access-token', token: github };
  const isGitLab = hostname === 'gitlab.com' || hostOf(env['CI_SERVER_URL']) === host;
  if (isGitLab && env['GITLAB_TOKEN']) return { user: 'oauth2', token: env['GITLAB_TOKEN'] };
  if (isGitLab && env['CI_JOB_TOKEN']) return { user: 'gitlab-ci-token', token: env['CI_JOB_TOKEN'] };
  if (kind === 'gitea' && hostname === 'codeberg.org' && env['GITEA_TOKEN'])
    return { user: 'x-access-token', token: env['GITEA_TOKEN'] };
  return remote.credentials;
}
