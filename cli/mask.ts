import type { Host, Output } from './host.js';

/** The variables that tokens come in. */
const variables = [
  'STACKMEND_TOKEN',
  'GITHUB_TOKEN',
  'GH_TOKEN',
  'GITLAB_TOKEN',
  'CI_JOB_TOKEN',
  'GITEA_TOKEN',
] as const;
/** The names that git sends them under. */
const users = ['x-access-token', 'oauth2', 'gitlab-ci-token'];

/**
 * The last stop for a token: whatever went wrong, and whoever repeated it, it is not printed, in none of the forms in which it is
 * sent. Everything else has kept it out already; of what is printed here nothing is known.
 * @param all standard output too; a patch on it is left as it is, for that is the repository's own text
 */
export function masking(host: Host, all: boolean): Host {
  const forms = variables.flatMap((name) => formsOf(host.env[name] ?? ''));
  if (forms.length === 0) return host;
  return { ...host, stderr: masked(host.stderr, forms), ...(all && { stdout: masked(host.stdout, forms) }) };
}

/** The token itself, and in base64; a word too short to be one is none. */
function formsOf(token: string): readonly string[] {
  if (token.length < 8) return [];
  const encoded = [token, ...users.map((user) => `${user}:${token}`)].map((text) =>
    Buffer.from(text).toString('base64'),
  );
  return [...encoded, ...encoded.map((text) => text.replace(/=+$/, '')), token];
}

function masked(output: Output, forms: readonly string[]): Output {
  const write = (text: string): unknown =>
    output.write(forms.reduce((shown, form) => shown.replaceAll(form, '***'), text));
  return { write, isTTY: output.isTTY, columns: output.columns };
}
