import { layouts } from './layouts.js';
import { type Piece, type ProgramNeed, programNeeds } from './needs.js';
import { type RoleForm, roleForms } from './role-forms.js';
import type { Source } from './sources.js';

/** Correct programs: each need, granted in each form, in each layout. @param every each Nth of them */
export async function* generatedPrograms(every = 1): AsyncGenerator<Source> {
  let count = 0;
  for (const { name, pieces } of [...grantPrograms(), ...versionPrograms()])
    for (const [layout, lay] of Object.entries(layouts))
      if (count++ % every === 0) yield { name: `generated/${name}, ${layout}`, texts: await lay(pieces) };
}

interface Pieces {
  readonly name: string;
  readonly pieces: readonly Piece[];
}

function* grantPrograms(): Generator<Pieces> {
  for (const need of programNeeds)
    for (const form of roleForms)
      if (form.isFor?.(need) !== false) yield { name: `${need.name}, ${form.name}`, pieces: piecesOf(need, form) };
}

/** Provisioned concurrency on a published version, by an alias or directly. */
function* versionPrograms(): Generator<Pieces> {
  const [need] = programNeeds;
  const [form] = roleForms;
  if (!need || !form) return;
  const published = piecesOf({ ...need, argument: 'publish: true' }, form);
  const alias: Piece = {
    keep: 'live',
    type: 'lambda.Alias',
    name: 'live',
    args: "{ name: 'live', functionName: @worker.name, functionVersion: @worker.version }",
    file: 'index',
  };
  yield { name: 'alias', pieces: [...published, alias, config('@live.name')] };
  yield {
    name: 'kept, waiting for the alias',
    pieces: [...published, alias, config('@live.name', { keep: 'warm', dependsOn: ['live'] })],
  };
  yield { name: 'alias by its text', pieces: [...published, alias, config("'live'", { dependsOn: ['live'] })] };
  yield { name: 'version', pieces: [...published, config('@worker.version')] };
}

function piecesOf(need: ProgramNeed, form: RoleForm): Piece[] {
  const trust = "assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: 'lambda.amazonaws.com' })";
  const role = [trust, ...(form.argument ? [form.argument(need)] : [])];
  const fn = [
    "runtime: 'nodejs22.x'",
    "handler: 'index.handler'",
    'role: @role.arn',
    "code: new pulumi.asset.FileArchive('./worker')",
    ...(need.argument === undefined ? [] : [need.argument]),
  ];
  return [
    ...need.targets,
    { keep: 'role', type: 'iam.Role', name: 'worker-role', args: `{ ${role.join(', ')} }`, file: 'roles' },
    ...form.pieces(need),
    {
      keep: 'worker',
      type: 'lambda.Function',
      name: 'worker',
      args: `{ ${fn.join(', ')} }`,
      dependsOn: form.waitsFor,
      file: 'index',
    },
    ...(need.behind ?? []),
  ];
}

function config(qualifier: string, more: Partial<Piece> = {}): Piece {
  return {
    type: 'lambda.ProvisionedConcurrencyConfig',
    name: 'warm',
    args: `{ functionName: @worker.name, qualifier: ${qualifier}, provisionedConcurrentExecutions: 5 }`,
    file: 'index',
    ...more,
  };
}
