/** The environment of a step. */
export type Environment = Readonly<Record<string, string | undefined>>;

export const modes = ['check', 'diff', 'fix', 'pr', 'review'] as const;
export type Mode = (typeof modes)[number];

/** What a workflow asks of the action. */
export interface Inputs {
  readonly mode: Mode;
  readonly paths: readonly string[];
  readonly directory: string;
  readonly rules: readonly string[];
  readonly preset: string;
  readonly accept: string;
  readonly config: string;
  /** Files with the figures of accounts. */
  readonly accounts: readonly string[];
  readonly strict: boolean;
  readonly includeGenerated: boolean;
  readonly failOnFindings: boolean;
  readonly annotations: boolean;
  readonly summary: boolean;
  readonly sarif: string;
  readonly patch: string;
  readonly plan: string;
  readonly dryRun: boolean;
  readonly groupBy: string;
  readonly branchStrategy: string;
  readonly base: string;
  readonly labels: readonly string[];
  readonly reviewers: readonly string[];
  readonly maxOpen: string;
  readonly perHour: string;
  readonly draft: boolean;
  readonly fork: boolean;
  readonly pullRequest: string;
  readonly head: string;
  readonly token: string;
}

/** An input that the workflow has to put right. */
export class InputError extends Error {
  override readonly name = 'InputError';
}

/** Reads the inputs as the runner hands them on: `INPUT_` and the name in capitals. */
export function readInputs(env: Environment): Inputs {
  const text = (name: string): string => (env[`INPUT_${name.toUpperCase()}`] ?? '').trim();
  const list = (name: string, by: RegExp): readonly string[] =>
    text(name)
      .split(by)
      .map((each) => each.trim())
      .filter(Boolean);
  const flag = (name: string, fallback: boolean): boolean => {
    const value = text(name);
    if (value === '') return fallback;
    if (/^true$/i.test(value)) return true;
    if (/^false$/i.test(value)) return false;
    throw new InputError(`the input ${name} is true or false, not "${value}"`);
  };
  const mode = modes.find((each) => each === (text('mode') || 'check'));
  if (mode === undefined) throw new InputError(`the input mode is one of ${modes.join(', ')}, not "${text('mode')}"`);
  const inputs: Inputs = {
    mode,
    paths: list('paths', /\n/),
    directory: text('working-directory') || '.',
    rules: list('rules', /[,\n]/),
    preset: text('preset'),
    accept: text('accept'),
    config: text('config'),
    accounts: list('account', /\n/),
    strict: flag('strict', false),
    includeGenerated: flag('include-generated', false),
    failOnFindings: flag('fail-on-findings', true),
    annotations: flag('annotations', true),
    summary: flag('summary', true),
    sarif: text('sarif'),
    patch: text('patch'),
    plan: text('plan'),
    dryRun: flag('dry-run', false),
    groupBy: text('group-by'),
    branchStrategy: text('branch-strategy'),
    base: text('base'),
    labels: list('labels', /[,\n]/),
    reviewers: list('reviewers', /[,\n]/),
    maxOpen: text('max-open'),
    perHour: text('per-hour'),
    draft: flag('draft', false),
    fork: flag('fork', false),
    pullRequest: text('pull-request'),
    head: text('head'),
    token: text('token'),
  };
  refuseMisplaced(inputs);
  return inputs;
}

/** The inputs that only some modes know; an input that does nothing hides a mistake. */
const only: readonly [keyof Inputs, string, readonly Mode[]][] = [
  ['accept', 'accept', ['diff', 'fix', 'pr', 'review']],
  ['strict', 'strict', ['check']],
  ['sarif', 'sarif', ['check', 'diff', 'fix']],
  ['patch', 'patch', ['diff']],
  ['plan', 'plan', ['pr']],
  ['dryRun', 'dry-run', ['pr', 'review']],
  ['groupBy', 'group-by', ['pr']],
  ['branchStrategy', 'branch-strategy', ['pr']],
  ['base', 'base', ['pr']],
  ['labels', 'labels', ['pr']],
  ['reviewers', 'reviewers', ['pr']],
  ['maxOpen', 'max-open', ['pr']],
  ['perHour', 'per-hour', ['pr']],
  ['draft', 'draft', ['pr']],
  ['fork', 'fork', ['pr']],
  ['pullRequest', 'pull-request', ['review']],
  ['head', 'head', ['review']],
  ['token', 'token', ['pr', 'review']],
];

function refuseMisplaced(inputs: Inputs): void {
  for (const [key, name, allowed] of only) {
    const value = inputs[key];
    const given = Array.isArray(value) ? value.length > 0 : value !== '' && value !== false;
    if (given && !allowed.includes(inputs.mode))
      throw new InputError(`the input ${name} is for the mode ${allowed.join(' or ')}, not for ${inputs.mode}`);
  }
  if (inputs.mode === 'review' && !/^[1-9]\d{0,9}$/.test(inputs.pullRequest))
    throw new InputError('the mode review needs the input pull-request, the number of one');
}

/** The selection as arguments of the command line. Values are given with `=`, so that none can become an option. */
export function selectionOf(inputs: Inputs): readonly string[] {
  return [
    ...inputs.rules.map((rule) => `--rule=${rule}`),
    ...inputs.accounts.map((file) => `--account=${file}`),
    ...valued({ preset: inputs.preset, accept: inputs.accept, config: inputs.config }),
    ...switched({ strict: inputs.strict, 'include-generated': inputs.includeGenerated }),
  ];
}

/** What only pull requests know, as arguments of `stackmend pr`. */
export function pullRequestOptionsOf(inputs: Inputs): readonly string[] {
  return [
    ...valued({
      'group-by': inputs.groupBy,
      'branch-strategy': inputs.branchStrategy,
      base: inputs.base,
      'max-open': inputs.maxOpen,
      'per-hour': inputs.perHour,
    }),
    ...inputs.labels.map((name) => `--label=${name}`),
    ...inputs.reviewers.map((name) => `--reviewer=${name}`),
    ...switched({ draft: inputs.draft, fork: inputs.fork }),
  ];
}

function valued(options: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(options).flatMap(([name, value]) => (value === '' ? [] : [`--${name}=${value}`]));
}

function switched(options: Readonly<Record<string, boolean>>): readonly string[] {
  return Object.entries(options).flatMap(([name, isOn]) => (isOn ? [`--${name}`] : []));
}
