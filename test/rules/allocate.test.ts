import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Request, type Share, allocate, floorOf } from '../../rules/shared/allocate.js';

const shares: readonly Share[] = ['max-min', 'proportional'];

function request(key: string, requested: number, more: Partial<Request> = {}): Request {
  return { key, requested, floor: 0, provisioned: false, ...more };
}

function figures(requests: readonly Request[], budget: number, share?: Share): (number | undefined)[] {
  const allocation = allocate(requests, budget, share);
  return requests.map(({ key }) => allocation.get(key));
}

const webhooks = [
  request('ProcessWebhook', 100),
  request('CheckAlerts', 50),
  request('SendNotification', 50),
  request('CleanupHistory', 5),
];
const three = ['a', 'b', 'c'].map((key) => request(key, 100));
const gone = undefined;

describe('known results', () => {
  // Floors are 2 here, so that no reservation becomes a lock: proportional gives the smallest 2, where the exact share is 0.9.
  test.each<[string, readonly Request[], number, Share, (number | undefined)[]]>([
    ['an account of 10 has nothing to give', webhooks, 0, 'max-min', [gone, gone, gone, gone]],
    ['nor by proportion', webhooks, 0, 'proportional', [gone, gone, gone, gone]],
    ['three of a kind', three, 15, 'max-min', [5, 5, 5]],
    ['three of a kind by proportion', three, 15, 'proportional', [5, 5, 5]],
    ['an account of 137', webhooks, 37, 'max-min', [11, 11, 10, 5]],
    ['an account of 137 by proportion', webhooks, 37, 'proportional', [17, 9, 9, 2]],
    ['the largest go until the floors fit', webhooks, 5, 'max-min', [gone, gone, 3, 2]],
    ['all of it', webhooks, 205, 'max-min', [100, 50, 50, 5]],
    ['more than all of it', webhooks, 1000, 'proportional', [100, 50, 50, 5]],
    ['one less', webhooks, 204, 'max-min', [99, 50, 50, 5]],
    ['a lock stays one', [request('lock', 1), request('big', 100)], 4, 'max-min', [1, 3]],
    ['a floor holds', [request('warm', 50, { floor: 12 }), request('cold', 50)], 18, 'max-min', [12, 6]],
    [
      'what has provisioned concurrency goes last',
      [request('warm', 50, { floor: 5, provisioned: true }), request('cold', 20)],
      6,
      'max-min',
      [6, gone],
    ],
    ['weights', [request('a', 100, { weight: 3 }), request('b', 100)], 40, 'max-min', [30, 10]],
    [
      'weights by proportion',
      [request('a', 100, { weight: 3 }), request('b', 50, { weight: 2 })],
      40,
      'proportional',
      [30, 10],
    ],
    [
      'seed 002 by weights',
      webhooks.map((each, index) => ({ ...each, weight: [20, 10, 5, 2][index] ?? 1 })),
      37,
      'max-min',
      [20, 10, 5, 2],
    ],
    [
      'a load is met before the rest is shared',
      [request('busy', 100, { need: 20 }), request('a', 100), request('b', 100)],
      30,
      'max-min',
      [20, 5, 5],
    ],
    [
      'a load is cut only when the floors of the others leave less',
      [request('busy', 100, { need: 20 }), request('a', 100), request('b', 100)],
      12,
      'max-min',
      [8, 2, 2],
    ],
    [
      'loads that do not fit share what there is',
      [request('busy', 100, { need: 20 }), request('busier', 100, { need: 40 }), request('a', 100)],
      32,
      'proportional',
      [15, 15, 2],
    ],
  ])('%s', (_, requests, budget, share, expected) => {
    expect(figures(requests, budget, share)).toEqual(expected);
  });
});

const requests = fc
  .uniqueArray(
    fc.record({
      key: fc.string({ minLength: 1, maxLength: 3 }),
      requested: fc.integer({ min: 1, max: 300 }),
      floor: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 60 })),
      provisioned: fc.boolean(),
      weight: fc.double({ min: 0.01, max: 50, noNaN: true }),
      need: fc.option(fc.integer({ min: 2, max: 400 }), { nil: undefined }),
    }),
    { selector: ({ key }) => key, maxLength: 12 },
  )
  .map((list) => list as Request[]);
const budgets = fc.integer({ min: 0, max: 1500 });

function sumOf(allocation: ReadonlyMap<string, number | undefined>): number {
  return [...allocation.values()].reduce<number>((sum, figure) => sum + (figure ?? 0), 0);
}

function keptOf(allocation: ReadonlyMap<string, number | undefined>): string[] {
  return [...allocation].flatMap(([key, figure]) => (figure === undefined ? [] : [key])).toSorted();
}

describe.each(shares)('whatever is asked, %s', (share) => {
  test('stays within the budget and uses it up', () => {
    fc.assert(
      fc.property(requests, budgets, (asked, budget) => {
        const allocation = allocate(asked, budget, share);
        const sum = sumOf(allocation);
        expect(sum).toBeLessThanOrEqual(budget);
        const wanted = asked.filter(({ key }) => allocation.get(key) !== undefined);
        expect(sum).toBe(
          Math.min(
            budget,
            wanted.reduce((total, { requested }) => total + requested, 0),
          ),
        );
      }),
    );
  });

  test('keeps each between its floor and its request, none at 0, and 1 only where 1 was asked', () => {
    fc.assert(
      fc.property(requests, budgets, (asked, budget) => {
        const allocation = allocate(asked, budget, share);
        for (const each of asked) {
          expect(allocation.has(each.key)).toBe(true);
          const figure = allocation.get(each.key);
          if (figure === undefined) continue;
          expect(Number.isInteger(figure)).toBe(true);
          expect(figure).toBeGreaterThanOrEqual(floorOf(each));
          expect(figure).toBeLessThanOrEqual(each.requested);
          expect(figure < 2).toBe(each.requested < 2);
        }
      }),
    );
  });

  test('does not depend on the order', () => {
    fc.assert(
      fc.property(
        requests.chain((asked) =>
          fc.tuple(fc.constant(asked), fc.shuffledSubarray(asked, { minLength: asked.length })),
        ),
        budgets,
        ([asked, shuffled], budget) => {
          expect(new Map(allocate(shuffled, budget, share))).toEqual(new Map(allocate(asked, budget, share)));
        },
      ),
    );
  });

  test('gives nobody less of a larger budget, as long as the same are kept, and keeps no less', () => {
    fc.assert(
      fc.property(requests, budgets, fc.integer({ min: 1, max: 200 }), (asked, budget, more) => {
        const [small, large] = [allocate(asked, budget, share), allocate(asked, budget + more, share)];
        expect(keptOf(large)).toEqual(expect.arrayContaining(keptOf(small)));
        expect(sumOf(large)).toBeGreaterThanOrEqual(sumOf(small));
        if (keptOf(large).length !== keptOf(small).length) return;
        for (const key of keptOf(small)) expect(large.get(key)).toBeGreaterThanOrEqual(small.get(key) ?? 0);
      }),
    );
  });

  test('cuts nobody below a load while another without one has more than its floor', () => {
    fc.assert(
      fc.property(requests, budgets, (asked, budget) => {
        const allocation = allocate(asked, budget, share);
        const kept = asked.filter(({ key }) => allocation.get(key) !== undefined);
        const isShort = kept.some(
          (each) => each.need !== undefined && (allocation.get(each.key) ?? 0) < Math.min(each.need, each.requested),
        );
        if (!isShort) return;
        for (const each of kept.filter(({ need }) => need === undefined))
          expect(allocation.get(each.key)).toBe(floorOf(each));
      }),
    );
  });
});

test('max-min: who has more than another by weight is held up by a floor, or the other has all', () => {
  fc.assert(
    fc.property(requests, budgets, (asked, budget) => {
      const plain = asked.map((each) => ({ ...each, need: undefined }));
      const allocation = allocate(plain, budget);
      const kept = plain.flatMap((each) => {
        const figure = allocation.get(each.key);
        return figure === undefined ? [] : [{ ...each, figure, weight: each.weight ?? 1 }];
      });
      for (const rich of kept)
        for (const poor of kept) {
          if (poor.figure === poor.requested || rich.figure === floorOf(rich)) continue;
          // One execution is the smallest step.
          expect((rich.figure - 1) / rich.weight).toBeLessThanOrEqual(poor.figure / poor.weight + 1e-9);
        }
    }),
  );
});

test('proportional: nobody between floor and request is more than one execution from the exact share of the others', () => {
  fc.assert(
    fc.property(requests, budgets, (asked, budget) => {
      const plain = asked.map((each) => ({ ...each, need: undefined, floor: 0 }));
      const allocation = allocate(plain, budget, 'proportional');
      const free = plain.flatMap((each) => {
        const figure = allocation.get(each.key) ?? 0;
        const size = each.requested * (each.weight ?? 1);
        return figure > floorOf(each) && figure < each.requested ? [{ figure, size }] : [];
      });
      for (const a of free)
        for (const b of free)
          expect((2 * a.figure - 1) / a.size).toBeLessThanOrEqual((2 * b.figure + 1) / b.size + 1e-9);
    }),
  );
});

test('a large budget takes no longer than a small one', () => {
  const many = Array.from({ length: 200 }, (_, index) => request(`f${index}`, 1_000_000 + index));
  const started = performance.now();
  for (const share of shares) expect(sumOf(allocate(many, 100_000_000, share))).toBe(100_000_000);
  expect(performance.now() - started).toBeLessThan(2000);
});
