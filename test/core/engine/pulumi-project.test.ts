import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { plainConfig, projectReader } from '../../../core/engine/pulumi-project.js';

function reader(files: Readonly<Record<string, string>>): {
  readonly of: ReturnType<typeof projectReader>;
  readonly asked: string[];
} {
  const asked: string[] = [];
  const of = projectReader({
    read: async (file) => {
      asked.push(file);
      return files[file];
    },
    list: async (directory) =>
      Object.keys(files)
        .filter((file) => path.posix.dirname(file) === directory)
        .map((file) => path.posix.basename(file)),
  });
  return { of, asked };
}

describe('the project around a program', () => {
  it('is the nearest directory with Pulumi.yaml, and its stacks are read once', async () => {
    const { of, asked } = reader({
      'package.json': '{"dependencies":{"@pulumi/aws":"^6.1.0"}}',
      'Pulumi.far.yaml': 'config:\n  a:b: c\n',
      'infra/Pulumi.yaml': 'name: infra\n',
      'infra/Pulumi.qa.yaml': 'config:\n  infra:suffix: qa1\n',
      'infra/Pulumi.live.eu.yaml': '',
    });
    const facts = await of('infra/lib/stack.ts');
    expect(facts).toEqual({
      awsMajor: 6,
      stacks: [
        { name: 'live.eu', config: new Map() },
        { name: 'qa', config: new Map([['suffix', 'qa1']]) },
      ],
    });
    await of('infra/index.ts');
    expect(asked.filter((file) => file === 'infra/Pulumi.qa.yaml')).toHaveLength(1);
  });

  it('ends at the root', async () => {
    const { of } = reader({ '../Pulumi.a.yaml': 'config:\n  a:b: c\n' });
    expect(await of('lib/index.ts')).toEqual({ awsMajor: undefined, stacks: [] });
  });
});

describe('the configuration of a stack', () => {
  it.each([
    ['plain', 'config:\n  app:size: large one # once\n', [['size', 'large one']]],
    [
      'quoted',
      `config:\n    "app:size": "large"\n    'app:zone': 'b'\n`,
      [
        ['size', 'large'],
        ['zone', 'b'],
      ],
    ],
    [
      'among others',
      'secretsprovider: x\nconfig:\n\n# more\n  app:size: 3\nenvironment:\n  app:zone: b\n',
      [['size', '3']],
    ],
    [
      'with line ends of Windows',
      'config:\r\n  app:size: a\r\n  app:zone: b\r\n',
      [
        ['size', 'a'],
        ['zone', 'b'],
      ],
    ],
  ])('has values that are %s', (_, text, values) => {
    expect([...plainConfig(text)]).toEqual(values);
  });

  it.each([
    ['secrets', 'config:\n  app:token:\n    secure: AAAB\n'],
    ['structures', 'config:\n  app:list: [a]\n  app:map:\n    app:size: a\n'],
    ['texts of several lines', 'config:\n  app:text: |\n    app:size: a\n'],
    ['escapes', 'config:\n  app:size: "a\\x41"\n'],
    ['references', 'config:\n  app:size: *large\n  app:zone: !!str b\n'],
    ['what is no map', '- config:\n  - app:size: a\n'],
  ])('leaves out %s', (_, text) => {
    expect([...plainConfig(text)]).toEqual([]);
  });
});
