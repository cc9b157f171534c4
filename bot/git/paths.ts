/** Characters that file systems of macOS leave out when they compare names. */
const invisible = /[\u200C-\u200F\u202A-\u202E\u206A-\u206F\uFEFF]/g;

/** What decides over builds and secrets: a pull request of ours never touches it. */
const workflows =
  /^(?:\.github\/(?:workflows|actions)\/|\.(?:gitea|forgejo)\/workflows\/|\.gitlab-ci\.ya?ml$|\.circleci\/|\.buildkite\/)/i;

/** Why a path from a tree or a plan file is not worked with; undefined where it may be. */
export function refusedPath(path: string): string | undefined {
  if (path === '' || path.length > 4096) return 'it is empty or too long';
  if (path.startsWith('/') || /^[A-Za-z]:/.test(path)) return 'it is absolute';
  if (/[\p{Cc}\\]/u.test(path)) return 'it holds a control character or a backslash';
  for (const part of path.split('/')) {
    if (part === '' || part === '.' || part === '..') return 'it leads through "." or ".."';
    if (isGitDirectory(part)) return 'it names the directory of git';
  }
  return undefined;
}

/** Why a path is not written, besides `refusedPath`. */
export function protectedPath(path: string): string | undefined {
  return refusedPath(path) ?? (workflows.test(path) ? 'it belongs to the workflows of the repository' : undefined);
}

/** `.git` as Linux, macOS and Windows read it: `.GIT`, `.git ` and `.git.`, `git~1`, `.git::$INDEX_ALLOCATION`. */
function isGitDirectory(part: string): boolean {
  const [name = ''] = part.replaceAll(invisible, '').toLowerCase().split(':');
  const bare = name.replaceAll(/[ .]+$/g, '');
  return bare === '.git' || /^git~\d+$/.test(bare);
}
