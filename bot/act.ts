import { blockOf, bodyBudget } from './body/body.js';
import { roomIn, sameBody, splitBody, withBlock } from './body/frame.js';
import { nextTitle, titleOf } from './body/title.js';
import type { Act } from './decide.js';
import { type CommitMade, ForgeError, type InRepository, type NewPullRequest, type PullRequest } from './forge.js';
import { type Metadata, withMetadata } from './metadata.js';
import { type Seen, fingerprintsOf, metadataIn } from './observe.js';
import { noteOf } from './notes.js';
import { type GroupPlan, isDraft } from './plan.js';
import { plannedCommit } from './planned-commit.js';
import type { BotSession } from './session.js';

/** What the acts of one round came to. */
export interface Acted {
  /** False when a compare-and-set was lost: the world has changed, so look again. */
  readonly settled: boolean;
  readonly pull?: PullRequest;
  readonly commit?: CommitMade;
  readonly warnings: readonly string[];
}

/** Acts on one branch of a group. */
export interface Step {
  readonly seen: Seen;
  readonly acts: readonly Act[];
}

/** Tells how far it came where an act throws. */
export interface Progress {
  act?: Act;
}

/**
 * Carries out the acts of a decision in their order, each on what the one before left.
 * @param target the branch that the plan is for; the outcome is about it
 * @param progress is kept up to date
 */
export async function perform(
  session: BotSession,
  plan: GroupPlan,
  target: Seen,
  steps: readonly Step[],
  progress: Progress = {},
): Promise<Acted> {
  const replaced = steps.find(({ seen }) => seen !== target && seen.pull !== undefined)?.seen.pull;
  const performers = new Map([[target, new Performer(session, plan, target, target.branch, replaced)]]);
  const outcome = (): Acted => performers.get(target)?.outcome() ?? { settled: true, warnings: [] };
  for (const { seen, acts } of steps) {
    const performer = performers.get(seen) ?? new Performer(session, plan, seen, target.branch, undefined);
    performers.set(seen, performer);
    for (const act of acts) {
      progress.act = act;
      if (!(await performer.do(act))) return { ...outcome(), settled: false };
    }
  }
  return outcome();
}

class Performer {
  private pull: PullRequest | undefined;
  private commit: CommitMade | undefined;
  private readonly warnings: string[] = [];

  constructor(
    private readonly session: BotSession,
    private readonly plan: GroupPlan,
    private readonly seen: Seen,
    /** The branch of the group that counts: that of `seen`, or the one that takes its place. */
    private readonly current: string,
    /** The pull request that this one takes the place of. */
    private readonly replaced: PullRequest | undefined,
  ) {
    this.pull = seen.pull;
  }

  outcome(): Acted {
    return {
      settled: true,
      ...(this.pull && { pull: this.pull }),
      ...(this.commit && { commit: this.commit }),
      warnings: this.warnings,
    };
  }

  /** @returns false when a compare-and-set was lost */
  async do(act: Act): Promise<boolean> {
    switch (act) {
      case 'write':
        return this.write();
      case 'open':
        await this.open();
        return true;
      case 'refresh':
        await this.refresh();
        return true;
      case 'mark-closed':
        await this.markClosed();
        return true;
      case 'close':
        if (this.pull)
          this.pull = await this.session.forge.updatePullRequest({ number: this.pull.number, state: 'closed' });
        return true;
      case 'delete':
        return this.remove();
      case 'note-rebuilt':
        await this.note(`rebuilt-${this.seen.oid ?? ''}`, noteOf(act, this.seen, this.current));
        return true;
      case 'note-human':
      case 'note-obsolete':
      case 'note-obsolete-kept':
      case 'note-superseded':
        await this.note(act.slice('note-'.length), noteOf(act, this.seen, this.current));
        return true;
    }
  }

  private async write(): Promise<boolean> {
    const { session, plan, seen } = this;
    const { forge } = session;
    await session.fork?.ready(plan.base);
    this.commit = await forge.createCommit({ ...plannedCommit(session, plan), ...this.where });
    const { oid } = this.commit;
    // The same plan on the same base is the same commit: there is nothing to write.
    if (oid === seen.oid) return true;
    const { branch } = seen;
    const { labels } = this.session.options;
    const target = { branch, oid, ...this.where, opens: { ...this.newPull(noMemory), labels } };
    const outcome =
      seen.oid === undefined
        ? await forge.createBranch(target)
        : await forge.updateBranch({ ...target, before: seen.oid });
    if (outcome === 'done' && this.commit.isSigned) await this.verify(this.commit);
    return outcome === 'done';
  }

  /** Whether the forge trusts the signature is told; it is no reason to stop. */
  private async verify(commit: CommitMade): Promise<void> {
    try {
      const verification = await this.session.forge.verification({ oid: commit.oid, ...this.where });
      if (verification) this.commit = { ...commit, verification };
    } catch (error) {
      if (!(error instanceof ForgeError)) throw error;
      this.warnings.push(error.message);
    }
  }

  private async remove(): Promise<boolean> {
    const { branch, oid } = this.seen;
    if (oid === undefined) return true;
    return (await this.session.forge.deleteBranch({ branch, before: oid, ...this.where })) === 'done';
  }

  private get where(): InRepository {
    const repository = this.session.fork?.name;
    return repository === undefined ? {} : { repository };
  }

  private newPull(memory: Memory): NewPullRequest {
    const { base, options, fork } = this.session;
    return {
      ...(fork?.name !== undefined && { headRepository: fork.name }),
      head: this.seen.branch,
      base,
      title: titleOf(this.plan),
      body: withBlock('', this.block('', memory)),
      draft: options.draft || isDraft(this.plan),
    };
  }

  private block(body: string, memory: Memory): string {
    const { plan } = this;
    const metadata: Metadata = {
      group: plan.key,
      plan: plan.hash ?? '',
      fixes: fingerprintsOf(plan),
      labels: memory.labels,
      reviewers: memory.reviewers,
    };
    const budget = Math.min(bodyBudget, roomIn(body));
    // Links lead to the base that the branch was made on: a base that moved elsewhere changes no body.
    const oid = (this.commit ? undefined : this.seen.madeOn) ?? plan.base.oid;
    return blockOf({ plan: { ...plan, base: { ...plan.base, oid } }, metadata, web: this.session.web, budget });
  }

  private async open(): Promise<void> {
    this.pull = await this.session.forge.createPullRequest(this.newPull(this.inherited()));
    const { labels, reviewers } = this.session.options;
    if (labels.length + reviewers.length > 0) await this.refresh();
  }

  /** Labels that a person took off the pull request before this one stay off: they count as given. */
  private inherited(): Memory {
    const { replaced } = this;
    const given = (replaced && metadataIn(replaced.body)?.labels) ?? [];
    return { labels: given.filter((label) => replaced?.labels.includes(label) === false), reviewers: [] };
  }

  /** Labels and reviewers first, then title and body, in which it is remembered that they were given once. */
  private async refresh(): Promise<void> {
    const { pull } = this;
    if (!pull) return;
    const known = metadataIn(pull.body);
    const memory = {
      labels: await this.once(known?.labels ?? [], this.session.options.labels, async (labels) => {
        const missing = labels.filter((label) => !pull.labels.includes(label));
        if (missing.length > 0) await this.session.forge.addLabels({ number: pull.number, labels: missing });
      }),
      reviewers: await this.once(known?.reviewers ?? [], this.session.options.reviewers, async (reviewers) =>
        this.session.forge.requestReviewers({ number: pull.number, reviewers }),
      ),
    };
    const body = withBlock(pull.body, this.block(pull.body, memory));
    const title = nextTitle(pull.title, titleOf(this.plan));
    const change = { ...(title !== pull.title && { title }), ...(!sameBody(body, pull.body) && { body }) };
    if (Object.keys(change).length > 0)
      this.pull = await this.session.forge.updatePullRequest({ number: pull.number, ...change });
  }

  /** Gives what was not given before. A refusal is a warning: the pull request is there, and that is what counts. */
  private async once(
    given: readonly string[],
    wanted: readonly string[],
    give: (names: readonly string[]) => Promise<void>,
  ): Promise<readonly string[]> {
    const fresh = wanted.filter((name) => !given.includes(name));
    if (fresh.length === 0) return given;
    try {
      await give(fresh);
      return [...given, ...fresh];
    } catch (error) {
      if (!(error instanceof ForgeError) || error.kind === 'unavailable') throw error;
      this.warnings.push(`${fresh.join(', ')}: ${error.message}`);
      return given;
    }
  }

  private async markClosed(): Promise<void> {
    const { pull } = this;
    if (!pull) return;
    const known = metadataIn(pull.body);
    const { block } = splitBody(pull.body);
    if (!known || block === undefined || known.closedBy !== undefined) return;
    const body = withBlock(pull.body, withMetadata(block, { ...known, closedBy: 'obsolete' }));
    this.pull = await this.session.forge.updatePullRequest({ number: pull.number, body });
  }

  private async note(key: string, text: string): Promise<void> {
    const { pull } = this;
    if (!pull) return;
    const { forge } = this.session;
    const marker = `<!-- stackmend:note ${key} -->`;
    if (await forge.findNote({ number: pull.number, marker })) return;
    await forge.createNote({ number: pull.number, marker, body: `${marker}\n${text}` });
  }
}

interface Memory {
  readonly labels: readonly string[];
  readonly reviewers: readonly string[];
}

const noMemory: Memory = { labels: [], reviewers: [] };
