import { expect, test } from 'vitest';
import type { Host } from '../../cli/host.js';
import { startProgress } from '../../cli/progress.js';

function watched(isTTY: boolean, quiet = false) {
  let time = 0;
  let text = '';
  const stderr = { isTTY, write: (part: string) => void (text += part) };
  const progress = startProgress({ stderr, env: {}, now: () => new Date(time) } as unknown as Host, quiet);
  return {
    at: (moment: number, surveyed: number, toParse?: number): void => {
      time = moment;
      progress.tell({ surveyed, parsed: 1, toParse });
    },
    clear: progress.clear,
    text: () => text,
  };
}

test('counts files after a second, ten times a second, and takes the line away', () => {
  const { at, clear, text } = watched(true);
  at(500, 10);
  expect(text()).toBe('');
  at(1000, 20);
  at(1050, 21);
  at(1100, 22, 5);
  clear();
  clear();
  expect(text()).toBe('\r\u001B[K20 files seen ...\r\u001B[K22 files seen, 1 of 5 files read ...\r\u001B[K');
});

test.each([
  ['in a pipe', false, false],
  ['with --quiet', true, true],
])('says nothing %s', (_name, isTTY, quiet) => {
  const { at, clear, text } = watched(isTTY, quiet);
  at(5000, 20);
  clear();
  expect(text()).toBe('');
});
