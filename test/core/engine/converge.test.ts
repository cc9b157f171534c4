import { expect, test } from 'vitest';
import { runTexts } from '../../../core/engine/texts.js';
import type { CatalogEntry, FindingDraft } from '../../../core/rule.js';
import type { ListNode, TemplateNode } from '../../../core/template/node.js';
import type { Template } from '../../../core/template/template.js';
import { editAt } from '../../../core/text/edit.js';
import { draft, entryOf, fixOne, functions, replaced, ruleOf, scalarRule, scalars, settingsOf } from './kit.js';

const two = functions({ Runtime: 'old', Handler: 'old' }, { Runtime: 'old' });

/** Appends to the block list `Layers` of each function that has `Wants`, one element per rule. */
function appendRule(id: string, element: string): CatalogEntry {
  return entryOf(id, function* find({ template }) {
    for (const resource of template.resources()) {
      const list = resource.ownProperty('Layers');
      if (list?.kind !== 'list' || has(list, element)) continue;
      const { end } = list.span;
      const fix = () => ({
        ...draft,
        edits: [editAt(template.source.text, end, end, `\n        - ${element}`)],
        touches: [[...list.path, '-']],
      });
      yield {
        message: 'wrong',
        data: { resource: resource.id },
        certainty: 'proven',
        resource,
        node: resource.node,
        fix,
      };
    }
  });
}

function has(list: ListNode, element: string): boolean {
  return list.items.some((item) => item.kind === 'scalar' && item.value === element);
}

/** Finds `property: from`, unless something else holds; writes through the given edit. */
function ruleWith(
  id: string,
  find: (template: Template) => Iterable<Omit<FindingDraft, 'message' | 'certainty'>>,
): CatalogEntry {
  return entryOf(id, function* ({ template }) {
    for (const each of find(template))
      yield { message: 'wrong', data: { resource: each.resource?.id ?? '' }, certainty: 'proven', ...each };
  });
}

function valueOf(node: TemplateNode | undefined): unknown {
  return node?.kind === 'scalar' ? node.value : undefined;
}

test('independent fixes go in one pass, and the second detection finds nothing', async () => {
  const report = await fixOne(two, [scalarRule('a-rule'), scalarRule('b-rule', { property: 'Handler' })]);
  expect(report.after).toBe(two.replaceAll('old', 'new'));
  expect(report).toMatchObject({ passes: 1, remaining: [], withheld: [] });
  expect(report.findings).toHaveLength(3);
  expect(report.applied).toHaveLength(3);
});

test('a file without findings is parsed once, a mended one judged twice', async () => {
  let judged = 0;
  const counting = entryOf('counts', () => {
    judged++;
    return [];
  });
  await runTexts([{ path: 'a.yaml', text: functions({}) }], [counting], settingsOf([counting]));
  expect(judged).toBe(1);
  await fixOne(two, [counting, scalarRule('a-rule')]);
  expect(judged).toBe(3);
});

test('accept says what is applied; the rest remains with its fix', async () => {
  const catalog = [
    scalarRule('safe-rule'),
    scalarRule('review-rule', { property: 'Handler', overrides: { safety: 'review' } }),
    scalarRule('manual-rule', { property: 'Role', overrides: { safety: 'manual' } }),
  ];
  const text = functions({ Runtime: 'old', Handler: 'old', Role: 'old' });
  const safe = await fixOne(text, catalog, { accept: 'safe' });
  expect(safe.applied.map(({ rule }) => rule)).toEqual(['safe-rule']);
  expect(safe.remaining.map(({ rule, fix }) => [rule, fix?.safety])).toEqual([
    ['review-rule', 'review'],
    ['manual-rule', 'manual'],
  ]);
  const none = await fixOne(text, catalog, { accept: 'none' });
  expect(none).toMatchObject({ after: text, applied: [], passes: 0 });
  expect(none.remaining).toEqual(none.findings);
});

test('possible findings are mended where their safety is accepted', async () => {
  const report = await fixOne(two, [scalarRule('a-rule', { draft: { certainty: 'possible' } })]);
  expect(report.remaining).toEqual([]);
});

test('fixes in conflict wait for the next pass', async () => {
  const catalog = [scalarRule('first', { from: 'old', to: 'mid' }), scalarRule('second', { from: 'old', to: 'new' })];
  const report = await fixOne(functions({ Runtime: 'old' }), catalog);
  expect(report.applied.map(({ rule }) => rule)).toEqual(['first']);
  expect(report.after).toContain('Runtime: mid');
});

test('two appends to one list go together', async () => {
  const text =
    functions({}).replace('Properties:\n', 'Properties:\n      Layers:\n        - one\n') +
    functions({}).replace('Resources:\n', '').replace('F0', 'F1');
  const start = 'Resources:\n  F0:\n    Type: AWS::Lambda::Function\n    Properties:\n      Layers:\n        - one\n';
  expect(text.startsWith(start)).toBe(true);
  const report = await fixOne(start, [appendRule('a-rule', 'two'), appendRule('b-rule', 'three')]);
  expect(report.after).toBe(`${start}        - two\n        - three\n`);
  expect(report.passes).toBe(1);
});

test('a fix may need another one: passes go on until nothing is left', async () => {
  const chain = ['a', 'b', 'c', 'd'].map((from, index, all) =>
    scalarRule(`step-${from}`, { from, to: all[index + 1] ?? 'end' }),
  );
  const report = await fixOne(functions({ Runtime: 'a' }), chain);
  expect(report.after).toContain('Runtime: end');
  expect(report).toMatchObject({ passes: 4, remaining: [], withheld: [] });
  expect(report.applied.map(({ rule }) => rule)).toEqual(['step-a', 'step-b', 'step-c', 'step-d']);
});

test('fixes that undo each other are held back, the others stand', async () => {
  const catalog = [
    scalarRule('ping', { from: 'a', to: 'b' }),
    scalarRule('pong', { from: 'b', to: 'a' }),
    scalarRule('good', { property: 'Handler' }),
  ];
  const report = await fixOne(functions({ Runtime: 'a', Handler: 'old' }), catalog);
  expect(report.after).toBe(functions({ Runtime: 'a', Handler: 'new' }));
  expect(report.withheld.map(({ finding, gate, because }) => [finding.rule, gate, because])).toEqual([
    ['ping', 'idempotent', 'this fix and another one undo each other'],
  ]);
  expect(report.remaining[0]).toMatchObject({ rule: 'ping', refusal: { code: 'withheld' } });
  expect(report.remaining[0]).not.toHaveProperty('fix');
});

test('a fix that never comes to an end is held back, the others stand', async () => {
  const endless = ruleWith('endless', function* (template) {
    for (const resource of template.resources()) {
      const node = resource.ownProperty('Timeout');
      if (node?.kind === 'scalar')
        yield {
          resource,
          node: resource.ownProperty(`Never${Number(node.value)}`) ?? node,
          fix: () => ({ ...draft, ...replaced(template, node, String(Number(node.value) + 1)) }),
        };
    }
  });
  // Each figure is another finding to the engine, so that only the count of passes stops it.
  const moving: CatalogEntry = {
    ...endless,
    cfnFixer: async () => {
      const rule = ruleOf('endless', {
        messages: Object.fromEntries(
          Array.from({ length: 50 }, (_, index) => [`m${index}`, { text: 'x', preset: 'deploy' as const }]),
        ),
      });
      const inner = await endless.cfnFixer?.();
      return {
        rule,
        needles: ['AWS::'],
        *find(context) {
          for (const each of inner?.find(context) ?? []) yield { ...each, message: `m${String(valueOf(each.node))}` };
        },
      };
    },
  };
  const text = functions({ Timeout: '1', Runtime: 'old' });
  const report = await fixOne(text, [moving, scalarRule('good')]);
  expect(report.after).toBe(text.replace('old', 'new'));
  expect(report.withheld.map(({ finding, gate, because }) => [finding.rule, gate, because])).toEqual([
    ['endless', 'idempotent', 'the file still changes after 10 passes'],
  ]);
});

test('a fix that leaves its finding is held back, the others stand', async () => {
  const useless = scalarRule('useless', { property: 'Handler', to: 'old # still' });
  const report = await fixOne(two, [useless, scalarRule('good')]);
  expect(report.after).toBe(two.replaceAll('Runtime: old', 'Runtime: new'));
  expect(report.withheld.map(({ finding, gate }) => [finding.rule, gate])).toEqual([['useless', 'finding-gone']]);
});

test('a fix that brings up a finding that nothing mends is held back, the others stand', async () => {
  const catalog = [
    scalarRule('harmful', { to: 'worse' }),
    scalarRule('complains', { from: 'worse', draft: { fix: () => ({ code: 'limit' as const, because: 'no way' }) } }),
    scalarRule('good', { property: 'Handler' }),
  ];
  const report = await fixOne(two, catalog);
  expect(report.after).toBe(two.replace('Handler: old', 'Handler: new'));
  expect(report.withheld.map(({ finding, gate, because }) => [finding.resource?.id, gate, because])).toEqual([
    ['F0', 'no-new-findings', 'the edited text would have a new finding of complains: F0 is wrong'],
    ['F1', 'no-new-findings', 'the edited text would have a new finding of complains: F1 is wrong'],
  ]);
});

test('a finding on what a fix added is none when another fix mends it', async () => {
  const report = await fixOne(two, [
    scalarRule('first', { to: 'half' }),
    scalarRule('completes', { from: 'half', to: 'done' }),
  ]);
  expect(report.after).toContain('Runtime: done');
  expect(report).toMatchObject({ withheld: [], remaining: [], passes: 2 });
});

test.each([
  ['reparses', 'new: [', 'the edited text could not be read at line 5'],
  ['only-touched-paths', 'new\n      Role: x', 'the edit would also change Resources.F0.Properties.Role'],
  ['layout-kept', 'new\r', 'the edit would change the line ends'],
  ['comments-kept', '', 'the comment in line 6 would be lost'],
])('gate %s holds back the one fix that fails it', async (gate, to, because) => {
  const text = functions({ Runtime: 'old', Handler: 'old # "kept"' }, { Runtime: 'fine', Handler: 'old' });
  const catalog = gate === 'comments-kept' ? [swallowsComment()] : [scalarRule('bad', { to })];
  const report = await fixOne(text, [...catalog, scalarRule('good', { property: 'Handler' })]);
  expect(report.after).toBe(text.replaceAll('Handler: old', 'Handler: new'));
  expect(report.withheld).toMatchObject([
    {
      gate,
      finding: { resource: { id: 'F0' } },
      because: expect.stringContaining(because),
    },
  ]);
});

/** Removes the comment behind the next line together with nothing else. */
function swallowsComment(): CatalogEntry {
  return ruleWith('bad', function* (template) {
    const at = template.source.text.indexOf(' # "kept"');
    for (const { resource, node } of scalars(template, 'Runtime', 'old')) {
      const { edits, touches } = replaced(template, node, 'new');
      yield {
        resource,
        node,
        fix: () => ({ ...draft, touches, edits: [...edits, editAt(template.source.text, at, at + 9, '')] }),
      };
    }
  });
}

test('edits that do not fit the text are held back', async () => {
  const bad = ruleWith('bad', function* (template) {
    for (const { resource, node } of scalars(template, 'Runtime', 'old')) {
      yield {
        resource,
        node,
        fix: () => ({ ...draft, touches: [node.path], edits: [{ span: node.span, expected: 'other', text: 'new' }] }),
      };
    }
  });
  const report = await fixOne(functions({ Runtime: 'old' }), [bad]);
  expect(report.after).toBe(report.before);
  expect(report.withheld).toMatchObject([
    { gate: 'reparses', because: expect.stringContaining('edits do not fit the text') },
  ]);
});

/** Fills an empty flow list: two of them together give `[ab]`, one after the other `[a, b]`. */
function fill(id: string, element: string): CatalogEntry {
  return ruleWith(id, function* (template) {
    for (const resource of template.resources()) {
      const list = resource.ownProperty('Layers');
      if (list?.kind !== 'list' || has(list, element)) continue;
      const at = list.span.end - 1;
      const text = list.items.length === 0 ? `"${element}"` : `, "${element}"`;
      yield {
        resource,
        node: resource.node,
        fix: () => ({
          ...draft,
          touches: [[...list.path, '-']],
          edits: [editAt(template.source.text, at, at, text)],
        }),
      };
    }
  });
}

test('what fails only beside another fix waits for the next pass', async () => {
  const report = await fixOne(functions({ Layers: '[]' }), [fill('a-rule', 'a'), fill('b-rule', 'b')]);
  expect(report.after).toBe(functions({ Layers: '["a", "b"]' }));
  expect(report).toMatchObject({ passes: 2, withheld: [] });
});

const renames = (to: string, when = (file: string): boolean => file !== to): CatalogEntry =>
  entryOf('file-name', function* find({ template }) {
    if (when(template.source.path))
      yield {
        message: 'wrong',
        data: { resource: template.source.path },
        certainty: 'proven',
        node: template.root,
        fix: () => ({ ...draft, edits: [], rename: to, touches: [] }),
      };
  });

test('a rename comes after the edits', async () => {
  const report = await fixOne(functions({ Runtime: 'old' }), [renames('lib/Stack.yaml'), scalarRule('a-rule')]);
  expect(report).toMatchObject({
    file: 'template.yaml',
    renamedTo: 'lib/Stack.yaml',
    after: functions({ Runtime: 'new' }),
    remaining: [],
  });
  expect(report.applied.map(({ rule }) => rule)).toEqual(['a-rule', 'file-name']);
});

test('a rename to a name that is taken is held back, also within the run', async () => {
  const catalog = [renames('b.yaml')];
  const text = functions({ Runtime: 'x' });
  const { reports } = await runTexts(
    [
      { path: 'a.yaml', text },
      { path: 'b.yaml', text },
    ],
    catalog,
    settingsOf(catalog),
  );
  expect(reports[0]?.withheld).toMatchObject([{ gate: 'target-free', because: 'b.yaml exists already' }]);
  const other = [renames('c.yaml')];
  const both = await runTexts(
    [
      { path: 'a.yaml', text },
      { path: 'b.yaml', text },
    ],
    other,
    settingsOf(other),
  );
  expect(both.reports.map(({ renamedTo }) => renamedTo)).toEqual(['c.yaml', undefined]);
  expect(both.reports[1]?.withheld).toMatchObject([{ gate: 'target-free' }]);
});

test('a rule that fails in a later pass is told of, what is proved stands', async () => {
  const late = entryOf('late', ({ template }) => {
    if (template.source.text.includes('new')) throw new Error('late');
    return [];
  });
  const { reports, problems } = await runTexts(
    [{ path: 'a.yaml', text: two }],
    [late, scalarRule('a-rule')],
    settingsOf([late, scalarRule('a-rule')]),
  );
  expect(reports[0]?.after).toContain('Runtime: new');
  expect(problems).toMatchObject([{ rule: 'late', severity: 'error' }]);
});

test('a second run changes nothing, also where fixes were held back', async () => {
  const catalog = [
    scalarRule('useless', { property: 'Handler', to: 'old # still' }),
    scalarRule('harmful', { to: 'worse' }),
    scalarRule('complains', { from: 'worse', draft: { fix: () => ({ code: 'limit' as const, because: 'no way' }) } }),
    scalarRule('good', { property: 'Role' }),
  ];
  const first = await fixOne(functions({ Runtime: 'old', Handler: 'old', Role: 'old' }), catalog);
  const second = await fixOne(first.after, catalog);
  expect(first.applied).toHaveLength(1);
  expect(second.after).toBe(first.after);
});

/** Fixes `P<n>: old`, in a way that is broken until `P<n - 1>` is mended. */
function after(n: number): CatalogEntry {
  return ruleWith(`step-${n}`, function* (template) {
    for (const { resource, node } of scalars(template, `P${n}`, 'old')) {
      const ready = n === 0 || valueOf(resource.ownProperty(`P${n - 1}`)) === 'new';
      yield { resource, node, fix: () => ({ ...draft, ...replaced(template, node, ready ? 'new' : 'new: [') }) };
    }
  });
}

test('what a second run would mend is mended in the first', async () => {
  const text = functions({ P0: 'old', P1: 'old', P2: 'old' });
  const report = await fixOne(text, [2, 1, 0].map(after));
  expect(report.after).toBe(text.replaceAll('old', 'new'));
  expect(report).toMatchObject({ withheld: [], remaining: [] });
});

test('when run after run would go on, all is held back', async () => {
  const text = functions(Object.fromEntries(Array.from({ length: 14 }, (_, index) => [`P${index}`, 'old'])));
  const report = await fixOne(
    text,
    Array.from({ length: 14 }, (_, index) => after(13 - index)),
  );
  expect(report.after).toBe(text);
  expect(report.withheld).toHaveLength(14);
  expect(report.withheld[0]).toMatchObject({ gate: 'idempotent' });
});

test('the same input gives the same output', async () => {
  const catalog = [scalarRule('a-rule'), scalarRule('b-rule', { property: 'Handler' })];
  expect(JSON.stringify(await fixOne(two, catalog))).toBe(JSON.stringify(await fixOne(two, catalog)));
});
