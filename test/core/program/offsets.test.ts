import { describe, expect, it } from 'vitest';
import { type Node, walkNodes } from '../../../core/program/ast.js';
import { text as code } from '../../../core/program/print.js';
import { TestProgram } from '../../support/program.js';

const plain = `import * as aws from '@pulumi/aws';

// A queue for what failed.
const queue = new aws.sqs.Queue('dead', {
  tags: { team: 'orders' },
});
export const fn = new aws.lambda.Function(\`fn-\${queue.name}\`, {
  description: 'what it does',
  timeout: 30, // seconds
});
`;

const layouts: readonly (readonly [name: string, change: (text: string) => string])[] = [
  ['LF', (text) => text],
  ['CRLF', (text) => text.replaceAll('\n', '\r\n')],
  [
    'mixed line ends',
    (text) =>
      text
        .split('\n')
        .map((line, index) => line + (index % 2 === 0 ? '\r\n' : '\n'))
        .join(''),
  ],
  ['tabs', (text) => text.replaceAll('  ', '\t')],
  ['a BOM', (text) => `\uFEFF${text}`],
  ['a BOM and CRLF', (text) => `\uFEFF${text.replaceAll('\n', '\r\n')}`],
  [
    'astral characters',
    (text) => text.replaceAll('dead', '💀💀').replace('A queue', 'A 🦄 𝕢ueue').replace('what it does', '🎉 does 👩‍👩‍👧'),
  ],
  ['a hashbang', (text) => `#!/usr/bin/env node\n${text}`],
  ['line separators in a comment', (text) => text.replace('A queue', 'A\u00A0queue')],
  ['form feeds and vertical tabs', (text) => text.replaceAll('  ', ' \f\v')],
  ['no final line end', (text) => text.trimEnd()],
];

/** The text that a node of one of these kinds must have, by its value. */
function meantBy(node: Node): string | undefined {
  switch (node.type) {
    case 'StringLiteral':
      return `'${node.value}'`;
    case 'Identifier':
      return node.name;
    case 'NumericLiteral':
      return String(node.value);
    case 'TemplateElement':
      return node.value.raw;
    default:
      return undefined;
  }
}

describe.each(layouts)('offsets under %s', (_, change) => {
  const source = change(plain);
  const test = new TestProgram({ 'index.ts': source });
  const file = test.file('index.ts');
  const textOf = ({ start, end }: { start?: number | null; end?: number | null }): string =>
    source.slice(start ?? 0, end ?? 0);

  it('are those of the text: literals, names, comments', () => {
    const read = [...walkNodes(file.ast.program)].flatMap((node) => {
      const written = meantBy(node);
      return written === undefined ? [] : [[textOf(node), written]];
    });
    expect(read.length).toBeGreaterThan(20);
    for (const [text, written] of read) expect(text).toBe(written);
    for (const comment of file.ast.comments ?? []) expect(textOf(comment)).toBe(`//${comment.value}`);
  });

  it('are those of the model, its lines and columns', () => {
    const timeout = test.program.model.resource('fn')?.property('Timeout');
    const queue = test.program.model.resource('queue');
    expect(timeout && textOf(timeout.span)).toBe('30');
    expect(queue && textOf(queue.node.span)).toMatch(/^new aws\.sqs\.Queue\(/);
    const { line, column } = file.source.lines.position(timeout?.span.start ?? 0);
    const lines = source.split('\n');
    expect(lines[line - 1]?.slice(column - 1 + (line === 1 && source.startsWith('\uFEFF') ? 1 : 0))).toMatch(
      /^30, \/\/ seconds/,
    );
  });

  it('let an edit change its own bytes and no other', () => {
    const fn = test.program.of('fn');
    if (!fn) throw new Error('no fn');
    const after = test.after('index.ts', test.editor.setArgument(fn, 'timeout', code('60')));
    expect(after).toBe(source.replace('timeout: 30', 'timeout: 60'));
    const removed = test.after('index.ts', test.editor.removeArgument(fn, 'description'));
    expect(removed).toBe(source.replace(/[ \t\f\v]*description: '[^']*',\r?\n/, ''));
  });
});
