import path from 'node:path';
import { run } from '../../core/engine/run.js';
import type { EngineSettings, FileReport, Problem, RunStats } from '../../core/engine/types.js';
import type { Catalog, Rule } from '../../core/rule.js';
import { redacted } from '../../core/text/secrets.js';
import { asChecked } from '../../report/encoder.js';
import { markdownEncoder } from '../../report/markdown.js';
import { addReport, emptyTally } from '../../report/tally.js';
import type { GitHubReviews, LineComment } from '../forges/github-review.js';
import { BlobReader } from '../git/objects.js';
import type { GitRemote } from '../git/remote.js';
import type { Workshop } from '../git/repository.js';
import { readTree } from '../git/tree.js';
import { TreeFiles } from '../git/tree-files.js';
import { branchPrefix } from '../identity.js';
import { patchLines } from './patch-lines.js';
import { type FileReview, reviewOf } from './plan.js';

export interface ReviewInput {
  readonly reviews: GitHubReviews;
  readonly workshop: Workshop;
  readonly remote: GitRemote;
  /** Where the paths are relative to, in or at the root of the clone. */
  readonly cwd: string;
  readonly paths: readonly string[];
  readonly ignore: readonly string[];
  readonly catalog: Catalog;
  readonly rules: readonly Rule[];
  readonly settings: EngineSettings;
  readonly version: string;
  /** The commit that the pull request must stand at; any when absent. */
  readonly head?: string;
  /** Sends nothing. */
  readonly dryRun: boolean;
}

/** What a review said, or would say. */
export interface ReviewOutcome {
  readonly state: 'reviewed' | 'current' | 'closed' | 'own' | 'moved';
  readonly comments: readonly LineComment[];
  readonly summary: 'none' | 'same' | 'added' | 'changed';
  readonly problems: readonly Problem[];
}

/** GitHub takes more; reviews with many comments time out. */
const atOnce = 30;
const marker = '<!-- stackmend:review -->';

/**
 * Says on a pull request what is wrong in the files that it changes: suggestions on the author's lines, one comment for
 * the rest. What was said before is not said again; the one comment is changed in place.
 * @throws {ForgeError} when GitHub or git refuse; a run after it goes on where this one stopped
 */
export async function reviewPullRequest(input: ReviewInput): Promise<ReviewOutcome> {
  const { reviews, dryRun } = input;
  const pull = await reviews.pull();
  const none = { comments: [], summary: 'none', problems: [] } as const;
  if (pull.state !== 'open') return { ...none, state: 'closed' };
  if (input.head !== undefined && input.head !== pull.head) return { ...none, state: 'moved' };
  if (pull.branch.startsWith(branchPrefix)) return { ...none, state: 'own' };
  const judged = await judge(input, pull.head);
  const said = (await reviews.ownLineComments()).join('\n');
  const comments = judged.comments.filter(({ body }) => !said.includes(body.slice(0, body.indexOf('\n'))));
  if (!dryRun)
    for (let at = 0; at < comments.length; at += atOnce)
      await reviews.review(pull.head, comments.slice(at, at + atOnce));
  const summary = await summarize(reviews, judged.summary, dryRun);
  const quiet = comments.length === 0 && (summary === 'none' || summary === 'same');
  return { state: quiet ? 'current' : 'reviewed', comments, summary, problems: judged.problems };
}

async function summarize(
  reviews: GitHubReviews,
  text: string | undefined,
  dryRun: boolean,
): Promise<ReviewOutcome['summary']> {
  const present = await reviews.ownSummary(marker);
  const body = `${marker}\n${text ?? '## stackmend\n\nNothing is left to say on the files of this pull request.\n'}`;
  if (present === undefined) {
    if (text === undefined) return 'none';
    if (!dryRun) await reviews.addSummary(body);
    return 'added';
  }
  if (present.body.trimEnd() === body.trimEnd()) return 'same';
  if (!dryRun) await reviews.changeSummary(present.id, body);
  return 'changed';
}

interface Judged {
  readonly comments: readonly LineComment[];
  /** Undefined where there is nothing for it. */
  readonly summary: string | undefined;
  readonly problems: readonly Problem[];
}

/** Judges the commit from its objects: no checkout, and the config is that of the clone, not that of the pull request. */
async function judge(input: ReviewInput, head: string): Promise<Judged> {
  const { reviews, workshop, remote, paths, cwd, ignore, catalog, settings } = input;
  await remote.fetchFiles(head);
  const changed = new Map((await reviews.files()).map((file) => [file.path, file]));
  const tree = await readTree(workshop, head);
  const { root } = workshop.clone;
  const blobs = new BlobReader(workshop.directory);
  const found: { report: FileReport; review: FileReview }[] = [];
  const problems: Problem[] = [];
  let stats: RunStats | undefined;
  const nameOf = (file: string): string => path.relative(root, path.resolve(cwd, file)).split(path.sep).join('/');
  try {
    const fs = new TreeFiles(root, tree.values(), blobs);
    for await (const event of run({ paths, cwd, ignore, catalog, settings, write: false, fs })) {
      if (event.kind === 'stats') stats = event.stats;
      if (event.kind === 'problem' && changed.has(nameOf(event.problem.file))) problems.push(event.problem);
      if (event.kind !== 'file') continue;
      const name = nameOf(event.report.file);
      const file = changed.get(name);
      if (file)
        found.push({ report: event.report, review: reviewOf(event.report, name, patchLines(file.patch ?? '')) });
    }
  } finally {
    blobs.close();
  }
  return {
    comments: found.flatMap(({ review }) => review.comments),
    summary: summaryOf(input, found, problems, stats),
    problems,
  };
}

function summaryOf(
  { rules, settings, version, cwd, workshop }: ReviewInput,
  found: readonly { report: FileReport; review: FileReview }[],
  problems: readonly Problem[],
  stats: RunStats | undefined,
): string | undefined {
  const left = found.filter(({ review }) => review.rest.length > 0);
  if (left.length === 0 && problems.length === 0) return undefined;
  const below = path.relative(workshop.clone.root, cwd).split(path.sep).join('/');
  const prefix = below === '' ? '' : `${below}/`;
  const encoder = markdownEncoder({ command: 'check', version, today: settings.today, prefix, rules });
  let tally = { ...emptyTally, templates: stats?.templates ?? 0, programs: stats?.programs ?? 0 };
  for (const { report, review } of left) {
    const checked = { ...asChecked(report), findings: review.rest };
    encoder.file({ report: checked, written: false });
    tally = addReport(tally, checked);
  }
  return redacted(encoder.end({ problems, tally, exitCode: 0 }));
}
