import type { RunFlags } from './flags.js';

/** An argument as it can be pasted into a POSIX shell. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** What narrows a run, or gives it figures. */
type Selection = Pick<
  RunFlags,
  'rule' | 'preset' | 'config' | 'account' | 'accountLimit' | 'maxReserved' | 'today' | 'includeGenerated'
>;

/** A command line with the same selection as this run, for the hints at the end of reports. */
export function commandLine(
  command: string,
  paths: readonly string[],
  flags: Selection,
  more: readonly string[] = [],
): string {
  const words = ['stackmend', command, ...paths];
  for (const rule of flags.rule ?? []) words.push('--rule', rule);
  if (flags.preset) words.push('--preset', flags.preset);
  if (flags.config !== undefined) words.push('--config', flags.config);
  for (const file of flags.account ?? []) words.push('--account', file);
  if (flags.accountLimit !== undefined) words.push('--account-limit', String(flags.accountLimit));
  if (flags.maxReserved !== undefined) words.push('--max-reserved', String(flags.maxReserved));
  if (flags.today !== undefined) words.push('--today', flags.today);
  if (flags.includeGenerated) words.push('--include-generated');
  return [...words, ...more].map(shellWord).join(' ');
}
