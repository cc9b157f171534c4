import { type Command, CommanderError } from 'commander';
import { commandNames } from './command-names.js';
import { exitCodes } from './exit-codes.js';
import { type Host, processHost } from './host.js';
import { Interrupted } from './interrupted.js';
import { masking } from './mask.js';
import { makeProgram } from './program.js';
import { visible } from '../report/escape.js';
import { list } from '../report/words.js';

/**
 * Runs one command line and answers its exit code. Never throws, never ends the process.
 * @param argv the arguments behind the name of the program
 * @param surroundings what tests put in place of the real process
 */
export async function main(argv: readonly string[], surroundings: Partial<Host> = {}): Promise<number> {
  const talksToForges = argv.some((argument) => argument === 'pr' || argument === 'review');
  const host = masking({ ...processHost(), ...surroundings }, talksToForges);
  let code: number = exitCodes.ok;
  const program = makeProgram(host, (answer) => {
    code = answer;
  });
  try {
    await program.parseAsync(commandFirst(argv), { from: 'user' });
    return code;
  } catch (error) {
    return failed(error, program, host, argv);
  }
}

/** Lets flags without a value stand before the command: `--verbose fix` means `fix --verbose`. */
function commandFirst(argv: readonly string[]): readonly string[] {
  const at = argv.findIndex((argument) => !argument.startsWith('-'));
  const name = argv[at];
  const flags = argv.slice(0, at);
  const movable = flags.every((flag) => ['--verbose', '-v', '--quiet', '-q', '--no-color'].includes(flag));
  if (at <= 0 || !movable || !commandNames.some((known) => known === name)) return argv;
  return [name ?? '', ...flags, ...argv.slice(at + 1)];
}

function failed(error: unknown, program: Command, { stderr }: Host, argv: readonly string[]): number {
  if (error instanceof CommanderError && error.exitCode === 0) return exitCodes.ok;
  if (error instanceof Interrupted) {
    stderr.write('stackmend: interrupted; every file is whole\n');
    return exitCodes.interrupted;
  }
  const verbose = argv.includes('--verbose') || argv.includes('-v');
  const { message, hint, more } = told(error, program, argv);
  const lines = [`stackmend: ${message}`, ...more];
  if (hint !== undefined) lines.push(`hint: ${hint}`);
  if (verbose && error instanceof Error && !(error instanceof CommanderError) && error.stack) lines.push(error.stack);
  stderr.write(lines.map((line) => `${line}\n`).join(''));
  return exitCodes.failed;
}

interface Told {
  readonly message: string;
  readonly hint?: string | undefined;
  readonly more: readonly string[];
}

function told(error: unknown, program: Command, argv: readonly string[]): Told {
  if (error instanceof CommanderError) return usage(error, program, argv);
  if (!(error instanceof Error)) return { message: visible(String(error)), more: [] };
  // By name: the engine has an error of that name, too.
  if (error.name === 'UserError') {
    const { hint, more } = error as Partial<Told>;
    return {
      message: visible(error.message),
      hint: hint === undefined ? undefined : visible(hint),
      more: (more ?? []).map(visible),
    };
  }
  return {
    message: `this should not have happened: ${visible(error.message)}`,
    hint: 'run it again with --verbose and report what it says; no file is left half-written',
    more: [],
  };
}

/** `error: unknown option '--formt'\n(Did you mean --format?)` in two lines of ours. */
function usage({ message }: CommanderError, program: Command, argv: readonly string[]): Told {
  const [first = '', second] = message.replace(/^error: /, '').split('\n');
  const guess = /^\(Did you mean (.*)\?\)$/.exec(second ?? '')?.[1];
  const option = /^unknown option '(.*)'$/.exec(first)?.[1];
  const owners = program.commands.filter(
    ({ options }) => option !== undefined && options.some(({ long, short }) => option === long || option === short),
  );
  const command = commandNames.find((name) => name === argv.find((argument) => !argument.startsWith('-')));
  const help = command === undefined ? 'see "stackmend --help"' : `see "stackmend help ${command}"`;
  const otherwise = guess === undefined ? help : `did you mean ${visible(guess)}?`;
  const hint =
    owners.length > 0 ? `it belongs to ${list(owners.map((command) => `"stackmend ${command.name()}"`))}` : otherwise;
  return { message: visible(first), hint, more: [] };
}
