/** What the exit code of a command says. */
export const exitCodes = {
  /** It worked, and nothing proven is left (`check`, `fix`). */
  ok: 0,
  /** Findings are left, or the patch is not empty where that was asked. */
  findings: 1,
  /** The command line, the config or a file could not be used, or the tool failed. */
  failed: 2,
  /** Ctrl-C. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
