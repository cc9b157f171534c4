/** The life of a pull request, in steps: what happens on the forge before, and what the bot then wants. */
import type { ForgeSimulator } from '../support/forge/simulator.js';
import { BRANCH, FILE, type Wanted } from './bot.js';

export interface Step {
  readonly name: string;
  /** What people did since the step before. */
  readonly before: (server: ForgeSimulator) => Promise<void>;
  readonly wanted: Wanted;
  /** What the bot says when nothing goes wrong. */
  readonly state: string;
}

export const START = { [FILE]: 'Hook: go1.x\nLimit: 100\n', 'README.md': 'A shop.\n' };
const FIRST = 'Hook: provided.al2023\nLimit: 100\n';
const SECOND = 'Hook: provided.al2023\nLimit: 5\n';

export const STEPS: readonly Step[] = [
  { name: 'create', before: async () => {}, wanted: FIRST, state: 'CREATED' },
  {
    name: 'update',
    before: async (server) => void (await server.people.push('main', { 'README.md': 'Two shops.\n' })),
    wanted: SECOND,
    state: 'UPDATED',
  },
  {
    name: 'rebuild',
    before: async (server) => {
      await server.people.push(BRANCH, { 'notes.md': 'Mine\n' }, { message: 'Notes\n' });
      tick(server);
    },
    wanted: SECOND,
    state: 'REBUILT',
  },
  { name: 'close', before: async () => {}, wanted: undefined, state: 'OBSOLETE' },
];

/** Ticks the box that hands the branch back to the bot. */
export function tick(server: ForgeSimulator): void {
  for (const pull of server.state.pulls)
    server.people.edit(pull.number, {
      body: (body) => body.replace('- [ ] <!-- stackmend:rebuild -->', '- [x] <!-- stackmend:rebuild -->'),
    });
}
