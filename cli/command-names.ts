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
  'init',
  'help',
] as const;
