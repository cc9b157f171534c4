import { describe, expect, test } from 'vitest';
import { describeRole, functionOf, rolesOf } from '../../../../core/template/iam/roles.js';
import { load, need } from './iam-template.js';

const sam = 'Transform: AWS::Serverless-2016-10-31\n';
const conditions = 'Parameters: {P: {Type: String}}\nConditions: {C: !Equals [!Ref P, x]}\n';
const role = 'Role: {Type: AWS::IAM::Role}';

async function rolesFor(text: string): Promise<readonly string[]> {
  const template = await load(text);
  return rolesOf(template, need(template, 'Fn')).map((found) => {
    const guards = found.guards.map(({ condition, holds }) => (holds ? condition : `!${condition}`)).join(' ');
    const named = found.role.kind === 'outside' ? found.role.because : `${found.role.kind} ${describeRole(found.role)}`;
    return guards === '' ? named : `${guards}: ${named}`;
  });
}

function plain(spelt: string, resources: string = role): string {
  return `${conditions}Resources:\n  ${resources}\n  Fn: {Type: AWS::Lambda::Function, Properties: {Role: ${spelt}}}\n`;
}

describe('rolesOf a function', () => {
  test.each([
    ['!GetAtt Role.Arn', role, ['resource Role']],
    ['{Fn::GetAtt: [Role, Arn]}', role, ['resource Role']],
    ['!Ref Role', role, ['resource Role']],
    ["!Sub '${Role.Arn}'", role, ['resource Role']],
    ["!Sub ['${R}', {R: !GetAtt Role.Arn}]", role, ['resource Role']],
    ["!Sub 'arn:${AWS::Partition}:iam::${AWS::AccountId}:role/${Role}'", role, ['resource Role']],
    [
      "!Sub 'arn:aws:iam::${AWS::AccountId}:role/${Role}'",
      'Role: {Type: AWS::IAM::Role, Properties: {Path: /service/}}',
      ['resource Role'],
    ],
    [
      "!Sub 'arn:aws:iam::${AWS::AccountId}:role/worker'",
      'Role: {Type: AWS::IAM::Role, Properties: {RoleName: worker}}',
      ['resource Role'],
    ],
    [
      "!Sub 'arn:aws:iam::${AWS::AccountId}:role/service/worker'",
      'Role: {Type: AWS::IAM::Role, Properties: {RoleName: worker, Path: /service/}}',
      ['resource Role'],
    ],
    [
      "!Join ['', ['arn:aws:iam::', !Ref AWS::AccountId, ':role/w-', !Ref P]]",
      "Role: {Type: AWS::IAM::Role, Properties: {RoleName: !Sub 'w-${P}'}}",
      ['resource Role'],
    ],
    [
      "!Sub 'arn:aws:iam::${AWS::AccountId}:role/other'",
      'Role: {Type: AWS::IAM::Role, Properties: {RoleName: worker}}',
      ['the role is known only at deployment'],
    ],
    ["!Sub 'arn:aws:iam::${AWS::AccountId}:role/${Role}-2'", role, ['the role is known only at deployment']],
    ['arn:aws:iam::123456789012:role/worker', role, ['the role stands outside of the template']],
    ['!Ref P', role, ['the role is the parameter P']],
    ['!ImportValue role', role, ['the role is imported from another stack']],
    ["!ImportValue {Fn::Sub: '${P}-role'}", role, ['the role is imported from another stack']],
    ['!GetAtt Nested.Outputs.Role', role, ['the role comes from Nested']],
    ['!If [C, !GetAtt Role.Arn, !Ref P]', role, ['C: resource Role', '!C: the role is the parameter P']],
  ])('%s', async (spelt, resources, expected) => {
    expect(await rolesFor(plain(spelt, resources))).toEqual(expected);
  });

  test('a function without a role', async () => {
    expect(await rolesFor('Resources: {Fn: {Type: AWS::Lambda::Function, Properties: {Handler: x}}}')).toEqual([
      'Fn names no role',
    ]);
  });
});

describe('rolesOf a SAM function', () => {
  test.each([
    ['no Role', 'Handler: x', '', ['sam FnRole']],
    ['an empty Role', 'Role: ', '', ['sam FnRole']],
    ['a Role', 'Role: !GetAtt Role.Arn', '', ['resource Role']],
    ['the Role of Globals', 'Handler: x', 'Globals: {Function: {Role: !GetAtt Role.Arn}}\n', ['resource Role']],
    ['the role of another function', 'Role: !GetAtt OtherRole.Arn', '', ['sam OtherRole']],
    ['the role of another function by Fn::Sub', "Role: !Sub '${OtherRole.Arn}'", '', ['sam OtherRole']],
    [
      'a Role under a condition',
      'Role: !If [C, !GetAtt Role.Arn, !Ref AWS::NoValue]',
      '',
      ['C: resource Role', '!C: sam FnRole'],
    ],
  ])('%s', async (_, properties, globals, expected) => {
    const resources = `Resources:\n  ${role}\n  Other: {Type: AWS::Serverless::Function}\n  Fn:\n    Type: AWS::Serverless::Function\n    Properties:\n      ${properties}\n`;
    expect(await rolesFor(`${sam}${globals}${conditions}${resources}`)).toEqual(expected);
  });
});

describe('functionOf', () => {
  const resources = `
Resources:
  Fn: {Type: AWS::Lambda::Function, Properties: {FunctionName: worker}}
  Plain: {Type: AWS::Lambda::Function}
  Sam: {Type: AWS::Serverless::Function, Properties: {AutoPublishAlias: live}}
  Live: {Type: AWS::Lambda::Alias, Properties: {FunctionName: !Ref Fn, Name: live}}
  Version: {Type: AWS::Lambda::Version, Properties: {FunctionName: !Ref Plain}}
`;

  test.each([
    ['!Ref Fn', 'Fn'],
    ['!GetAtt Fn.Arn', 'Fn'],
    ['!GetAtt Plain.Arn', 'Plain'],
    ["!Sub '${Plain}'", 'Plain'],
    ["!Sub '${Plain.Arn}:live'", 'Plain:live'],
    ["!Join [':', [!GetAtt Plain.Arn, $LATEST]]", 'Plain:$LATEST'],
    ["!Sub '${Plain.Arn}:${P}'", 'Plain:?'],
    ['worker', 'Fn'],
    ['worker:live', 'Fn:live'],
    ["!Sub 'arn:aws:lambda:${AWS::Region}:${AWS::AccountId}:function:worker'", 'Fn'],
    ["!Sub '${AWS::AccountId}:function:worker:1'", 'Fn:1'],
    ['!Ref Live', 'Fn:live by Live'],
    ['!GetAtt Live.AliasArn', 'Fn:live by Live'],
    ['!Ref Version', 'Plain:? by Version'],
    ['!Ref Sam', 'Sam'],
    ['!Ref Sam.Alias', 'Sam:live'],
    ['!Ref SamAliaslive', 'Sam:live'],
    ['!Ref P', undefined],
    ['workers', undefined],
    ['!ImportValue fn', undefined],
  ])('%s', async (spelt, expected) => {
    const template = await load(
      `${sam}${conditions}${resources}  Map: {Type: AWS::Lambda::EventSourceMapping, Properties: {FunctionName: ${spelt}}}\n`,
    );
    const node = need(template, 'Map').property('FunctionName');
    const found = node && functionOf(template, node);
    const qualifier = found?.qualified === true ? `:${found.qualifier ?? '?'}` : '';
    const through = found?.through ? ` by ${found.through.id}` : '';
    expect(found && `${found.fn.id}${qualifier}${through}`).toBe(expected);
  });
});
