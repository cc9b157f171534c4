import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type BranchState,
  type Decision,
  type Observation,
  decide,
  isReplaceable,
  isTaken,
  supersede,
} from '../../bot/decide.js';

const plan = 'p1';
const ours: BranchState = { ownership: 'ours', plan, conflicts: false };
const other: BranchState = { ...ours, plan: 'p0' };
const foreign: BranchState = { ownership: 'foreign', conflicts: false };
const base: Observation = {
  archived: false,
  plan,
  pull: 'none',
  rebuildTicked: false,
  branch: undefined,
  mayOpen: true,
};

const table: readonly (readonly [string, Partial<Observation>, Decision['state'], Decision['acts']])[] = [
  ['archived repository', { archived: true, pull: 'ours', branch: other }, 'SKIPPED', []],
  ['pull request by someone else', { pull: 'foreign', branch: other }, 'FOREIGN', []],
  ['someone else, nothing to offer', { plan: undefined, pull: 'foreign', branch: ours }, 'FOREIGN', []],

  ['nothing anywhere', { plan: undefined }, 'NOTHING', []],
  [
    'obsolete pull request',
    { plan: undefined, pull: 'ours', branch: ours },
    'OBSOLETE',
    ['note-obsolete', 'mark-closed', 'close', 'delete'],
  ],
  [
    'obsolete, its branch gone',
    { plan: undefined, pull: 'ours' },
    'OBSOLETE',
    ['note-obsolete', 'mark-closed', 'close'],
  ],
  [
    'obsolete, with commits of a person',
    { plan: undefined, pull: 'ours', branch: foreign },
    'OBSOLETE_KEPT',
    ['note-obsolete-kept'],
  ],
  ['branch without use', { plan: undefined, branch: ours }, 'CLEANED', ['delete']],
  ['branch of a person without use', { plan: undefined, branch: foreign }, 'NOTHING', []],

  ['first fixes', {}, 'CREATED', ['write', 'open']],
  ['first fixes, limit reached', { mayOpen: false }, 'DEFERRED', []],
  ['crash before the pull request', { branch: ours }, 'RECOVERED', ['open']],
  ['crash, and the limit is reached now', { branch: ours, mayOpen: false }, 'RECOVERED', ['open']],
  ['crash, other plan now', { branch: other }, 'RECOVERED', ['write', 'open']],
  ['crash, conflict now', { branch: { ...ours, conflicts: true } }, 'RECOVERED', ['write', 'open']],
  ['left by a merged one', { branch: { ...ours, leftBy: 'merged' } }, 'CREATED', ['write', 'open']],
  ['left by a closed one', { branch: { ...other, leftBy: 'closed' } }, 'CREATED', ['write', 'open']],
  ['left by a merged one, limit', { branch: { ...ours, leftBy: 'merged' }, mayOpen: false }, 'DEFERRED', []],
  ['a merged one with commits of a person', { branch: { ...foreign, leftBy: 'merged' } }, 'CREATED', ['write', 'open']],
  ['a closed one with commits of a person', { branch: { ...foreign, leftBy: 'closed' } }, 'FOREIGN', []],
  ['branch of a person', { branch: foreign }, 'FOREIGN', []],

  ['nothing new', { pull: 'ours', branch: ours }, 'CURRENT', ['refresh']],
  ['other plan', { pull: 'ours', branch: other }, 'UPDATED', ['write', 'refresh']],
  ['conflict', { pull: 'ours', branch: { ...ours, conflicts: true } }, 'UPDATED', ['write', 'refresh']],
  ['box ticked', { pull: 'ours', branch: ours, rebuildTicked: true }, 'UPDATED', ['write', 'refresh']],
  ['branch lost', { pull: 'ours' }, 'UPDATED', ['write', 'refresh']],
  ['a person pushed', { pull: 'ours', branch: foreign }, 'HUMAN', ['note-human']],
  [
    'a person hands back',
    { pull: 'ours', branch: foreign, rebuildTicked: true },
    'REBUILT',
    ['note-rebuilt', 'write', 'refresh'],
  ],

  ['only git: first fixes', { pull: 'unknown' }, 'CREATED', ['write']],
  ['only git: limit', { pull: 'unknown', mayOpen: false }, 'DEFERRED', []],
  ['only git: nothing new', { pull: 'unknown', branch: ours }, 'CURRENT', []],
  ['only git: other plan', { pull: 'unknown', branch: other }, 'UPDATED', ['write']],
  ['only git: a person pushed', { pull: 'unknown', branch: foreign }, 'FOREIGN', []],
  ['only git: no use', { pull: 'unknown', plan: undefined, branch: ours }, 'CLEANED', ['delete']],
];

describe('what is done about a group', () => {
  it.each(table)('%s', (_, change, state, acts) => {
    expect(decide({ ...base, ...change })).toStrictEqual({ state, acts });
  });

  const branch = fc.option(
    fc.record(
      {
        ownership: fc.constantFrom('ours' as const, 'foreign' as const),
        plan: fc.constantFrom('p0', 'p1'),
        conflicts: fc.boolean(),
        leftBy: fc.constantFrom('closed' as const, 'merged' as const),
      },
      { requiredKeys: ['ownership', 'conflicts'] },
    ),
    { nil: undefined },
  );
  const observation = fc.record({
    archived: fc.boolean(),
    plan: fc.constantFrom('p1', undefined),
    pull: fc.constantFrom('none' as const, 'ours' as const, 'foreign' as const, 'unknown' as const),
    rebuildTicked: fc.boolean(),
    branch,
    mayOpen: fc.boolean(),
  });

  it('never writes twice, and never over work that is not ours without leave', () => {
    fc.assert(
      fc.property(observation, (seen) => {
        const { state, acts } = decide(seen);
        const { branch, pull, rebuildTicked, plan, mayOpen, archived } = seen;
        const touches = acts.includes('write') || acts.includes('delete');
        const handedBack = pull === 'ours' && rebuildTicked;
        const merged = branch?.leftBy === 'merged' && pull === 'none';
        const broken = {
          twice: new Set(acts).size < acts.length,
          overOthers: branch?.ownership === 'foreign' && touches && !handedBack && !merged,
          currentWrites: state === 'CURRENT' && acts.some((act) => act !== 'refresh'),
          notOurs: (archived || pull === 'foreign') && acts.length > 0,
          nothingToWrite: plan === undefined && acts.includes('write'),
          overLimit: !mayOpen && branch === undefined && acts.includes('open'),
          closedUnmarked: acts.includes('close') && acts.indexOf('mark-closed') > acts.indexOf('close'),
        };
        expect(Object.entries(broken).filter(([, holds]) => holds)).toStrictEqual([]);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('the other branches of a group', () => {
  it.each([
    ['of nobody', { pull: 'none', branch: undefined }, []],
    ['with our pull request', { pull: 'ours', branch: ours }, ['note-superseded', 'mark-closed', 'close', 'delete']],
    [
      'with our pull request, handed back',
      { pull: 'ours', branch: foreign },
      ['note-rebuilt', 'mark-closed', 'close', 'delete'],
    ],
    ['whose branch is lost', { pull: 'ours', branch: undefined }, ['note-superseded', 'mark-closed', 'close']],
    ['with the pull request of somebody', { pull: 'foreign', branch: ours }, []],
    ['without a pull request', { pull: 'none', branch: ours }, ['delete']],
    ['with work of a person, without a pull request', { pull: 'none', branch: foreign }, []],
    ['only git', { pull: 'unknown', branch: ours }, ['delete']],
  ] as const)('%s', (_, seen, acts) => {
    expect(supersede(seen)).toStrictEqual(acts);
  });

  it('one that a person works on holds the group, and makes no room', () => {
    const seen = { ...base, branch: foreign };
    expect(isTaken({ ...seen, pull: 'ours' })).toBe(true);
    expect(isTaken({ ...seen, pull: 'unknown' })).toBe(true);
    expect(isTaken({ ...seen, pull: 'ours', rebuildTicked: true })).toBe(false);
    expect(isTaken({ ...seen, pull: 'none' })).toBe(false);
    expect(isTaken({ ...seen, pull: 'ours', branch: ours })).toBe(false);
    expect(isReplaceable({ pull: 'unknown', branch: foreign })).toBe(false);
    expect(isReplaceable({ pull: 'none', branch: ours })).toBe(false);
  });
});
