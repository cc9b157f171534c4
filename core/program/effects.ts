import { type Node, type babel, bare, memberName, walkNodes } from './ast.js';
import type { ProgramFile } from './file.js';
import { isJsonStringify } from './lower.js';
import { awsPackage, packageMember, pulumiPackage } from './packages.js';

/** Functions of Pulumi that make a value of others, or tell what is deployed. */
const pureOfPulumi = new Set([
  'all',
  'concat',
  'getOrganization',
  'getProject',
  'getStack',
  'interpolate',
  'jsonStringify',
  'output',
  'secret',
]);

/** Functions of the provider that tell what is the same for all resources, or make a text. */
const pureOfAws = /^get(?:CallerIdentity|Partition|PolicyDocument|Region)(?:Output)?$/;

/** True for an expression that only has a value: nobody notices when it is not computed. */
export function hasNoEffect(file: ProgramFile, expression: Node): boolean {
  return [...walkNodes(expression)].every((node) => {
    switch (node.type) {
      case 'CallExpression':
        return isJsonStringify(node) || isPureCallee(file, node.callee);
      case 'TaggedTemplateExpression':
        return isPureCallee(file, node.tag);
      case 'NewExpression':
        return isConfig(file, node);
      case 'UnaryExpression':
        return node.operator !== 'delete';
      default:
        return (
          !/^(?:Assignment|Await|Import|OptionalCall|Update|Yield)/.test(node.type) || node.type === 'AssignmentPattern'
        );
    }
  });
}

function isPureCallee(file: ProgramFile, callee: Node): boolean {
  const member = packageMember(file, callee);
  const name = member?.path.at(-1) ?? '';
  if (member)
    return member.package === pulumiPackage
      ? pureOfPulumi.has(name)
      : member.package === awsPackage && pureOfAws.test(name);
  return isConfigured(file, callee);
}

/** `config.get('key')`; `require` fails where nothing is given. */
function isConfigured(file: ProgramFile, callee: Node): boolean {
  if (callee.type !== 'MemberExpression' || memberName(callee)?.startsWith('get') !== true) return false;
  const owner = bare(callee.object);
  const made = owner.type === 'Identifier' ? file.scopes.resolve(owner)?.init : owner;
  return made?.type === 'NewExpression' && isConfig(file, made);
}

function isConfig(file: ProgramFile, { callee }: babel.NewExpression): boolean {
  const member = packageMember(file, callee);
  return member?.package === pulumiPackage && member.path.at(-1) === 'Config';
}
