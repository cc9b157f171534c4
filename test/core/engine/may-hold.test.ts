import path from 'node:path';
import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { nodeFileSystem } from '../../../core/engine/file-system.js';
import { project } from './kit.js';

const marks = ['@pulumi/', 'AWS::'];

function mayHold(content: string | Buffer): boolean | undefined {
  const root = project();
  const file = path.join(root, 'a.ts');
  writeFileSync(file, content);
  return nodeFileSystem.mayHold?.(file, marks);
}

test.each<[string, string | Buffer, boolean]>([
  ['a mark', `import '@pulumi/aws';\n`, true],
  ['a mark at the very end', 'x: AWS::', true],
  ['a mark behind a BOM', '\uFEFF@pulumi/', true],
  ['none', 'export const a = 1;\n', false],
  ['the beginning of one', '@pulum', false],
  ['nothing', '', false],
  ['a mark far behind', `${' '.repeat(40_000)}AWS::`, true],
  ['none in many bytes', ' '.repeat(40_000), false],
  ['UTF-16 with its mark of byte order', Buffer.from('\uFEFFx', 'utf16le'), true],
  ['UTF-16 without it', Buffer.from('x: 1', 'utf16le'), true],
  ['more than is looked at', ' '.repeat(300_000), true],
])('a file with %s', (_, content, held) => {
  expect(mayHold(content)).toBe(held);
});

test('what a file before it held does not count', () => {
  for (const before of ['x'.repeat(100) + '@pulumi/aws', `${' '.repeat(20_000)}AWS::`, 'AWS::'.repeat(5000)]) {
    expect(mayHold(before)).toBe(true);
    expect(mayHold('x')).toBe(false);
    expect(mayHold('@pulumi')).toBe(false);
    expect(mayHold('x'.repeat(99))).toBe(false);
  }
});

test('what cannot be opened is for those who read it', () => {
  expect(nodeFileSystem.mayHold?.(path.join(project(), 'none.ts'), marks)).toBe(true);
  expect(nodeFileSystem.mayHold?.(project(), marks)).toBe(true);
});
