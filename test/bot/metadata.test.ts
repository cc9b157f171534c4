import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { metadataLine, readMetadata } from '../../bot/metadata.js';

const hex = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length });
const metadata = fc.record(
  {
    group: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 100 }),
    plan: hex(32),
    fixes: fc.uniqueArray(hex(16), { maxLength: 50 }).map((fixes) => fixes.toSorted()),
    closedBy: fc.constant('obsolete' as const),
    labels: fc.array(fc.string({ minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 3 }),
  },
  { requiredKeys: ['group', 'plan', 'fixes'] },
);

describe('the metadata in a body', () => {
  it('is read back as it was written, on one line of at most 20,000 bytes', () => {
    fc.assert(
      fc.property(metadata, (each) => {
        const line = metadataLine(each);
        expect(line).toMatch(/^<!-- stackmend:v1 [A-Za-z0-9_-]+ -->$/);
        expect(readMetadata(`x\r\n${line}\r\ny`)).toStrictEqual({ ...each });
      }),
    );
  });

  it('keeps within its size, leaving out what does not fit', () => {
    const fixes = Array.from({ length: 2000 }, (_, index) => index.toString(16).padStart(16, '0'));
    const line = metadataLine({ group: 'all', plan: '0'.repeat(32), fixes });
    expect(line.length).toBeLessThanOrEqual(20_000);
    expect(readMetadata(line)?.fixes.length).toBeGreaterThan(700);
  });

  const forged = (value: unknown) =>
    `<!-- stackmend:v1 ${Buffer.from(JSON.stringify(value)).toString('base64url')} -->`;
  it.each([
    ['nothing', ''],
    ['another version', metadataLine({ group: 'all', plan: '0'.repeat(32), fixes: [] }).replace('v1', 'v2')],
    ['no JSON', '<!-- stackmend:v1 AAAA -->'],
    ['a fix that is no fingerprint', forged({ g: 'all', p: '0'.repeat(32), fps: ['../../etc'] })],
    ['a list that is too long', forged({ g: 'all', p: '0'.repeat(32), fps: Array(2001).fill('0'.repeat(16)) })],
    [
      'a marker that is no line of its own',
      `| \`${metadataLine({ group: 'all', plan: '0'.repeat(32), fixes: [] })}\` |`,
    ],
    ['a line that is too long', `<!-- stackmend:v1 ${'A'.repeat(30_000)} -->`],
  ])('of %s is none', (_, text) => {
    expect(readMetadata(text)).toBeUndefined();
  });
});
