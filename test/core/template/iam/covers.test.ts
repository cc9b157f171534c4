import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type ArnToken,
  type SymbolicArn,
  appendText,
  arnFromText,
  opaque,
  symbolicArn,
  text,
} from '../../../../core/template/iam/arn.js';
import { covers } from '../../../../core/template/iam/covers.js';

const any = (key: string): ArnToken => opaque(key, 'any');
const word = (key: string): ArnToken => opaque(key, 'word');
const own = (key: string): ArnToken => opaque(key, 'own');

/** `a${p}*`: parameters are in braces, `<x>` is made up by AWS, `[x]` is a region, an account... */
function arn(spelt: string): SymbolicArn {
  const parts = spelt.split(/(\{\w+\}|<\w+>|\[\w+\])/).filter((part) => part !== '');
  return symbolicArn(
    parts.flatMap((part): readonly ArnToken[] => {
      const inner = part.slice(1, -1);
      if (part.startsWith('{')) return [any(inner)];
      if (part.startsWith('<')) return [own(inner)];
      return part.startsWith('[') ? [word(inner)] : arnFromText(part).tokens;
    }),
  );
}

describe('covers', () => {
  test.each([
    ['abc', 'abc', 'yes'],
    ['abc', 'abd', 'no'],
    ['*', 'abc', 'yes'],
    ['*', '{p}', 'yes'],
    ['a*', 'abc', 'yes'],
    ['a*', 'a', 'yes'],
    ['a*c', 'abbc', 'yes'],
    ['a*c', 'abbd', 'no'],
    ['a?c', 'abc', 'yes'],
    ['a?c', 'ac', 'no'],
    ['a:*:c', 'a:b:b:c', 'yes'],
    ['a*', '*', 'no'],
    ['a/*', 'a/*', 'yes'],
    ['a/b*', 'a/*', 'no'],
    ['a*', 'a/*', 'yes'],
    ['{p}', '{p}', 'yes'],
    ['{p}', '{q}', 'unknown'],
    ['{p}', 'abc', 'unknown'],
    ['abc', '{p}', 'unknown'],
    ['a-{p}', 'a-{p}', 'yes'],
    ['a-{p}', 'b-{p}', 'no'],
    ['{p}-a', '{p}-b', 'no'],
    ['{p}-a', '{q}-b', 'no'],
    ['{p}-a', '{q}-a', 'unknown'],
    ['{p}-*', '{p}-a', 'yes'],
    ['{p}*', '{p}', 'yes'],
    ['*-a', '{p}-a', 'yes'],
    ['*-a', '{p}-b', 'no'],
    ['*-a', '{p}', 'unknown'],
    ['a:[r]:b', 'a:x:b', 'unknown'],
    ['a:[r]:b', 'a:x:y:b', 'no'],
    ['a:[r]', 'a:[s]', 'unknown'],
    ['*:*:[s]-x-*', '[r]:[a]:[s]-y-<q>', 'no'],
    ['[s]-q-<q>', '[s]-q-<q>', 'yes'],
    ['[s]-*', '[s]-q-<q>', 'yes'],
    ['[s]-q-<q>', '[s]-d-<d>', 'no'],
    ['<q>', '<d>', 'no'],
    ['<q>', 'abc', 'no'],
    ['{p}', '<q>', 'unknown'],
    ['[r]', '<q>', 'no'],
    ['x-[s]', '[s]-q-<q>', 'no'],
    ['arn:aws:sqs:[r]:[a]:{p}', 'arn:aws:sns:[r]:[a]:{p}', 'no'],
    ['arn:aws:sqs:*', 'arn:{part}:sqs:r:a:q', 'unknown'],
    ['arn:aws-cn:sqs:*', 'arn:aws-cn:sqs:r:a:q', 'yes'],
  ])('%s over %s: %s', (pattern, target, expected) => {
    expect(covers(arn(pattern), arn(target))).toBe(expected);
  });

  test('two resources never have the same ARN, whatever it is', () => {
    const unknown = symbolicArn([opaque('A.Arn')], 'A');
    expect(covers(unknown, symbolicArn([text('arn:aws:sqs:'), opaque('x')], 'B'))).toBe('no');
  });

  const token = fc.oneof(
    fc.string({ unit: fc.constantFrom('a', 'b', ':', '/'), maxLength: 3 }),
    fc.constantFrom('*', '?', '{p}', '{q}', '[r]', '<x>', '<y>'),
  );
  const symbolic = fc.array(token, { maxLength: 6 }).map((parts) => arn(parts.join('')));
  const closed = fc.string({ unit: fc.constantFrom('a', 'b', ':', '/'), maxLength: 6 });
  const glob = fc.string({ unit: fc.constantFrom('a', 'b', ':', '*', '?'), maxLength: 6 });

  test('an ARN covers itself', () => {
    hold(symbolic, closed, (one) => expect(covers(one, one)).toBe('yes'));
  });

  test('* covers everything', () => {
    hold(symbolic, closed, (one) => expect(covers(arnFromText('*'), one)).toBe('yes'));
  });

  test('a tail wildcard covers what begins alike', () => {
    hold(symbolic, symbolic, (one, tail) => {
      expect(covers(appendText(one, '*'), symbolicArn([...one.tokens, ...tail.tokens]))).toBe('yes');
    });
  });

  test('without wildcards the order does not matter', () => {
    const plain = symbolic.filter(({ tokens }) => tokens.every(({ kind }) => kind === 'text' || kind === 'opaque'));
    hold(plain, plain, (one, other) => expect(covers(one, other)).toBe(covers(other, one)));
  });

  test('literal text is matched as a glob', () => {
    hold(glob, closed, (pattern, target) => {
      const expression = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`);
      expect(covers(arnFromText(pattern), arnFromText(target))).toBe(expression.test(target) ? 'yes' : 'no');
    });
  });

  test('a certain answer holds whatever a parameter turns out to be', () => {
    hold(fc.tuple(symbolic, symbolic), fc.tuple(closed, closed), ([pattern, target], [p, q]) => {
      const filled = covers(fill(pattern, p, q), fill(target, p, q));
      expect(['unknown', filled === 'unknown' ? covers(pattern, target) : filled]).toContain(covers(pattern, target));
    });
  });
});

function hold<A, B>(one: fc.Arbitrary<A>, other: fc.Arbitrary<B>, check: (one: A, other: B) => void): void {
  const property = fc.property(one, other, (left, right) => {
    check(left, right);
  });
  fc.assert(property, { numRuns: 500 });
}

function fill(one: SymbolicArn, p: string, q: string): SymbolicArn {
  return symbolicArn(
    one.tokens.map((each) =>
      each.kind === 'opaque' && each.key === 'p'
        ? text(p)
        : each.kind === 'opaque' && each.key === 'q'
          ? text(q)
          : each,
    ),
  );
}
