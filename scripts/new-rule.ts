/** Scaffolds a rule: `npm run new-rule -- lambda-something-wrong`. Existing names are refused. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';

const [id] = process.argv.slice(2);
if (id === undefined || !/^[a-z][a-z0-9]*(?:-[a-z0-9]+)+$/.test(id)) {
  console.error('usage: npm run new-rule -- <service>-<what-is-wrong>, in kebab-case');
  process.exit(2);
}
const files: Readonly<Record<string, string>> = {
  [`rules/${id}.ts`]: `import { defineRule } from '../core/rule.js';
import { deploymentErrors } from '../facts/index.js';

export const rule = defineRule({
  id: '${id}',
  title: '',
  why: '',
  impact: 'high',
  messages: {
    found: { text: '{resource} ...', preset: 'deploy' },
  },
  errors: deploymentErrors('${id}'),
  references: [],
  limits: [],
  facts: [],
  since: '0.1.0',
});
`,
  [`cfn-fixers/${id}.ts`]: `import { defineCfnFixer } from '../core/rule.js';
import { rule } from '../rules/${id}.js';
import { functionTypes } from '../rules/shared/function-types.js';

export default defineCfnFixer<'found', Record<string, never>>({
  rule,
  needles: functionTypes,
  *find({ template, editor }) {
    for (const fn of template.resources(...functionTypes)) {
      const node = fn.ownProperty('');
      if (!node) continue;
      yield {
        message: 'found',
        data: { resource: fn.id },
        certainty: 'proven',
        resource: fn,
        node,
        fix: () => ({ title: '', safety: 'review', consequence: { deployment: 'update' }, edits: editor.remove(node), touches: [node.path] }),
      };
    }
  },
});
`,
  [`fixtures/${id}/example.input.yaml`]: `AWSTemplateFormatVersion: '2010-09-09'

Resources: {}
`,
};
const present = Object.keys(files).filter((file) => existsSync(file));
if (present.length > 0) {
  console.error(`${present.join(', ')} exists already`);
  process.exit(2);
}
mkdirSync(`fixtures/${id}`, { recursive: true });
for (const [file, text] of Object.entries(files)) {
  writeFileSync(file, text);
  console.log(`wrote ${file}`);
}
console.log('Then: npm run generate, npm run update-fixtures');
