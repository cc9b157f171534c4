/** GraphQL: requests are checked by graphql-js against the slice of GitHub's schema in schema.graphql, then answered. */
import { readFileSync } from 'node:fs';
import { GraphQLError, GraphQLScalarType, buildSchema, graphql, parse, type OperationDefinitionNode } from 'graphql';
import type { World } from './answers.js';
import { ABSENT, type TreeEntry } from './git-store.js';
import { identity, webFlow } from './routes/git.js';
import type { Account } from './state.js';

const schema = buildSchema(readFileSync(new URL('schema.graphql', import.meta.url), 'utf8'));

/** A scalar of the schema takes only what matches. */
function restrict(name: string, pattern: RegExp): void {
  const scalar = schema.getType(name);
  if (!(scalar instanceof GraphQLScalarType)) throw new Error(`schema.graphql has no scalar ${name}`);
  scalar.parseValue = (value) => {
    if (typeof value === 'string' && pattern.test(value)) return value;
    throw new GraphQLError(`${JSON.stringify(value)} is no ${name}`);
  };
}

restrict('GitObjectID', /^[0-9a-f]{40}$/);
restrict('GitRefname', /^refs\/[^/]+\/.+$/);
restrict('Base64String', /^[A-Za-z0-9+/]*={0,2}$/);

interface RefUpdate {
  readonly name: string;
  readonly afterOid: string;
  readonly beforeOid?: string | null;
  readonly force: boolean;
}

/** An error as GitHub's GraphQL gives it: `type` stands beside the message. */
function refused(type: string, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { type } });
}

function mayWrite({ state }: World, account: Account): void {
  if (state.settings.archived) throw refused('FORBIDDEN', 'Repository was archived so is read-only.');
  if (!account.write.has('contents')) throw refused('FORBIDDEN', 'Resource not accessible by integration');
}

async function updateRefs(world: World, account: Account, refUpdates: readonly RefUpdate[]): Promise<void> {
  const { state } = world;
  mayWrite(world, account);
  const changes = [];
  for (const { name, afterOid, beforeOid, force } of refUpdates) {
    const now = state.store.refs.get(name) ?? ABSENT;
    if (state.settings.protectedBranches.has(name.replace('refs/heads/', '')))
      throw refused(
        'UNPROCESSABLE',
        `Repository rule violations found\n\nChanges must be made through a pull request.\n\n`,
      );
    if (beforeOid != null && beforeOid !== now)
      throw refused('UNPROCESSABLE', `Reference ${name} is not at the expected commit`);
    if (afterOid !== ABSENT && (await state.store.commit(afterOid)) === undefined)
      throw refused('UNPROCESSABLE', 'Object does not exist');
    if (!force && now !== ABSENT && afterOid !== ABSENT && !(await state.store.isAncestor(now, afterOid)))
      throw refused('UNPROCESSABLE', 'Update is not a fast forward');
    changes.push({ name, before: now, after: afterOid });
  }
  if (!(await state.updateRefs(changes))) throw refused('UNPROCESSABLE', 'Reference update failed');
}

async function commitOnBranch(world: World, account: Account, input: any): Promise<object> {
  const { state, signed } = world;
  mayWrite(world, account);
  const branch: string = input.branch.branchName ?? '';
  const head = state.branch(branch);
  const tree = head === undefined ? undefined : (await state.store.commit(head))?.tree;
  if (head === undefined || tree === undefined) throw refused('NOT_FOUND', `No such branch: ${branch}`);
  if (head !== input.expectedHeadOid)
    throw refused(
      'STALE_DATA',
      `Expected branch to point to "${input.expectedHeadOid}" but it did not. Pull and try again.`,
    );
  const files = await state.store.files(tree);
  for (const { path } of input.fileChanges?.deletions ?? [])
    if (!files.delete(path))
      throw refused('UNPROCESSABLE', `A path was requested for deletion which does not exist: ${path}`);
  for (const { path, contents } of input.fileChanges?.additions ?? []) {
    const entry: TreeEntry = {
      mode: files.get(path)?.mode ?? '100644',
      oid: state.store.write('blob', Buffer.from(contents, 'base64')),
    };
    files.set(path, entry);
  }
  const date = state.clock.now();
  const { headline, body } = input.message;
  const oid = state.store.writeCommit({
    tree: state.store.writeFiles(files),
    parents: [head],
    author: identity(account, date),
    committer: webFlow(date),
    message: body ? `${headline}\n\n${body}` : headline,
  });
  signed.add(oid);
  await state.updateRefs([{ name: `refs/heads/${branch}`, before: head, after: oid }]);
  return { commit: { id: `C_${oid}`, oid, url: `https://example.invalid/commit/${oid}` }, ref: null };
}

function resolvers(world: World, account: Account): object {
  const { state, show } = world;
  const id = show.repositoryId();
  return {
    viewer: { login: account.login },
    repository: ({ owner, name }: { owner: string; name: string }) => {
      if (owner !== state.owner || name !== state.name)
        throw refused('NOT_FOUND', `Could not resolve to a Repository with the name '${owner}/${name}'.`);
      return {
        id,
        nameWithOwner: state.fullName,
        ref: ({ qualifiedName }: { qualifiedName: string }) =>
          state.store.refs.has(qualifiedName)
            ? { id: `REF_${qualifiedName}`, name: qualifiedName.replace('refs/heads/', ''), prefix: 'refs/heads/' }
            : null,
      };
    },
    updateRefs: async ({ input }: { input: any }) => {
      if (input.repositoryId !== id)
        throw refused('NOT_FOUND', `Could not resolve to a node with the global id of '${input.repositoryId}'`);
      await updateRefs(world, account, input.refUpdates as readonly RefUpdate[]);
      return { clientMutationId: input.clientMutationId ?? null };
    },
    createCommitOnBranch: ({ input }: { input: any }) => commitOnBranch(world, account, input),
  };
}

/** The fields that a document asks for at its top, for the log: `updateRefs`. */
export function rootFields(source: string): string {
  try {
    const operation = parse(source).definitions.find(
      (each): each is OperationDefinitionNode => each.kind === 'OperationDefinition',
    );
    return (operation?.selectionSet.selections ?? [])
      .map((each) => (each.kind === 'Field' ? each.name.value : '...'))
      .join('+');
  } catch {
    return '?';
  }
}

export interface GraphqlAnswer {
  readonly body: unknown;
  /** True where the document breaks the schema, which no working client's does. */
  readonly invalid: readonly string[];
}

/** Answers one request. */
export async function answerGraphql(world: World, account: Account, request: any): Promise<GraphqlAnswer> {
  if (!world.state.settings.knowsUpdateRefs && /\bupdateRefs\b/.test(request.query)) {
    const message = "Field 'updateRefs' doesn't exist on type 'Mutation'";
    return { body: { errors: [{ path: ['mutation', 'updateRefs'], message }] }, invalid: [] };
  }
  const result = await graphql({
    schema,
    source: request.query,
    variableValues: request.variables ?? {},
    rootValue: resolvers(world, account),
  });
  const errors = result.errors?.map((error) => {
    const type = error.extensions['type'];
    return {
      ...(type !== undefined && { type }),
      message: error.message,
      path: error.path,
      locations: error.locations,
    };
  });
  const broken = (result.errors ?? []).filter((error) => error.extensions['type'] === undefined);
  return {
    body: errors === undefined ? result : { data: result.data ?? null, errors },
    invalid: broken.map((each) => each.message),
  };
}
