import { type Code, list, object, string } from '../../core/program/print.js';

/** A statement as code, or in the data form that `aws.iam.getPolicyDocument` takes. */
export function statementCode(actions: readonly string[], resource: Code, isData = false): Code {
  const [only] = actions;
  if (isData)
    return object({ effect: string('Allow'), actions: list(actions.map(string)), resources: list([resource]) });
  const action = only !== undefined && actions.length === 1 ? string(only) : list(actions.map(string));
  return object({ Effect: string('Allow'), Action: action, Resource: resource });
}
