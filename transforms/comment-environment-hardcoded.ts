import { definePulumiTransform } from '../core/rule.js';
import { rule } from '../rules/comment-environment-hardcoded.js';
import { environmentComments } from '../rules/shared/environment-comments.js';
import { asCodemod } from './shared/codemod.js';
import { inlineCodes } from './shared/inline-code.js';

export const transform = definePulumiTransform<'named', Record<string, never>>({
  rule,
  needles: ['StringAsset'],
  *find({ program, editor }) {
    for (const code of inlineCodes(program, editor)) yield* environmentComments(code);
  },
});

export const parser = 'ts';
export default asCodemod(transform);
