import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { branchName, branchPrefix, fixFingerprint, groupId, planHash } from '../../bot/identity.js';
import { groupKey, groupings, readGroupKey } from '../../bot/group.js';

describe('the fingerprint of a fix', () => {
  it('is 16 hexadecimal digits and depends on each of its parts', () => {
    const whole = fixFingerprint('rule', 'a.yaml', '00');
    expect(whole).toMatch(/^[0-9a-f]{16}$/);
    expect(fixFingerprint('rule', 'a.yaml', '00')).toBe(whole);
    expect(
      new Set([
        whole,
        fixFingerprint('other', 'a.yaml', '00'),
        fixFingerprint('rule', 'b.yaml', '00'),
        fixFingerprint('rule', 'a.yaml', '01'),
      ]).size,
    ).toBe(4);
  });
});

describe('the branch of a group', () => {
  it.each([
    ['main', 'stack:payments/template.yaml', /^stackmend\/stack-payments-template\.yaml-[0-9a-f]{8}$/],
    ['main', 'all', /^stackmend\/all-[0-9a-f]{8}$/],
    ['main', 'stack:..', /^stackmend\/stack-[0-9a-f]{8}$/],
  ])('of %s and %s', (base, group, pattern) => {
    expect(branchName(base, group)).toMatch(pattern);
  });

  it('differs for each base and each group', () => {
    expect(branchName('main', 'stack:a')).not.toBe(branchName('release', 'stack:a'));
    expect(branchName('main', 'stack:A')).not.toBe(branchName('main', 'stack:a'));
    expect(groupId('main', 'all')).toMatch(/^[0-9a-f]{16}$/);
  });

  it('is a name that git takes, whatever the group', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (group) => {
        const name = branchName('main', group);
        expect(name.startsWith(branchPrefix)).toBe(true);
        expect(name.length).toBeLessThanOrEqual(branchPrefix.length + 49);
        // The rules of git check-ref-format.
        expect(name).not.toMatch(/\.\.|\/\.|\.lock$|\/$|\.$|@\{|[\s~^:?*[\\]|\p{Cc}|\/-/u);
      }),
    );
  });
});

describe('the plan hash', () => {
  const change = fc.record({
    path: fc.string({ minLength: 1 }),
    mode: fc.constantFrom('100644', '100755', '000000'),
    blob: fc.string(),
  });

  it('does not depend on the order of the changes', () => {
    fc.assert(
      fc.property(fc.uniqueArray(change, { selector: ({ path }) => path, minLength: 1 }), (changes) => {
        expect(planHash(changes.toReversed())).toBe(planHash(changes));
        expect(planHash(changes)).toMatch(/^[0-9a-f]{32}$/);
      }),
    );
  });

  it('depends on path, mode and blob', () => {
    const one = { path: 'a', mode: '100644', blob: '01' };
    const hashes = [one, { ...one, path: 'b' }, { ...one, mode: '100755' }, { ...one, blob: '02' }].map((each) =>
      planHash([each]),
    );
    expect(new Set(hashes).size).toBe(4);
  });
});

describe('the key of a group', () => {
  it.each(groupings)('by %s is read back', (by) => {
    const key = groupKey(by, { rule: 'a-rule', impact: 'high', unit: 'a:b/root.yaml', file: 'c.yaml' });
    const names = { stack: 'a:b/root.yaml', file: 'c.yaml', rule: 'a-rule', impact: 'high', all: '' };
    expect(readGroupKey(key)).toStrictEqual({ by, name: names[by] });
  });

  it.each(['', 'stack', 'stack:', 'all:x', 'else:x'])('"%s" is none', (key) => {
    expect(readGroupKey(key)).toBeUndefined();
  });
});
