/** The names that may stand first on the command line. */
export const commandNames = ['check', 'diff', 'fix', 'review', 'rules', 'explain', 'init', 'help'] as const;
