import { defineRule } from '../core/rule.js';

export interface TemplateFileNameOptions {
  /** Absent: the rule says nothing. */
  readonly name?: string | undefined;
}

export const rule = defineRule<'offConvention', TemplateFileNameOptions>({
  id: 'template-file-name',
  title: 'Template file off the naming convention of the project',
  why: 'Pipelines and scripts find a template by its path. A template that is right in itself is not deployed, or an older one is, when its file is called otherwise than they expect. Only the project knows the name, so the rule is silent until it is given.',
  impact: 'medium',
  messages: {
    offConvention: { text: '{file} holds a template; by the convention of this project it is {name}', preset: 'all' },
  },
  errors: [],
  references: [],
  limits: [
    'Without the option name there is no finding.',
    'What names the file by its old path, such as scripts, pipelines and parent templates, is not rewritten.',
    'A pattern says which names are right, not which one to take: where it leaves a choice, nothing is renamed.',
  ],
  facts: [],
  options: {
    schema: (z) =>
      z.strictObject({
        name: z
          .string()
          .regex(
            /^(?!\/)(?!.*(?:^|\/)\.\.?(?:\/|$))[^\\]*[^\\/]$/,
            'must be a path below the root, with / between its parts',
          )
          .optional()
          .describe(
            'Where the template belongs, relative to the root: a path (lib/TapStack.json), a name without directory (TapStack.json), or a pattern with * for any part of a name and ** for any directories (lib/*Stack.json). Use overrides per path where a project has several templates.',
          ),
      }),
    defaults: {},
  },
  since: '0.1.0',
});

/** Where a file stands in the convention: right, to be renamed, or off it without one right name. */
export type NameJudgement =
  { readonly kind: 'right' } | { readonly kind: 'rename'; readonly to: string } | { readonly kind: 'choice' };

/** @param file path relative to the root, with slashes */
export function judgeName(file: string, convention: string): NameJudgement {
  const directory = file.slice(0, file.lastIndexOf('/') + 1);
  const wanted = convention.includes('/') ? convention : directory + convention;
  if (!wanted.includes('*')) return file === wanted ? { kind: 'right' } : { kind: 'rename', to: wanted };
  if (patternOf(wanted).test(file)) return { kind: 'right' };
  // A pattern that leaves only the directory open names the file.
  const base = file.slice(directory.length);
  const moved = wanted.slice(0, wanted.lastIndexOf('/') + 1) + base;
  return !moved.includes('*') && patternOf(wanted).test(moved) ? { kind: 'rename', to: moved } : { kind: 'choice' };
}

function patternOf(convention: string): RegExp {
  const source = convention
    .split(/(\*\*\/|\*)/)
    .map((part) =>
      part === '**/' ? '(?:.*/)?' : part === '*' ? '[^/]*' : part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`),
    );
  return new RegExp(`^${source.join('')}$`);
}
