import { type Forge, ForgeError } from './forge.js';
import type { BranchRemote, GitRemote, RemoteRefs } from './git/remote.js';
import { branchPrefix } from './identity.js';
import type { GroupPlan } from './plan.js';
import type { Clock } from './session.js';

/** Milliseconds between the looks for a fork that is being made; GitHub does that some time after it has answered. */
const patience = [0, 2_000, 4_000, 8_000, 16_000, 32_000];

/**
 * The fork that branches are written to where the token may not push to the repository itself. It is made, and brought up to
 * date, only when a branch is to be written, so that looking writes nothing.
 */
export class Fork {
  private isReady = false;

  private constructor(
    private readonly forge: Forge,
    private readonly upstream: GitRemote,
    private readonly clock: Clock,
    private readonly dryRun: boolean,
    /** `owner/name`; undefined while there is none. */
    public name: string | undefined,
  ) {}

  static async find(forge: Forge, upstream: GitRemote, clock: Clock, dryRun: boolean): Promise<Fork> {
    return new Fork(forge, upstream, clock, dryRun, await forge.findFork());
  }

  /** Base from the repository, our branches from the fork. */
  get remote(): BranchRemote {
    const { upstream } = this;
    return {
      remote: upstream.remote,
      refs: async (base) => {
        const [above, own] = [await upstream.refs(base), await this.git?.refs(base)];
        return { ...above, branches: own?.branches ?? new Map<string, string>(), blocked: own?.blocked ?? false };
      },
      fetch: async (branches) => {
        const [own, above] = [true, false].map((is) => branches.filter((name) => name.startsWith(branchPrefix) === is));
        await upstream.fetch(above ?? []);
        if (own && own.length > 0) await this.git?.fetch(own);
      },
      fetchCommit: async (oid) => (this.git ?? upstream).fetchCommit(oid),
      push: async (push) => {
        if (!this.git) throw new ForgeError('not-found', 'there is no fork to push to');
        return this.git.push(push);
      },
    };
  }

  /** Makes the fork where there is none, and brings the base up to date in it. */
  async ready(base: GroupPlan['base']): Promise<void> {
    if (this.isReady) return;
    this.name ??= await this.forge.createFork({ repository: this.upstream.remote.fullName ?? '' });
    if (!this.dryRun) {
      const refs = await this.waitFor(base.branch);
      if (refs.base !== undefined && refs.base !== base.oid) await this.sync(this.name, base.branch);
    }
    this.isReady = true;
  }

  private get git(): GitRemote | undefined {
    return this.name === undefined ? undefined : this.upstream.inRepository(this.name);
  }

  private async waitFor(base: string): Promise<RemoteRefs> {
    for (const pause of patience) {
      if (pause > 0) await this.clock.wait(pause);
      const refs = await this.look(base);
      if (refs?.head !== undefined) return refs;
    }
    throw new ForgeError('invalid', `git does not see the fork ${this.name} yet`, 'run it again later');
  }

  private async look(base: string): Promise<RemoteRefs | undefined> {
    try {
      return await this.git?.refs(base);
    } catch (error) {
      if (error instanceof ForgeError && error.kind === 'not-found') return undefined;
      throw error;
    }
  }

  /** A fork whose base has commits of its own cannot be brought up to date, and need not be: our branch names its own parent. */
  private async sync(repository: string, branch: string): Promise<void> {
    try {
      await this.forge.syncFork({ repository, branch });
    } catch (error) {
      if (!(error instanceof ForgeError) || error.kind === 'unavailable' || error.kind === 'rate-limited') throw error;
    }
  }
}
