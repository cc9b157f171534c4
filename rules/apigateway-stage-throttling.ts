import { defineRule } from '../core/rule.js';
import { deploymentErrors } from '../facts/index.js';

export const rule = defineRule({
  id: 'apigateway-stage-throttling',
  title: 'Throttling as a property that a stage does not have',
  why: 'The limits of a stage are settings of its methods (REST API) or of its routes (HTTP and WebSocket API); a usage plan has limits of its own, for each API key. The stage itself has no property for them: CloudFormation refuses the unknown key before anything is created, and SAM refuses it when it transforms the template.',
  impact: 'low',
  messages: {
    unknownProperty: {
      text: '{resource} has {properties}, which {type} does not know: the limits belong in {home}',
      preset: 'deploy',
      prevents: 'extraneous key',
    },
  },
  errors: deploymentErrors('apigateway-stage-throttling'),
  references: [
    'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigateway-stage.html',
    'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-apigateway-stage-methodsetting.html',
    'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-apigatewayv2-stage-routesettings.html',
  ],
  limits: [
    'The figures are moved as they are; whether they suit the API is not judged.',
    'Where a usage plan of the stage has the same figures, the property is only removed: the plan limits callers by their API keys, not the stage as a whole.',
    'A stage that already limits all methods to other figures is reported; which of the two holds is for a person to choose.',
    'Other unknown properties of a stage are for a linter.',
  ],
  facts: ['apigateway', 'errors'],
  since: '0.1.0',
});

/** True for a property name that means throttling; no kind of stage has one at its top level. */
export function meansThrottling(property: string): boolean {
  return /^throttl/i.test(property);
}

/** Which limit a key means: `BurstLimit`, `burstLimit` and `ThrottlingBurstLimit` are the same. */
export function limitOf(key: string): 'burst' | 'rate' | undefined {
  if (/burst/i.test(key)) return 'burst';
  return /rate/i.test(key) ? 'rate' : undefined;
}
