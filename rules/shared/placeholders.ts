import type { FindingDraft } from '../../core/rule.js';
import { type TemplateNode, stringOf } from '../../core/template/node.js';
import type { Resource } from '../../core/template/template.js';
import { isPlaceholderValue, placeholderReason } from '../lambda-placeholder-code.js';

export type PlaceholderMessage = 'placeholderCode' | 'placeholderValue';
type Draft = FindingDraft<PlaceholderMessage>;

/** A finding where the inline code of a function reads as a placeholder. */
export function* placeholderCode(
  fn: Resource,
  node: TemplateNode,
  code: string,
  mend: Pick<Draft, 'fix' | 'followUps'>,
): Generator<Draft> {
  const because = placeholderReason(code, variablesOf(fn));
  if (because === undefined) return;
  yield {
    message: 'placeholderCode',
    data: { resource: fn.id, because },
    certainty: 'possible',
    resource: fn,
    node,
    ...mend,
  };
}

/** The variables that the function alone is given. */
function variablesOf(fn: Resource): string[] {
  const variables = fn.ownProperty('Environment', 'Variables');
  return variables?.kind === 'map' ? variables.entries.map(({ key }) => key) : [];
}

/**
 * A finding for each environment variable whose value stands in for a real one.
 * @param name whose variables they are, for people
 */
export function* placeholderValues(fn: Resource, name: string, variables: TemplateNode | undefined): Generator<Draft> {
  for (const { key, value } of variables?.kind === 'map' ? variables.entries : []) {
    const text = stringOf(value);
    if (text === undefined || !isPlaceholderValue(text)) continue;
    yield {
      message: 'placeholderValue',
      data: { resource: name, variable: key },
      certainty: 'possible',
      resource: fn,
      node: value,
      fix: () => ({
        code: 'needs-choice',
        because:
          'only a person knows the real value; a secret belongs into Secrets Manager or Parameter Store, and its name here',
      }),
    };
  }
}
