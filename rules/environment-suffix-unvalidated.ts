import { defineRule } from '../core/rule.js';
import { limits } from '../facts/index.js';

export const rule = defineRule({
  id: 'environment-suffix-unvalidated',
  title: 'Environment suffix that takes any text',
  why: 'A suffix becomes part of resource names. One with a capital letter, an underscore or too many characters is refused by the first service whose names do not allow it, in the middle of the deployment and with a message about the name, not about the parameter. With a pattern CloudFormation refuses it before anything is created.',
  impact: 'low',
  messages: {
    unchecked: { text: '{parameter} becomes part of {names} and takes any text', preset: 'all' },
  },
  errors: [],
  references: [
    'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html',
    'https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html',
  ],
  limits: [
    'AllowedPattern or AllowedValues is enough: a missing MaxLength alone is no finding.',
    'A parameter whose values the Rules section checks, or that is the key of a mapping, is no finding.',
    'In a program the name of the stack alone is no finding: Pulumi lets it hold letters, digits, hyphens, underscores and periods only.',
    'Only parameters named like an environment suffix, an environment or a stage are judged, and only those that stand beside other text in a resource name.',
    'The maximum length counts the literal text and the account id in each name; what other parameters, the region and the stack name add is not known.',
    'Values given at deployment, in samconfig.toml or in a pipeline, are not read. Of a Pulumi project, those in Pulumi.<stack>.yaml beside it are, unless they are secrets.',
  ],
  facts: ['limits'],
  since: '0.1.0',
});

export interface SuffixCheck {
  readonly pattern: string;
  readonly maxLength: number;
  /** Completes "Parameter NAME ...". */
  readonly description: string;
}

/** The characters that a suffix may hold beyond those of the fact, and what they are called. */
const wider = [
  { test: /[A-Z]/, set: 'A-Z', name: undefined },
  { test: /_/, set: '_', name: 'underscores' },
  { test: /\./, set: '.', name: 'dots' },
] as const;

/**
 * The narrowest check that lets all known values pass.
 * @param room characters that the longest resource name leaves for the suffix; the known values fit
 * @param declared the maximum length that the parameter has already
 * @returns why there is none, as the end of "no edit, because ..."
 */
export function suffixCheck(known: readonly string[], room: number, declared?: number): SuffixCheck | string {
  const usual = limits.environmentSuffix;
  const longest = Math.max(1, ...known.map((value) => value.length));
  const added = wider.filter(({ test }) => known.some((value) => test.test(value)));
  const pattern = widen(usual.pattern, added.map(({ set }) => set).join(''), known.includes(''));
  const stranger = known.find((value) => !new RegExp(pattern).test(value));
  if (stranger !== undefined)
    return `its value ${JSON.stringify(stranger)} holds characters that few resource names allow`;
  const maxLength = declared ?? Math.min(room, Math.max(longest, usual.maxLength));
  const letters = added.some(({ set }) => set === 'A-Z') ? 'letters' : 'lowercase letters';
  const kinds = [letters, 'digits', 'hyphens', ...added.flatMap(({ name }) => name ?? [])];
  const list = `${kinds.slice(0, -1).join(', ')} and ${kinds.at(-1)}`;
  return { pattern, maxLength, description: `must consist of at most ${maxLength} ${list}` };
}

/** Adds characters to the one class of a pattern such as `^[a-z-]+$`; the hyphen stays last. */
function widen(pattern: string, set: string, mayBeEmpty: boolean): string {
  const wide =
    set === ''
      ? pattern
      : pattern.replace('[', `[${set.replace(/[_.]+/, '')}`).replace('-]', `${set.replace('A-Z', '')}-]`);
  return mayBeEmpty ? wide.replace(']+', ']*') : wide;
}
