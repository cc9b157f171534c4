import { describe, expect, it } from 'vitest';
import { protectedPath, refusedPath } from '../../bot/git/paths.js';
import { RemoteRefused, readRemote } from '../../bot/git/remote-url.js';
import { refusal } from '../../bot/git/remote.js';
import { Units } from '../../bot/units.js';
import { compareUrl, permalink } from '../../bot/web-links.js';

describe('paths (T4)', () => {
  it.each(
    [
      ['', 'a/../b', '../a', './a', 'a//b', '/etc/passwd', 'C:/x', 'C:x', 'a\\b', 'a\0b', 'a\nb'],
      [
        '.git/config',
        'a/.git/x',
        '.GIT/x',
        '.Git',
        '.git /x',
        '.git./x',
        'git~1/x',
        'GIT~12',
        '.git::$INDEX_ALLOCATION/x',
      ],
      ['.g\u200cit/x', '\uFEFF.git/x', '.gi\u202At'],
    ].flat(),
  )('%j is refused', (path) => {
    expect(refusedPath(path)).toBeDefined();
  });

  it.each(['a.yaml', 'a b/ü.yaml', '.github/dependabot.yml', '.gitignore', 'git/x', 'x.git', '..a/b', 'a..b'])(
    '%j is not',
    (path) => {
      expect(protectedPath(path)).toBeUndefined();
    },
  );

  it.each(['.github/workflows/ci.yml', '.GitHub/Workflows/x', '.gitea/workflows/x', '.gitlab-ci.yml'])(
    '%j is read, never written (G7)',
    (path) => {
      expect(refusedPath(path)).toBeUndefined();
      expect(protectedPath(path)).toBeDefined();
    },
  );
});

describe('addresses of remotes', () => {
  it.each([
    ['https://github.com/acme/infra.git', 'https://github.com/acme/infra.git', 'acme/infra', 'github'],
    ['https://u:p@gitlab.com/a/b/c.git', 'https://gitlab.com/a/b/c.git', 'a/b/c', 'gitlab'],
    ['git@github.com:acme/infra.git', 'git@github.com:acme/infra.git', 'acme/infra', 'github'],
    ['ssh://git@codeberg.org:2222/acme/infra', 'ssh://git@codeberg.org:2222/acme/infra', 'acme/infra', 'gitea'],
    ['https://git.example/acme/infra/', 'https://git.example/acme/infra/', 'acme/infra', undefined],
  ])('%s', (address, url, fullName, family) => {
    expect(readRemote(address)).toMatchObject({ url, fullName });
    expect(readRemote(address).family).toBe(family);
  });

  it('keep credentials apart', () => {
    expect(readRemote('https://me:s%40cret@github.com/a/b').credentials).toStrictEqual({ user: 'me', token: 's@cret' });
  });

  it.each(
    [
      ['ext::sh -c id', 'ext::id', 'fd::3', 'git://github.com/a/b', 'ftp://x/y', 'file:///etc', '-oProxyCommand=id'],
      ['ssh://-oProxyCommand=id/x', 'http://github.com/a/b', 'https://github.com/a\nb', '../x', ''],
    ].flat(),
  )('%j is refused', (address) => {
    expect(() => readRemote(address)).toThrow(RemoteRefused);
  });
});

describe('pages of the forge', () => {
  const web = { family: 'github', url: 'https://github.com/acme/infra' } as const;

  it('end where they should, whatever a path holds', () => {
    expect(permalink(web, 'abc', 'a b/(x)`|#?.yaml', 3)).toBe(
      'https://github.com/acme/infra/blob/abc/a%20b/%28x%29%60%7C%23%3F.yaml#L3',
    );
    expect(compareUrl(web, 'release/1', 'stackmend/a')).toBe(
      'https://github.com/acme/infra/compare/release/1...stackmend/a?expand=1',
    );
    expect(compareUrl({ family: 'gitlab', url: 'https://gitlab.com/a/b' }, 'main', 'x')).toBe(
      'https://gitlab.com/a/b/-/merge_requests/new?merge_request%5Bsource_branch%5D=x&merge_request%5Btarget_branch%5D=main',
    );
  });
});

describe('what a remote says', () => {
  it.each([
    ["fatal: unable to access 'https://h/': The requested URL returned error: 403", 'forbidden'],
    ['remote: Permission to acme/infra.git denied to bot.', 'forbidden'],
    ['remote: error: GH006: Protected branch update failed for refs/heads/stackmend/a.', 'protected-branch'],
    ['remote: error: GH013: Repository rule violations found', 'protected-branch'],
    ['remote: GitLab: You are not allowed to push code to protected branches on this project.', 'protected-branch'],
    ['ERROR: This repository was archived so it is read-only.', 'archived'],
    ["fatal: could not read Username for 'https://github.com': terminal prompts disabled", 'unauthenticated'],
    ['fatal: unable to access: Could not resolve host: nowhere', 'unavailable'],
    ['error: RPC failed; HTTP 502 curl 22', 'unavailable'],
    ['fatal: something else', 'invalid'],
  ])('%s', (told, kind) => {
    expect(refusal(told).kind).toBe(kind);
    expect(refusal(told).message).not.toContain('\n');
  });
});

describe('deployable units', () => {
  it('are nested stacks together, named by their root, and the files of a Pulumi project', () => {
    const units = new Units((file) => file === 'infra/Pulumi.yaml');
    const nests = (file: string): string =>
      `Resources:\n  S:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: ${file}\n`;
    units.note('zroot.yaml', nests('a/child.yaml'));
    units.note('a/child.yaml', 'Resources:\n  T: {Type: "AWS::SNS::Topic"}\n');
    units.note('alone.yaml', 'Resources:\n  T: {Type: "AWS::SNS::Topic"}\n');
    units.note('infra/index.ts', "import * as aws from '@pulumi/aws';");
    units.note('infra/lib/queue.ts', "import { sqs } from '@pulumi/aws';");
    expect(Object.fromEntries(units.names())).toStrictEqual({
      'zroot.yaml': 'zroot.yaml',
      'a/child.yaml': 'zroot.yaml',
      'alone.yaml': 'alone.yaml',
      'infra/index.ts': 'infra/Pulumi.yaml',
      'infra/lib/queue.ts': 'infra/Pulumi.yaml',
    });
  });
});
