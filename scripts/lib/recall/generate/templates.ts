import { configTemplates } from './configs.js';
import { grantTemplates } from './grants.js';
import { layouts } from './print.js';

export interface GeneratedTemplate {
  readonly name: string;
  readonly print: () => string;
}

/** Correct templates in all forms and layouts, always the same ones; of these each Nth. */
export function* generatedTemplates(every = 1): Generator<GeneratedTemplate> {
  let index = 0;
  for (const { name, template } of [...grantTemplates(), ...configTemplates()])
    for (const [layout, print] of Object.entries(layouts)) {
      const file = `generated/${name} (${layout}).${layout === 'json' ? 'json' : 'yaml'}`;
      if (index++ % every === 0) yield { name: file, print: () => print(template) };
    }
}
