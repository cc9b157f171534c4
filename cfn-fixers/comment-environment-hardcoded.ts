import { defineCfnFixer } from '../core/rule.js';
import { rule } from '../rules/comment-environment-hardcoded.js';
import { environmentComments } from '../rules/shared/environment-comments.js';
import { inlineCodes } from './shared/inline-code.js';

export default defineCfnFixer<'named', Record<string, never>>({
  rule,
  needles: ['ZipFile', 'InlineCode'],
  *find({ template, editor }) {
    for (const code of inlineCodes(template, editor)) yield* environmentComments(code);
  },
});
