import {
  type Catalog,
  type CatalogEntry,
  type CfnFixer,
  type FixDraft,
  type Refusal,
  type Rule,
  defineRule,
} from '../../core/rule.js';
import { type ScalarNode, stringOf } from '../../core/template/node.js';
import type { Resource } from '../../core/template/template.js';
import { editAt } from '../../core/text/edit.js';

const common = { references: ['https://docs.aws.amazon.com/example'], limits: [], facts: [], since: '0.1.0' } as const;

/** Safe and proven: `bad` becomes `good`. */
export const badWord = defineRule({
  ...common,
  id: 'test-bad-word',
  title: 'Word that AWS rejects',
  why: 'AWS does not take this word.',
  impact: 'high',
  messages: { bad: { text: '{resource} is called {word}', preset: 'deploy' } },
  errors: [
    { pattern: /the word (?<word>\w+) is bad for (?<arn>arn:\S+)/, example: 'the word bad is bad for arn:aws:x' },
  ],
});

/** For review, with options: `risky` becomes another word. */
export const riskyWord = defineRule({
  ...common,
  id: 'test-risky-word',
  title: 'Word that may not fit',
  why: 'It depends.',
  impact: 'medium',
  messages: { risky: { text: '{resource} is risky', preset: 'deploy' } },
  errors: [],
  limits: ['Nothing else.'],
  options: {
    schema: (z) =>
      z.strictObject({ to: z.string().min(1).default('calm'), mode: z.enum(['soft', 'hard']).default('soft') }),
    defaults: { to: 'calm', mode: 'soft' },
  },
});

/** Never mended, and possible only: `odd`. */
export const oddWord = defineRule({
  ...common,
  id: 'test-odd-word',
  title: 'Word that is odd',
  why: 'It is odd.',
  impact: 'low',
  messages: {
    odd: { text: '{resource} is odd', preset: 'all' },
    stuck: { text: '{resource} is stuck', preset: 'deploy' },
  },
  errors: [],
});

/** Renames the file to the option `name`. */
export const fileName = defineRule({
  ...common,
  id: 'test-file-name',
  title: 'File off the convention',
  why: 'It is a convention.',
  impact: 'low',
  messages: { name: { text: 'the file should be {name}', preset: 'all' } },
  errors: [],
  options: { schema: (z) => z.strictObject({ name: z.string() }), defaults: { name: '' } },
});

/** Stands in for the real one, whose option and figures the command line knows by name. */
export const reserved = defineRule({
  ...common,
  id: 'lambda-reserved-concurrency',
  title: 'Reserved concurrency that the account may not hold',
  why: 'The account may not hold it.',
  impact: 'critical',
  messages: { figures: { text: '{figures}', preset: 'deploy' } },
  errors: [{ pattern: /below its minimum value of \[(?<minimum>\d+)\]/, example: 'below its minimum value of [10]' }],
  options: {
    schema: (z) =>
      z.strictObject({
        caps: z.record(z.string(), z.int().min(1)).default({}),
        maxPerFunction: z.int().min(1).optional().describe('Largest of any one.'),
      }),
    defaults: { caps: {} },
  },
});

function fixerOf(
  rule: Rule,
  needle: string,
  find: (resource: Resource, node: ScalarNode) => ReturnType<CfnFixer['find']>,
): CatalogEntry {
  const fixer: CfnFixer = {
    rule,
    needles: [needle],
    *find({ template }) {
      for (const resource of template.resources()) {
        const node = resource.property('BucketName');
        if (node?.kind === 'scalar' && stringOf(node)?.includes(needle)) yield* find(resource, node);
      }
    },
  };
  return entryOf(rule, fixer);
}

function entryOf(rule: Rule, cfnFixer: CfnFixer): CatalogEntry {
  return { id: rule.id, needles: cfnFixer.needles, rule: async () => rule, cfnFixer: async () => cfnFixer };
}

function replacement(
  resource: Resource,
  { content, path }: ScalarNode,
  text: string,
  safety: FixDraft['safety'],
  title: string,
): FixDraft {
  const edits = [editAt(resource.template.source.text, content.start, content.end, text)];
  return { title, safety, consequence: { deployment: 'update' }, edits, touches: [path] };
}

const stuck: Refusal = {
  code: 'outside-template',
  because: 'its owner is elsewhere',
  snippet: 'BucketName: free\nTags: []',
};

const riskyFixer: CfnFixer = {
  rule: riskyWord,
  needles: ['risky'],
  *find({ template, options }) {
    const { to } = options as { to: string };
    for (const resource of template.resources()) {
      const node = resource.property('BucketName');
      if (node?.kind !== 'scalar' || node.value !== 'risky') continue;
      const draft = {
        message: 'risky',
        data: { resource: resource.id },
        certainty: 'possible',
        resource,
        node,
      } as const;
      yield {
        ...draft,
        fix: () => replacement(resource, node, to, 'review', `Call it ${to}`),
        followUps: ['Tell the owner'],
      };
    }
  },
};

const nameFixer: CfnFixer = {
  rule: fileName,
  needles: ['Resources'],
  *find({ template, options }) {
    const { name } = options as { name: string };
    if (name === '' || template.source.path === name) return;
    const fix = (): FixDraft => ({
      title: `Rename to ${name}`,
      safety: 'review',
      consequence: { deployment: 'none' },
      edits: [],
      rename: name,
      touches: [],
    });
    yield { message: 'name', data: { name }, certainty: 'proven', node: template.root, fix };
  },
};

const figuresFixer: CfnFixer = {
  rule: reserved,
  needles: ['show-figures'],
  *find({ template, accounts, options, today }) {
    const figures = JSON.stringify({ accounts, options, today });
    yield { message: 'figures', data: { figures }, certainty: 'possible', node: template.root };
  },
};

/** Small rules over bucket names, enough to drive every path of the command line. */
export const testCatalog: Catalog = [
  entryOf(reserved, figuresFixer),
  fixerOf(badWord, 'bad', function* (resource, node) {
    const fix = (): FixDraft =>
      replacement(resource, node, String(node.value).replace('bad', 'good'), 'safe', 'Call it good');
    yield {
      message: 'bad',
      data: { resource: resource.id, word: String(node.value) },
      certainty: 'proven',
      resource,
      node,
      fix,
    };
  }),
  fixerOf(oddWord, 'odd', function* (resource, node) {
    yield { message: 'odd', data: { resource: resource.id }, certainty: 'possible', resource, node, fix: () => stuck };
  }),
  fixerOf(oddWord, 'stuck', function* (resource, node) {
    yield { message: 'stuck', data: { resource: resource.id }, certainty: 'proven', resource, node, fix: () => stuck };
  }),
  entryOf(riskyWord, riskyFixer),
  entryOf(fileName, nameFixer),
];
