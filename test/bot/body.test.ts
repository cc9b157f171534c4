import fc from 'fast-check';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';
import { describe, expect, it } from 'vitest';
import { blockOf, bodyBudget } from '../../bot/body/body.js';
import { isRebuildTicked, rebuildBox, roomIn, sameBody, splitBody, withBlock } from '../../bot/body/frame.js';
import { nextTitle, titleOf } from '../../bot/body/title.js';
import { commitMessage, readTrailers } from '../../bot/commit-message.js';
import { metadataLine, readMetadata } from '../../bot/metadata.js';
import type { Web } from '../../bot/web-links.js';
import { fixOf, planOf } from './support.js';

const metadata = { group: 'stack:payments/template.yaml', plan: 'b'.repeat(32), fixes: ['0'.repeat(16)] };
const web: Web = { family: 'github', url: 'https://github.com/acme/infra' };

/** Texts that try to come alive. */
const nasty = fc
  .array(
    fc.constantFrom(
      ...['`', '``', '```', '~~~', '\n', '\r\n', '|', '\\', '\\|', '<', '>', '@octocat', '@acme/team', '#12', 'GH-1'],
      ...[
        'fixes #1',
        'https://evil.example/x',
        'www.evil.example',
        'me@evil.example',
        '![x](https://evil.example/p.png)',
      ],
      ...['[x](javascript:alert(1))', '<img src=x onerror=y>', '<!-- stackmend:end -->', '<!-- stackmend:begin -->'],
      ...[
        '\n<!-- stackmend:end -->\n',
        '-->',
        '</details>',
        '- [x] <!-- stackmend:rebuild -->',
        '\u202e',
        '\u200b',
        '\u2028',
      ],
      ...['\u0007', '&lt;', '&#64;octocat', '*', '_', '# ', 'a', ' ', 'é', '😀', '\ud800', '\t', '    ', '[^1]', '$x$'],
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

interface Node {
  readonly type: string;
  readonly value?: string;
  readonly url?: string;
  readonly children?: readonly Node[];
}

function nodesIn(markdown: string): Node[] {
  const nodes: Node[] = [];
  const walk = (node: Node): void => {
    nodes.push(node);
    node.children?.forEach(walk);
  };
  walk(fromMarkdown(markdown, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] }) as Node);
  return nodes;
}

const known =
  /^https:\/\/github\.com\/acme\/infra\/blob\/a{40}\/[A-Za-z0-9%._/~-]*#L\d+$|^https:\/\/docs\.aws\.amazon\.com\//;

describe('the body', () => {
  it('is what a reviewer needs', () => {
    const review = fixOf({
      fingerprint: 'f'.repeat(16),
      rule: 'lambda-runtime-retired',
      title: 'Runtime: go1.x becomes provided.al2023',
      safety: 'review',
      impact: 'high',
      line: 6,
      resource: 'Hook',
      followUps: ['Name the binary bootstrap'],
    });
    const left = {
      rule: 'lambda-vpc-permission',
      message: 'm',
      file: 'a.yaml',
      line: 3,
      because: 'the role is imported',
    };
    const text = blockOf({ plan: planOf([review, fixOf()], [left]), metadata, web });
    expect(text).toMatchSnapshot();
    expect(text.split('\n')[0]).toBe(metadataLine(metadata));
  });

  it('keeps template text inert, in GitHub flavoured Markdown', () => {
    fc.assert(
      fc.property(nasty, nasty, nasty, nasty, (a, b, c, d) => {
        const fix = fixOf({ title: a, message: b, resource: c, file: `dir/${d}`, followUps: [b, c], prevents: d });
        const left = { rule: 'r', message: a, file: d, line: 1, resource: b, because: c };
        const text = withBlock('', blockOf({ plan: planOf([fix], [left]), metadata, web }));
        const nodes = nodesIn(text);
        const links = nodes.filter(({ type }) => /^(?:link|image|definition|linkReference|imageReference)$/.test(type));
        expect(links.filter(({ url = '' }) => !known.test(url))).toStrictEqual([]);
        const html = nodes.filter(({ type }) => type === 'html').flatMap(({ value = '' }) => value.split('\n'));
        const alien = html.filter(
          (line) =>
            !/^(?:<!-- stackmend:(?:begin|end|rebuild|v1 [\w-]+) -->|<details><summary>[\w ,()]+<\/summary>|<\/details>)$/.test(
              line.trim(),
            ),
        );
        expect(alien).toStrictEqual([]);
        const words = nodes.filter(({ type }) => type === 'text').map(({ value = '' }) => value);
        expect(words.filter((word) => /@\w|#\d|GH-\d|[\u202a-\u202e\u200b\u2028]/.test(word))).toStrictEqual([]);
        expect(nodes.filter(({ type }) => type === 'table')).toHaveLength(1);
        expect(nodes.filter(({ type }) => type === 'tableRow')).toHaveLength(2);
        expect(splitBody(text).after.trim()).toBe('');
        expect(isRebuildTicked(text)).toBe(false);
        expect(readMetadata(splitBody(text).block ?? '')).toStrictEqual(metadata);
      }),
      { numRuns: 500 },
    );
  });

  it('of 200 fixes keeps under 65,536 characters with its metadata', () => {
    const fixes = Array.from({ length: 200 }, (_, index) =>
      fixOf({
        fingerprint: index.toString(16).padStart(16, '0'),
        title: 'é'.repeat(400),
        message: 'x'.repeat(500),
        followUps: [`step ${index} ${'y'.repeat(400)}`],
        line: index + 1,
      }),
    );
    const whole = { ...metadata, fixes: fixes.map(({ fingerprint }) => fingerprint) };
    const block = blockOf({ plan: planOf(fixes), metadata: whole, web });
    expect(Buffer.byteLength(block)).toBeLessThanOrEqual(bodyBudget);
    expect(readMetadata(splitBody(withBlock('', block)).block ?? '')?.fixes).toHaveLength(200);
    expect(block).toMatch(/and \d+ more fixes, see the changed files/);
    expect(block).toContain(rebuildBox);
  });

  it('keeps within a smaller budget too', () => {
    const fixes = Array.from({ length: 50 }, (_, index) => fixOf({ line: index, message: 'x'.repeat(300) }));
    expect(Buffer.byteLength(blockOf({ plan: planOf(fixes), metadata, web, budget: 5000 }))).toBeLessThanOrEqual(5000);
  });

  it('repeats no secret', () => {
    const secrets = ['AKIAIOSFODNN7EXAMPLE', `ghp_${'a1'.repeat(18)}`, 'https://user:hunter22@db.example'];
    const text = blockOf({
      plan: planOf(secrets.map((secret) => fixOf({ title: `Set X to ${secret}`, message: `password: ${secret}` }))),
      metadata,
      web,
    });
    for (const secret of ['AKIAIOSFODNN7EXAMPLE', 'ghp_a1', 'hunter22']) expect(text).not.toContain(secret);
  });
});

describe('what people write around the block', () => {
  const prose = fc
    .array(fc.constantFrom('Hello', '', '- [x] mine', '<!-- note -->', '| a |'), { maxLength: 5 })
    .map((lines) => lines.join('\n'));

  it('survives, byte for byte', () => {
    fc.assert(
      fc.property(prose, prose, (before, after) => {
        const old = withBlock('', 'old\nblock');
        const body = [before, old, after].filter((part) => part !== '').join('\n');
        const next = withBlock(body, 'new');
        expect(next).toBe(body.replace('old\nblock', 'new'));
        expect(withBlock(next, 'new')).toBe(next);
      }),
    );
  });

  it('is told from the block under the line ends of a forge', () => {
    const body = `Hi\n${withBlock('', 'block')}\nBye`.replaceAll('\n', '\r\n');
    expect(splitBody(body)).toStrictEqual({ before: 'Hi', block: 'block', after: 'Bye' });
    expect(sameBody(withBlock(body, 'block'), body)).toBe(true);
  });

  it('takes its room from the block', () => {
    const body = `${'x'.repeat(20_000)}\n${withBlock('', 'block')}`;
    const room = roomIn(body);
    expect(withBlock(body, 'y'.repeat(room)).length).toBeLessThanOrEqual(65_536);
    expect(room).toBeGreaterThan(45_000);
  });

  it('holds the box only within our block', () => {
    const box = `- [x] ${rebuildBox}`;
    expect(isRebuildTicked(withBlock('', box))).toBe(true);
    expect(isRebuildTicked(`${box}\n${withBlock('', `- [ ] ${rebuildBox}`)}`)).toBe(false);
  });
});

describe('titles and commit messages', () => {
  it('a title that a person chose is kept', () => {
    const wanted = titleOf(planOf([fixOf(), fixOf()]));
    expect(wanted).toBe('fix(iac): 2 deployment fixes in payments/template.yaml');
    expect(nextTitle('fix(iac): 1 deployment fix in payments/template.yaml', wanted)).toBe(wanted);
    expect(nextTitle('Mend the payments stack', wanted)).toBe('Mend the payments stack');
  });

  it('hold nothing that a forge would act on', () => {
    fc.assert(
      fc.property(nasty, nasty, (a, b) => {
        const message = commitMessage({
          subject: titleOf({ key: `stack:${a}`, fixes: [fixOf({ file: a })] }),
          points: [a, b],
          group: '0'.repeat(16),
          plan: '1'.repeat(32),
          base: 'main',
          version: '1.0.0',
        });
        expect(message).not.toMatch(/[@#]\w|:\/\//);
        expect(message.split('\n').filter((line) => line.startsWith('Stackmend-'))).toHaveLength(4);
        expect(readTrailers(message)).toStrictEqual({ group: '0'.repeat(16), plan: '1'.repeat(32), base: 'main' });
      }),
    );
  });

  it('trailers count once and in the last paragraph only', () => {
    const trailer = 'Stackmend-Group: a\nStackmend-Plan: b\nStackmend-Base: c';
    expect(readTrailers(`x\n\n${trailer}\n`)).toStrictEqual({ group: 'a', plan: 'b', base: 'c' });
    expect(readTrailers(`x\n\n${trailer}\n\nmore`)).toBeUndefined();
    expect(readTrailers(`x\n\n${trailer}\nStackmend-Plan: z`)).toBeUndefined();
    expect(readTrailers('x')).toBeUndefined();
  });
});
