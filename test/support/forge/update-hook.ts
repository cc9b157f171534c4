/** Protected branches as git pushes meet them. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Refuses pushes to these branches as GitHub's own hook does. */
export function protectPushes(repository: string, branches: ReadonlySet<string>): void {
  const cases = [...branches].map((branch) => `refs/heads/${branch}`).join('|');
  const script = `#!/bin/sh
case "$1" in
  ${cases})
    echo "error: GH006: Protected branch update failed for $1." >&2
    echo "error: Changes must be made through a pull request." >&2
    exit 1;;
esac
`;
  mkdirSync(path.join(repository, 'hooks'), { recursive: true });
  writeFileSync(path.join(repository, 'hooks', 'update'), script, { mode: 0o755 });
}
