/** The names that may stand first on the command line. */
export const commandNames = [
  'check',
  'diff',
  'fix',
  'pr',
  'review',
  'rules',
  'explain',
  'diagnose',
  'account',
  'init',
  'help',
] as const;
