import type { StandardDiagnostic } from '@aws/cloudformation-validate';
import { type Plain, isPlainMap } from './plain-value.js';

/** What is known when a diagnostic is weighed: the mended template, and all that the validator says about it. */
interface Evidence {
  readonly after: Plain;
  readonly all: readonly StandardDiagnostic[];
}

interface Bug {
  readonly ruleId: string;
  readonly reason: string;
  /** Holds only where the evidence shows that the diagnostic is wrong. */
  readonly shows: (diagnostic: StandardDiagnostic, evidence: Evidence) => boolean;
}

/** Diagnostics of the validator (1.9.0-beta) that are wrong, each with the proof that it is this bug and no other. */
const bugs: readonly Bug[] = [
  {
    ruleId: 'F3033',
    reason: 'it reads the empty default of a parameter in a branch whose condition excludes the empty text',
    shows: ({ entity, propertyPath = '', message }, { after }) =>
      message.startsWith('length 0 ') &&
      /^Properties\.Code\.S3(?:Bucket|Key)$/.test(propertyPath) &&
      isGuardedByText(after, at(after, 'Resources', entity?.logicalId ?? '', 'Properties', 'Code')),
  },
  {
    ruleId: 'F6101',
    reason: 'it does not know what SAM makes: `Ref` of `Function.Alias` and `Function.Version` are documented',
    shows: ({ message }, { after }) => {
      const id = /'(\w+)\.(?:Alias|Version)'/.exec(message)?.[1] ?? '';
      return at(after, 'Resources', id, 'Type') === 'AWS::Serverless::Function';
    },
  },
  {
    ruleId: 'W2509',
    reason: 'it takes the place or the handler of code for a password, by the name of the function',
    shows: ({ entity }) => /(?:CodeBucket|CodeKey|Handler)\d*$/.test(entity?.logicalId ?? ''),
  },
  ...['W9002', 'W9013'].map((ruleId) => ({
    ruleId,
    reason: 'the key of another function of the template, which is written out there as well',
    shows: ({ entity }: StandardDiagnostic, { after }: Evidence) => {
      const keyOf = (id: string): Plain => at(after, 'Resources', id, 'Properties', 'KmsKeyArn');
      const key = keyOf(entity?.logicalId ?? '');
      const resources = at(after, 'Resources');
      const ids = isPlainMap(resources) ? Object.keys(resources) : [];
      return key !== undefined && ids.filter((id) => keyOf(id) === key).length > 1;
    },
  })),
  {
    ruleId: 'W1028',
    reason:
      'the condition of the resource itself can never hold, so it calls either branch of any Fn::If in it unreachable',
    shows: ({ entity, propertyPath = '' }, { after, all }) => {
      const branches = all.filter(
        (other) =>
          other.ruleId === 'W1028' &&
          other.entity?.logicalId === entity?.logicalId &&
          withoutBranch(other.propertyPath) === withoutBranch(propertyPath),
      );
      const condition = at(after, 'Resources', entity?.logicalId ?? '', 'Condition');
      return typeof condition === 'string' && branches.length >= 2;
    },
  },
];

/** Why a diagnostic is wrong, or undefined when nothing is known against it. */
export function bugBehind(diagnostic: StandardDiagnostic, evidence: Evidence): string | undefined {
  return bugs.find(({ ruleId, shows }) => ruleId === diagnostic.ruleId && shows(diagnostic, evidence))?.reason;
}

/** True for `Fn::If` on a condition that says that a parameter is not the empty text. */
function isGuardedByText(template: Plain, node: Plain): boolean {
  const [name] = asList(at(node, 'Fn::If'));
  if (typeof name !== 'string') return false;
  const [negated] = asList(at(template, 'Conditions', name, 'Fn::Not'));
  return asList(at(negated, 'Fn::Equals')).includes('');
}

function withoutBranch(path = ''): string {
  return path.replace(/\d+$/, '');
}

function at(value: Plain, ...path: readonly string[]): Plain {
  let current = value;
  for (const key of path) current = isPlainMap(current) ? current[key] : undefined;
  return current;
}

function asList(value: Plain): readonly Plain[] {
  return Array.isArray(value) ? value : [];
}
