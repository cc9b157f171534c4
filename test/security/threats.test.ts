/**
 * The threats that a run with a token meets, and where each is shown to be stopped: file and title of a test. A reviewer starts
 * here; the test below keeps the list true.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

interface Row {
  readonly threat: string;
  /** What stops it, as a person reads it in the code. */
  readonly stops: readonly string[];
  readonly tests: Readonly<Record<string, readonly string[]>>;
}

const rows: Readonly<Record<string, Row>> = {
  T1: {
    threat: 'a config of the repository is executed with the token',
    stops: ['cli/config/source.ts', 'cli/pr/base-config.ts'],
    tests: {
      'test/security/loads.test.ts': [
        'what tools load as code is never run',
        'nor in the base, the clone, or the pull request of a stranger',
        'it runs where Node forbids both',
      ],
      'test/bot/pr-command.test.ts': ['runs nothing that a repository brings along'],
    },
  },
  T2: {
    threat: 'parsing runs code, or never ends',
    stops: [
      'core/engine/load.ts',
      'core/template/yaml-depth.ts',
      'core/template/yaml-alias.ts',
      'bot/git/tree-files.ts',
    ],
    tests: {
      'test/security/limits.test.ts': ['what is too much is told', 'the size is looked at before its contents'],
      'test/cli/hostile.test.ts': ['patterns stay linear', 'wildcards against a long name stay linear'],
      'test/core/engine/parse.test.ts': ['aliases that multiply'],
    },
  },
  T3: {
    threat: 'git as a way to run something',
    stops: ['bot/git/run.ts', 'bot/git/repository.ts', 'bot/git/remote-url.ts', 'cli/git.ts'],
    tests: {
      'test/security/git.test.ts': [
        'pull requests from a hostile clone',
        'in a hostile clone',
        'refused, not taken for an option',
        'every call of git',
      ],
    },
  },
  T4: {
    threat: 'paths and links that lead out',
    stops: ['bot/git/paths.ts', 'bot/git/tree.ts', 'core/engine/write.ts'],
    tests: {
      'test/security/git.test.ts': [
        'links in the base are not followed',
        'fix follows no link',
        'a tree that no honest git makes',
      ],
      'test/bot/git-paths.test.ts': ['paths (T4)'],
    },
  },
  T5: {
    threat: 'Markdown, HTML, mentions, references, our own marker',
    stops: ['bot/body/inert.ts', 'report/markdown-text.ts', 'report/escape.ts', 'bot/body/frame.ts'],
    tests: {
      'test/bot/body.test.ts': ['keeps template text inert, in GitHub flavoured Markdown'],
      'test/security/inert.test.ts': [
        'the summary',
        'review comments',
        'titles, commit messages, push options',
        'branch names',
      ],
      'test/report/inert.test.ts': ['workflow commands: one for each finding'],
    },
  },
  T6: {
    threat: 'a secret of a template in a text',
    stops: ['core/template/shown.ts', 'core/text/secrets.ts', 'core/engine/collector.ts', 'bot/review/plan.ts'],
    tests: {
      'test/security/values.test.ts': [
        'tells none of them',
        'in every format',
        'what they say on the forge',
        'comments and summary',
        'no suggestion, and the comment says why',
      ],
    },
  },
  T7: {
    threat: 'the token leaks',
    stops: [
      'cli/mask.ts',
      'bot/git/remote.ts',
      'bot/git/run.ts',
      'bot/forges/github-errors.ts',
      'cli/pr/place.ts',
      'action/index.ts',
    ],
    tests: {
      'test/security/tokens.test.ts': [
        'in the header alone, and in no file while it runs',
        'that repeats it',
        'a redirect to another host',
        'a defect whose error holds it',
        'goes to its own hosts',
      ],
      'test/bot/pr-command.test.ts': ['tokens (T7)'],
      'test/action/action.test.ts': ['a token is masked first and shown nowhere'],
      'test/bot/forges/github.test.ts': ['never get the token on another host'],
    },
  },
  T8: {
    threat: 'forged metadata in a description',
    stops: ['bot/metadata.ts', 'bot/observe.ts'],
    tests: {
      'test/security/forged.test.ts': [
        'it is written anew, and nothing else happens',
        'the worst of it is a "no"',
        'of a stranger it is not read at all',
      ],
      'test/bot/metadata.test.ts': ['the metadata in a body'],
    },
  },
  T9: {
    threat: 'a plan file changed between two jobs',
    stops: ['bot/plan-file.ts'],
    tests: {
      'test/security/forged.test.ts': ['a plan of which anything that decides was changed does not hold'],
      'test/bot/pr-command.test.ts': ['nothing else gets through (T9)'],
    },
  },
  T10: {
    threat: 'the bot turned against other hosts',
    stops: ['bot/git/remote-url.ts', 'cli/pr/place.ts', 'bot/forges/github-client.ts'],
    tests: { 'test/security/tokens.test.ts': ['only the remote and its API are talked to (T10)'] },
  },
  T11: {
    threat: 'bots that drive each other',
    stops: ['bot/reconcile.ts', 'bot/decide.ts', 'bot/act.ts'],
    tests: { 'test/security/forged.test.ts': ['50 rounds'] },
  },
  T12: {
    threat: 'what is delivered is not what stands here',
    stops: ['package-lock.json', 'scripts/build-action.js', '.ci/run'],
    tests: {
      'test/security/supply.test.ts': [
        'locked by its hash',
        'pinned by a full commit id',
        'makes it again and compares',
      ],
    },
  },
};

const root = path.resolve(import.meta.dirname, '../..');
const read = (name: string): string => readFileSync(path.join(root, name), 'utf8');

test.each(Object.entries(rows))('%s has its stop and its test', (_, { stops, tests }) => {
  for (const file of stops) expect(read(file).length).toBeGreaterThan(0);
  for (const [file, titles] of Object.entries(tests)) {
    // A title of a test stands behind a quote on its line.
    const titled = read(file)
      .split('\n')
      .filter((line) => /['"`]/.test(line))
      .join('\n');
    for (const title of titles) expect(titled, `${file}: ${title}`).toContain(title);
  }
});

test('no row is missing', () => {
  expect(Object.keys(rows)).toEqual(Array.from({ length: 12 }, (_, index) => `T${index + 1}`));
});
