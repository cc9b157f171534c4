import { Grants, type IamFacts } from '../../core/template/iam/grants.js';
import type { Template } from '../../core/template/template.js';
import { managedPolicies, requestContext, resourceArns, samPolicyTemplates } from '../../facts/index.js';

let loaded: IamFacts | undefined;

/** Loads the large fact files; a fixer that asks about grants names this as its `prepare`. */
export async function prepareIamFacts(): Promise<void> {
  if (loaded) return;
  const [policies, templates] = await Promise.all([managedPolicies(), samPolicyTemplates()]);
  loaded = {
    arnFormat: (type) => resourceArns[type],
    managedPolicy: (nameOrArn) => policies.find(nameOrArn),
    requestContext: new Map(Object.entries(requestContext).map(([key, known]) => [key.toLowerCase(), known])),
    samPolicyTemplate: (name) => templates[name],
  };
}

/** The facts, once they are loaded. */
export function iamFacts(): IamFacts {
  if (!loaded) throw new Error('prepareIamFacts() must have run');
  return loaded;
}

/** The grants of a template, read once for all rules. */
export function grantsOf(template: Template): Grants {
  return template.once(makeGrants);
}

function makeGrants(template: Template): Grants {
  return new Grants(template, iamFacts());
}
