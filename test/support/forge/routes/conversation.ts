/** What is said on a pull request: comments, labels, reviews with their comments on lines. */
import {
  Refusal,
  checkLength,
  mayWrite,
  notFound,
  page,
  pullOf,
  validation,
  type Call,
  type Routes,
} from '../answers.js';
import { changedFiles, hunks, type ChangedFile } from '../diff.js';
import type { ReviewComment } from '../state.js';

const REPO = '/repos/{owner}/{repo}';
const PULL = `${REPO}/pulls/{pull_number}`;
const ISSUE = `${REPO}/issues/{issue_number}`;

const STATES = { APPROVE: 'APPROVED', REQUEST_CHANGES: 'CHANGES_REQUESTED', COMMENT: 'COMMENTED' } as const;

function checkBody(resource: string, body: string): void {
  if (body.trim() === '') throw validation(resource, { field: 'body', code: 'missing_field' });
  checkLength(resource, body);
}

/** Refuses a comment whose lines the diff does not show, or that reaches over more than one hunk. */
function onDiff(files: readonly ChangedFile[], comment: any): void {
  const refuse = (why: string): Refusal => new Refusal(422, 'Unprocessable Entity', [why]);
  const file = files.find((each) => each.path === comment.path);
  if (file === undefined) throw refuse('Path could not be resolved');
  const side = comment.side ?? 'RIGHT';
  const hunk = hunks(file.patch, side).find(({ first, last }) => first <= comment.line && comment.line <= last);
  if (hunk === undefined) throw refuse('Line could not be resolved');
  if (comment.start_line === undefined) return;
  if (comment.start_line >= comment.line) throw refuse('Start line must precede the end line.');
  if (comment.start_line < hunk.first) throw refuse('Start line must be part of the same hunk as the line.');
}

async function review(call: Call): Promise<object> {
  const pull = pullOf(call);
  const { state, body, account } = call;
  const comments: any[] = body.comments ?? [];
  const event = body.event as keyof typeof STATES | undefined;
  if (event !== undefined && event !== 'APPROVE' && !body.body && comments.length === 0)
    throw new Refusal(422, 'Unprocessable Entity', ['Body can not be blank']);
  if (event !== undefined && event !== 'COMMENT' && pull.author.login === account.login)
    throw new Refusal(422, 'Unprocessable Entity', ['Can not request changes on your own pull request']);
  const files = await changedFiles(state.store, pull.base.oid, pull.head.oid);
  for (const comment of comments) onDiff(files, comment);
  const made = {
    id: state.id(),
    author: account,
    body: body.body ?? '',
    state: event === undefined ? 'PENDING' : STATES[event],
    commit: body.commit_id ?? pull.head.oid,
    submittedAt: state.clock.now(),
  } as const;
  pull.reviews.push(made);
  for (const comment of comments)
    pull.reviewComments.push({
      id: state.id(),
      review: made.id,
      author: account,
      path: comment.path,
      body: comment.body,
      line: comment.line,
      startLine: comment.start_line,
      side: comment.side ?? 'RIGHT',
      commit: made.commit,
      createdAt: made.submittedAt,
    } satisfies ReviewComment);
  return call.show.review(pull, made);
}

export const conversationRoutes: Routes = {
  [`get ${ISSUE}/comments`]: (call) => {
    const pull = pullOf(call);
    return page(call, pull.comments, (comment) => call.show.comment(pull, comment));
  },

  [`post ${ISSUE}/comments`]: (call) => {
    mayWrite(call, 'pull_requests');
    const { state, body, account } = call;
    const pull = pullOf(call);
    checkBody('IssueComment', body.body);
    const now = state.clock.now();
    const comment = { id: state.id(), author: account, body: body.body, createdAt: now, updatedAt: now };
    pull.comments.push(comment);
    return { status: 201, body: call.show.comment(pull, comment) };
  },

  [`patch ${REPO}/issues/comments/{comment_id}`]: (call) => {
    mayWrite(call, 'pull_requests');
    const { state, body, matched } = call;
    const id = Number(matched.path['comment_id']);
    const pull = state.pulls.find((each) => each.comments.some((comment) => comment.id === id));
    const comment = pull?.comments.find((each) => each.id === id);
    if (pull === undefined || comment === undefined) throw notFound();
    checkBody('IssueComment', body.body);
    Object.assign(comment, { body: body.body, updatedAt: state.clock.now() });
    return { status: 200, body: call.show.comment(pull, comment) };
  },

  [`post ${ISSUE}/labels`]: (call) => {
    mayWrite(call, 'pull_requests');
    const { state, body, account } = call;
    if (state.settings.pushers?.has(account.login) === false)
      throw new Refusal(403, 'Must have push access to the repository.');
    const pull = pullOf(call);
    const names: string[] = Array.isArray(body) ? body : (body.labels ?? []);
    for (const name of names) {
      state.labels.add(name);
      if (!pull.labels.includes(name)) pull.labels.push(name);
    }
    return { status: 200, body: pull.labels.map((name) => call.show.label(name)) };
  },

  [`get ${PULL}/reviews`]: (call) => {
    const pull = pullOf(call);
    return page(call, pull.reviews, (each) => call.show.review(pull, each));
  },

  [`post ${PULL}/reviews`]: async (call) => {
    mayWrite(call, 'pull_requests');
    return { status: 200, body: await review(call) };
  },

  [`get ${PULL}/comments`]: (call) => {
    const pull = pullOf(call);
    return page(call, pull.reviewComments, (each) => call.show.reviewComment(pull, each));
  },
};
