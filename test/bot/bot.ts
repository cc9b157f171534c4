import { runTexts } from '../../core/engine/texts.js';
import { selectRules } from '../../core/engine/select.js';
import type { EngineSettings } from '../../core/engine/types.js';
import { catalog } from '../../rules/catalog.js';
import { loadTree } from '../../bot/base.js';
import { WriteBudget } from '../../bot/budget.js';
import { type Forge, type ForgeCall, intercept } from '../../bot/forge.js';
import { MemoryForge } from '../../bot/forges/memory.js';
import { GitRemote } from '../../bot/git/remote.js';
import { readRemote } from '../../bot/git/remote-url.js';
import { Workshop } from '../../bot/git/repository.js';
import type { GroupBy } from '../../bot/group.js';
import { type RunResult, findBase, pullRequests } from '../../bot/pull-requests.js';
import { Proposal } from '../../bot/propose.js';
import type { BotOptions } from '../../bot/session.js';
import { gitBranches, withGitBranches } from '../../bot/git/branches.js';
import { GitServer, type Files } from './git-server.js';

/** A role that does not let its function send to its queue: one safe fix. */
export function stack(name: string, more = ''): string {
  return `AWSTemplateFormatVersion: '2010-09-09'
Resources:
  ${name}Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement:
          - Effect: Allow
            Principal: { Service: lambda.amazonaws.com }
            Action: sts:AssumeRole
  ${name}Queue:
    Type: AWS::SQS::Queue
  ${name}Fn:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: nodejs22.x
      Handler: index.handler
      Role: !GetAtt ${name}Role.Arn
      DeadLetterConfig:
        TargetArn: !GetAtt ${name}Queue.Arn
      Code:
        ZipFile: exports.handler = async () => {};
${more}`;
}

export interface RunOptions {
  readonly options?: Partial<BotOptions>;
  readonly groupBy?: GroupBy;
  readonly dryRun?: boolean;
  readonly paths?: readonly string[];
  /** Around every call, of pull requests and branches alike. */
  readonly around?: Parameters<typeof intercept>[1];
}

/** A server, a forge in memory and a bot that runs against both. */
export class World {
  readonly log: ForgeCall[] = [];
  /** Moves only when it is waited. */
  time = Date.parse('2026-01-01T00:00:00Z');
  readonly forge: MemoryForge;

  private constructor(readonly server: GitServer) {
    this.forge = new MemoryForge({
      commitOf: (branch) => server.tip(branch),
      now: () => new Date(this.time),
    });
  }

  static async start(files: Files): Promise<World> {
    return new World(await GitServer.start(files));
  }

  /** Another world that stands as this one does now, with an empty log. */
  async copy(): Promise<World> {
    const made = new World(await this.server.copy());
    made.time = this.time;
    made.forge.pulls.push(...structuredClone(this.forge.pulls));
    for (const [number, notes] of this.forge.notes) made.forge.notes.set(number, structuredClone(notes));
    for (const [number, names] of this.forge.requestedReviewers) made.forge.requestedReviewers.set(number, names);
    return made;
  }

  async run({ options, groupBy = 'stack', dryRun = false, paths = [], around }: RunOptions = {}): Promise<RunResult[]> {
    const workshop = await Workshop.open(this.server.clone);
    const remote = new GitRemote(workshop, readRemote(this.server.url), undefined);
    const forge = withGitBranches(this.forge, gitBranches(workshop, remote, false));
    const logged = intercept(forge, (call, send) => {
      if (call.kind === 'write') this.log.push(call);
      return around ? around(call, send) : send();
    });
    const web = { family: 'github', url: 'https://forge.example/acme/infra' } as const;
    try {
      const clock = { now: () => new Date(this.time), wait: async (ms: number) => void (this.time += ms) };
      const budget = new WriteBudget({ perMinute: 1000, perHour: 1000 }, clock);
      const place = await findBase({ workshop, remote, forge: logged, web, budget }, undefined);
      const { tree, files, close } = await loadTree(workshop, place.oid);
      const proposal = new Proposal({
        workshop,
        base: { branch: place.base, oid: place.oid },
        tree,
        files,
        cwd: workshop.clone.root,
        paths: paths.length > 0 ? paths : ['.'],
        ignore: [],
        catalog,
        settings: await settings(),
        groupBy,
      });
      const results: RunResult[] = [];
      const keys = await proposal.keys();
      for await (const result of pullRequests({
        place,
        plans: { keys, planFor: (key, declined) => proposal.plan(key, declined) },
        selection: { groupBy, paths, rules: undefined, complete: true },
        options: {
          labels: [],
          reviewers: [],
          draft: false,
          branchStrategy: 'stable',
          maxOpen: 50,
          perHour: 50,
          ...options,
        },
        clock,
        version: '0.0.0',
        // `logged` writes branches by git already.
        commitMode: 'api',
        dryRun,
      }))
        results.push(result);
      close();
      return results;
    } finally {
      await workshop.close();
    }
  }

  /** States by group. */
  async states(options: RunOptions = {}): Promise<Record<string, string>> {
    return Object.fromEntries((await this.run(options)).map(({ key, state }) => [key, state]));
  }

  /** The writes since the last look. */
  writes(): string[] {
    return this.log.splice(0).map(({ name }) => name);
  }

  /** All that people can see: branches with their trees, pull requests, notes. */
  async visible(): Promise<unknown> {
    // The forge looks at the branches when it is asked.
    await this.forge.ownPullRequests({ prefix: '', since: '' });
    const branches = await Promise.all(
      (await this.server.branches()).map(async (branch) => [branch, await this.server.tip(branch)] as const),
    );
    const pulls = this.forge.pulls.map((pull) => ({ ...pull, createdAt: '' }));
    return { branches, pulls, notes: [...this.forge.notes].toSorted(([a], [b]) => a - b) };
  }

  stop(): Promise<void> {
    return this.server.stop();
  }
}

export async function settings(): Promise<EngineSettings> {
  const rules = await selectRules(catalog);
  return { accept: 'review', today: '2026-01-01', includeGenerated: false, settingsFor: () => ({ rules }) };
}

/** What `stackmend fix` makes of texts with the selection of these tests. */
export async function mended(texts: Readonly<Record<string, string>>): Promise<Readonly<Record<string, string>>> {
  const inputs = Object.entries(texts).map(([path, text]) => ({ path, text }));
  const { reports } = await runTexts(inputs, catalog, await settings());
  return { ...texts, ...Object.fromEntries(reports.map(({ file, after }) => [file, after])) };
}

export type { Forge };
