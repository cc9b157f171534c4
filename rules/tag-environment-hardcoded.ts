import { defineRule } from '../core/rule.js';
import { environmentWords } from '../facts/index.js';

export interface TagEnvironmentOptions {
  /** Tag key to the parameter that it takes its value from. */
  readonly tags: Readonly<Record<string, string>>;
}

export const rule = defineRule<'literal' | 'noParameter' | 'configured', TagEnvironmentOptions>({
  id: 'tag-environment-hardcoded',
  title: 'Environment written into tags',
  why: 'A template that is deployed to several environments tags all of them alike when the environment is a literal: cost reports, policies and audits that go by the tag then take a test for production. Nothing fails at the deployment, so it is noticed late.',
  impact: 'medium',
  messages: {
    literal: {
      text: '{resource} {verb} tagged {key}: {value} wherever it is deployed, though {source} names the environment',
      preset: 'all',
    },
    noParameter: {
      text: '{resource} {verb} tagged {key}: {value} wherever the stack is deployed, and no parameter names the environment',
      preset: 'all',
    },
    configured: {
      text: 'The tag {key} of {resource} is written out; by the options it comes from the parameter {parameter}',
      preset: 'all',
    },
  },
  errors: [],
  references: [
    'https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-resource-tags.html',
    'https://docs.aws.amazon.com/whitepapers/latest/tagging-best-practices/tagging-best-practices.html',
  ],
  limits: [
    'Where a template tags its resources with different environments, they are taken as deliberate.',
    'So is a tag on a resource whose condition depends on the environment.',
    'Where only a suffix such as dev or pr123 is at hand, the tag becomes that suffix, as the name of the resource has it: it keeps copies apart, but does not classify them.',
    'A tag by which a policy or a selection of the same template goes is reported, not changed.',
    'Other tags are looked at only with the option tags.',
  ],
  facts: ['environment-words'],
  options: {
    schema: (z) =>
      z.strictObject({
        tags: z
          .record(
            z.string().min(1),
            z.string().regex(/^[A-Za-z0-9]{1,255}$/, 'must be the name of a parameter: letters and digits'),
          )
          .default({})
          .describe(
            'Further tags that come from a parameter, such as {"Team": "Team", "CostCenter": "CostCenter"}. A parameter that the template lacks is added with the present value as its default.',
          ),
      }),
    defaults: { tags: {} },
  },
  since: '0.1.0',
});

const keys = new Set(environmentWords.tag.keys);
const values = new Set(environmentWords.tag.values);

/** True for the keys of tags that name the environment, in any case. */
export function isEnvironmentKey(key: string): boolean {
  return keys.has(key.toLowerCase());
}

/** True for the names of environments, in any case. */
export function isEnvironmentValue(value: string): boolean {
  return values.has(value.toLowerCase());
}

/** True for a tag that a new resource does not take over from its neighbour: its name, or a fixed environment. */
export function isOwnTag(key: string, value: string | undefined): boolean {
  return key === 'Name' || (isEnvironmentKey(key) && value !== undefined && isEnvironmentValue(value));
}
