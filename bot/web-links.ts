/** The families of forges whose addresses differ. */
export type ForgeFamily = 'github' | 'gitlab' | 'gitea';

/** Where people look at the repository. */
export interface Web {
  readonly family: ForgeFamily;
  /** `https://github.com/owner/name`, without a final slash. */
  readonly url: string;
}

/** The lines of a file in one commit, which later commits do not move. */
export function permalink({ family, url }: Web, oid: string, file: string, line: number): string {
  const between = { github: '/blob/', gitlab: '/-/blob/', gitea: '/src/commit/' }[family];
  return `${url}${between}${oid}/${segments(file)}#L${line}`;
}

/**
 * The page on which a person opens the pull request of a branch that was pushed.
 * @param fork `owner/name` of the repository that holds the branch, where that is another
 */
export function compareUrl({ family, url }: Web, base: string, head: string, fork?: string): string {
  if (family === 'gitlab') {
    const query = [
      ['merge_request[source_branch]', head],
      ['merge_request[target_branch]', base],
    ].map(([name = '', value = '']) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
    return `${url}/-/merge_requests/new?${query.join('&')}`;
  }
  const owner = fork === undefined ? '' : `${segments(fork.split('/')[0] ?? '')}:`;
  const pages = `${url}/compare/${segments(base)}...${owner}${segments(head)}`;
  return family === 'github' ? `${pages}?expand=1` : pages;
}

/** Everything but letters, digits and a few harmless signs is written as `%XX`, so that no address can end early. */
function segments(path: string): string {
  return path
    .split('/')
    .map((part) =>
      encodeURIComponent(part.replaceAll(/\p{Cs}/gu, '\ufffd')).replaceAll(
        /[!'()*]/g,
        (sign) => `%${sign.charCodeAt(0).toString(16)}`,
      ),
    )
    .join('/');
}
