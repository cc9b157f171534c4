import { defineRule } from '../core/rule.js';

export const rule = defineRule({
  id: 'lambda-version-unexported',
  title: 'Published version or alias that the stack does not output',
  why: 'A stack that publishes a version or an alias hands over something that callers, rollbacks and tests are meant to name. Without an output its ARN has to be looked up by hand, and what uses the function is tempted to call $LATEST. Nothing fails at deployment.',
  impact: 'low',
  messages: {
    unexported: {
      text: '{resource} publishes {what}, and no output of the stack gives its ARN',
      preset: 'all',
    },
  },
  errors: [],
  references: [
    'https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html',
    'https://docs.aws.amazon.com/lambda/latest/dg/configuration-aliases.html',
    'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/outputs-section-structure.html',
  ],
  limits: [
    'A template without any output is left alone: what it makes is not meant to be handed over.',
    'What other resources of the template use is a finding only where the stack outputs the function in its place.',
    'A version that an alias of the template points to is judged by the alias.',
    'In Pulumi the alias is handed over together with the version that it points to; what is created in a method, a branch or a loop is left alone, and so is a file that others import.',
    'An output is exported under a name (Export) only where all other outputs of the template are, by one pattern.',
  ],
  facts: ['limits'],
  since: '0.1.0',
});
