import { Command, InvalidArgumentError, Option } from 'commander';
import type { FormatName } from '../report/encoder.js';
import type {
  AccountFlags,
  CommonFlags,
  DiagnoseFlags,
  InitFlags,
  PrFlags,
  ReviewFlags,
  RulesFlags,
  RunFlags,
} from './flags.js';
import { commandHelp, programHelp } from './help.js';
import type { Host } from './host.js';
import { OutputRequests } from './output-requests.js';
import { version } from './version.js';

/** Takes the exit code of the command that ran. */
export type Finish = (code: number) => void;

/** The command line: what may be written, and which module does it. Nothing heavy is loaded before a command runs. */
export function makeProgram(host: Host, finish: Finish): Command {
  const program = new Command('stackmend')
    .description('Mends CloudFormation, SAM and Pulumi TypeScript before AWS rejects it.')
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .addHelpText('after', programHelp)
    .showSuggestionAfterError(true)
    .exitOverride();
  configure(program, host);
  addRunCommands(program, host, finish);
  addPrCommand(program, host, finish);
  addReviewCommand(program, host, finish);
  addOtherCommands(program, host, finish);
  return program;
}

function configure(command: Command, { stdout }: Host): void {
  command.configureOutput({
    writeOut: (text) => void stdout.write(text),
    writeErr: () => {},
    getOutHelpWidth: () => Math.min(stdout.columns ?? 100, 120),
    getOutHasColors: () => false,
  });
}

function addRunCommands(program: Command, host: Host, finish: Finish): void {
  const check = program.command('check [paths...]', { isDefault: true });
  runCommand(check, 'report what AWS would reject (the default command)', reports, async (paths, flags) => {
    finish(await (await import('./commands/check.js')).check(paths, flags, host));
  });
  check.option('--strict', 'exit with 1 for possible findings too');
  check.option('--plan-concurrency', 'tell of each function what it reserves, what the account can give it, and why');

  const diff = program.command('diff [paths...]');
  const patches = ['text', 'patch', ...reports.slice(1)] as const;
  runCommand(diff, 'print the fixes as one patch, for git apply or patch -p1', patches, async (paths, flags) => {
    finish(await (await import('./commands/diff.js')).diff(paths, flags, host));
  });
  diff.addOption(acceptOption('review')).option('--exit-code', 'exit with 1 if the patch is not empty');

  const fix = program.command('fix [paths...]');
  runCommand(fix, 'write the fixes into the files', reports, async (paths, flags) => {
    finish(await (await import('./commands/fix.js')).fix(paths, flags, host));
  });
  fix.addOption(acceptOption('safe'));
  fix.option('--force', 'write files with uncommitted changes too');
  fix.option(
    '--staged',
    'work on the files staged in git, for a pre-commit hook; exit with 1 if something was written',
  );
}

/** The forms of a report that every run has. */
const reports = ['text', 'json', 'sarif', 'github', 'gitlab', 'markdown'] as const;

function runCommand(
  command: Command,
  description: string,
  formats: readonly FormatName[],
  action: (paths: string[], flags: RunFlags) => Promise<void>,
): Command {
  const outputs = new OutputRequests(formats);
  command.action((paths: string[], flags: Omit<RunFlags, 'outputs'>) => action(paths, { ...flags, outputs }));
  selection(command.description(description))
    .option('--format <name>', `${formats.join(', ')} (default: text); may be repeated`, outputs.addFormat)
    .option('-o, --output <file>', 'where the format before it goes instead of standard output', outputs.addFile)
    .option('--stdin', 'read one template or program from standard input')
    .option('--stdin-name <name>', 'name of that file in reports and config: stack.ts is a program');
  return common(command, command.name());
}

/** Which rules look at the sources, and with what figures. */
function selection(command: Command): Command {
  return command
    .option('-r, --rule <id>', 'only this rule; may be repeated, or several with commas', collect)
    .addOption(
      new Option('--preset <name>', 'deploy: what AWS rejects, or may; all: everything (default: deploy)').choices([
        'deploy',
        'all',
      ]),
    )
    .option('-c, --config <file>', 'this config instead of the nearest stackmend.config.json or .yaml')
    .option(
      '--account <file>',
      'figures of an account, see "stackmend account" ("-": standard input); may be repeated, the tightest decides',
      append,
    )
    .option(
      '--account-limit <n>',
      'quota of concurrent executions of the account, when that is all you know',
      wholeNumber,
    )
    .option('--max-reserved <n>', 'most reserved concurrency that one function may have', wholeNumber)
    .option('--today <date>', 'the date for which runtimes are judged, YYYY-MM-DD (default: today)')
    .option('--include-generated', 'edit generated templates too (cdk synth, sam package)');
}

function addPrCommand(program: Command, host: Host, finish: Finish): void {
  const pr = selection(program.command('pr [paths...]').description('open and keep pull requests with the fixes'));
  pr.addOption(acceptOption('review'))
    .option('--dry-run', 'only read; print what would be done, every call and the diff')
    .option('--plan <file>', 'do what the JSON of a dry run says, instead of judging the sources again')
    .addOption(
      new Option('--group-by <what>', 'what shares a pull request')
        .choices(['stack', 'file', 'rule', 'impact', 'all'])
        .default('stack'),
    )
    .addOption(
      new Option('--branch-strategy <name>', 'stable: one branch, rewritten; content: a new one for each new plan')
        .choices(['stable', 'content'])
        .default('stable'),
    )
    .option('--base <branch>', 'the branch that is mended (default: the one of the remote)')
    .option('--remote <name>', 'the remote to work with', 'origin')
    .addOption(
      new Option('--commit-mode <mode>', 'who makes commits; auto: the API where it signs them, else git')
        .choices(['auto', 'api', 'git'])
        .default('auto'),
    )
    .addOption(
      new Option('--forge <kind>', 'what the remote is, where its name does not tell').choices([
        'github',
        'gitlab',
        'gitea',
        'git',
      ]),
    )
    .option('--api-url <url>', 'address of the API, for GitHub Enterprise behind another name')
    .option('--fork', 'from a fork of the account of the token, where that may not push')
    .option('--sign', 'sign commits with git, by the user.signingKey of your global git config')
    .option('--max-open <n>', 'most pull requests that may be open at once', wholeNumber, 5)
    .option('--per-hour <n>', 'most new pull requests in an hour', wholeNumber, 2)
    .option('--writes-per-minute <n>', 'most writes to the API in a minute; what is more waits', wholeNumber, 60)
    .option(
      '--writes-per-hour <n>',
      'most writes to the API in this hour; what is more is left for later',
      wholeNumber,
      400,
    )
    .option('--draft', 'drafts, even where every fix is safe')
    .option('--label <name>', 'put this label on; may be repeated, or several with commas', collect)
    .option('--reviewer <name>', 'ask this user, or org/team, for a review; may be repeated', collect)
    .addOption(
      new Option('--format <name>', 'output for people or programs').choices(['text', 'json']).default('text'),
    );
  common(pr, 'pr').action(async (paths: string[], flags: Omit<PrFlags, 'outputs'>) => {
    const all = { ...flags, outputs: new OutputRequests(['text']) };
    finish(await (await import('./commands/pr.js')).pr(paths, all, host));
  });
}

function addReviewCommand(program: Command, host: Host, finish: Finish): void {
  const review = program.command('review [paths...]').description('suggest fixes on a pull request on GitHub');
  review.requiredOption('--pr <n>', 'number of the pull request', wholeNumber);
  selection(review).addOption(acceptOption('review'));
  review
    .option('--remote <name>', 'the remote of the repository', 'origin')
    .option('--api-url <url>', "base of GitHub's API, where its host does not tell (GITHUB_API_URL works too)")
    .option('--head <commit>', 'say nothing unless the pull request stands at this commit')
    .option('--dry-run', 'send nothing, show what would be sent');
  review.action(async (paths: string[], flags: Omit<ReviewFlags, 'outputs'>) => {
    const all = { ...flags, outputs: new OutputRequests(['text']) };
    finish(await (await import('./commands/review.js')).review(paths, all, host));
  });
  common(review, 'review');
}

function addOtherCommands(program: Command, host: Host, finish: Finish): void {
  const rules = common(program.command('rules').description('list the rules'), 'rules');
  rules.addOption(
    new Option('--format <name>', 'output for people or programs').choices(['text', 'json']).default('text'),
  );
  rules.action(async (flags: RulesFlags) => {
    finish(await (await import('./commands/rules.js')).rules(flags, host));
  });

  const explain = common(
    program.command('explain <what...>').description('explain a rule, or a pasted deployment error'),
    'explain',
  );
  explain.action(async (what: string[], flags: CommonFlags) => {
    finish(await (await import('./commands/explain.js')).explain(what.join(' '), flags, host));
  });

  const diagnose = program.command('diagnose [log] [paths...]');
  diagnose
    .description('read a failed deployment, and show what in the sources made it fail ("-": standard input)')
    .option('--diff', 'print the patch that mends the causes')
    .option('--fix', 'write the fixes of the causes into the files')
    .addOption(acceptOption('review, with --fix safe'))
    .option('--force', 'with --fix: write files with uncommitted changes too')
    .option('-c, --config <file>', 'this config instead of the nearest stackmend.config.json or .yaml')
    .option('--account <file>', 'figures of an account, as for check; may be repeated', append)
    .option('--account-limit <n>', 'quota of concurrent executions of the account', wholeNumber)
    .addOption(new Option('--format <name>', 'output for people or programs').choices(['text', 'json']).default('text'))
    .option('--today <date>', 'the date for which runtimes are judged, YYYY-MM-DD (default: today)');
  common(diagnose, 'diagnose');
  diagnose.action(async (log: string | undefined, paths: string[], flags: Omit<DiagnoseFlags, 'outputs'>) => {
    const all = { ...flags, outputs: new OutputRequests(['text']) };
    finish(await (await import('./commands/diagnose.js')).diagnose(log, paths, all, host));
  });

  const account = common(program.command('account [files...]'), 'account');
  account
    .description('figures of accounts: print the commands that collect them, or merge what these wrote')
    .option('--profile <name>', 'collect with this profile of the AWS CLI; may be repeated', append)
    .option('--region <name>', 'collect from this region, may be repeated; with files: the region they are of', append)
    .option('--name <name>', 'with files: what the account is called')
    .option(
      '-o, --output <file>',
      'with files: where they are merged (default: stackmend.account.json; "-": standard output)',
    )
    .option('--with-account-id', 'with files: keep the account id')
    .option('--force', 'with files: overwrite what is there, whatever it is');
  account.action(async (files: string[], flags: AccountFlags) => {
    finish(await (await import('./commands/account.js')).account(files, flags, host));
  });

  const init = common(program.command('init').description('write a stackmend.config.json'), 'init');
  init.option(
    '--account <file>',
    'with these figures, see "stackmend account" ("-": standard input); may be repeated',
    append,
  );
  init.option('--force', 'overwrite the one that is there');
  init.action(async (flags: InitFlags) => {
    finish(await (await import('./commands/init.js')).init(flags, host));
  });
}

function common(command: Command, name: string): Command {
  return command
    .option('-v, --verbose', 'say more; with errors, show the stack')
    .option('-q, --quiet', 'only the result and errors')
    .option('--no-color', 'no colours (NO_COLOR works too)')
    .addHelpText('after', commandHelp(name));
}

function acceptOption(fallback: string): Option {
  return new Option(
    '--accept <safety>',
    `apply the fixes of this safety; review includes safe (default: ${fallback})`,
  ).choices(['safe', 'review']);
}

function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [
    ...previous,
    ...value
      .split(',')
      .map((id) => id.trim())
      .filter(Boolean),
  ];
}

function append(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}

function wholeNumber(value: string): number {
  if (!/^[1-9]\d{0,8}$/.test(value)) throw new InvalidArgumentError('It must be a whole number from 1.');
  return Number(value);
}
