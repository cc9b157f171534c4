import { isProgramName } from '../core/engine/document.js';
import { realpathSync } from 'node:fs';
import path from 'node:path';
import { repositoryRoot } from './config/find.js';
import { type RepositoryAnswer, readRepository, realPath } from './git.js';
import { UserError } from './user-error.js';

/** Why a file must not be written now; undefined when it may. */
export type WriteGuard = (absolute: string) => Promise<string | undefined>;

/**
 * Keeps `fix` from mixing its edits with work that is not committed yet, which git could not tell apart afterwards.
 * With `staged`, only changes that are not staged count.
 */
export function writeGuard(staged: boolean): WriteGuard {
  const answers = new Map<string, Promise<RepositoryAnswer>>();
  return async (absolute) => {
    const real = realPath(absolute);
    const root = repositoryRoot(path.dirname(real));
    if (root === undefined) return undefined;
    const asked = answers.get(root) ?? readRepository(root);
    answers.set(root, asked);
    return reasonAgainst(await asked, real, staged);
  };
}

function reasonAgainst(answer: RepositoryAnswer, file: string, staged: boolean): string | undefined {
  if (answer.kind === 'none') return undefined;
  if (answer.kind === 'failed')
    return `git cannot tell whether the file has uncommitted changes (${answer.because}); --force writes it`;
  const state = answer.repository.changed.get(file);
  if (!state) return undefined;
  if (staged) return state.tree === ' ' ? undefined : 'it has changes that are not staged; stage or stash them first';
  return 'it has uncommitted changes; commit or stash them first, or use --force';
}

/** True for the names that discovery looks at. */
function isSource(file: string): boolean {
  return templateName.test(file) || isProgramName(file);
}

const templateName = /\.(?:json|ya?ml|template|cfn|sam)$/i;

/** Staged files that may be templates, at or below the given paths, relative to the directory. */
export async function stagedPaths(directory: string, paths: readonly string[]): Promise<readonly string[]> {
  const root = realpathSync(directory);
  const answer = await readRepository(root);
  if (answer.kind === 'failed') throw new UserError(`git cannot tell what is staged: ${answer.because}`);
  if (answer.kind === 'none')
    throw new UserError('--staged needs git and a repository', 'without them, name the files');
  const wanted = (paths.length > 0 ? paths : ['.']).map((each) => path.resolve(root, each));
  return [...answer.repository.changed]
    .filter(([file, { index, tree }]) => 'AMTRC'.includes(index) && tree !== 'D' && isSource(file))
    .map(([file]) => file)
    .filter((file) =>
      wanted.some((each) => file === each || file.startsWith(each.endsWith(path.sep) ? each : each + path.sep)),
    )
    .map((file) => path.relative(root, file));
}
