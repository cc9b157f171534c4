import { titleOf } from './body/title.js';
import { commitMessage } from './commit-message.js';
import type { NewCommit } from './forge.js';
import { groupId } from './identity.js';
import type { GroupPlan } from './plan.js';
import type { BotSession } from './session.js';

/** The one commit of a plan, on the base that it was made for. */
export function plannedCommit({ base, version }: Pick<BotSession, 'base' | 'version'>, plan: GroupPlan): NewCommit {
  const { hash = '', key, fixes } = plan;
  const message = commitMessage({
    subject: titleOf(plan),
    points: fixes.map(({ rule, title }) => `${rule}: ${title}`),
    group: groupId(base, key),
    plan: hash,
    base,
    version,
  });
  const files = plan.files.map(({ path, mode, content, blob = '' }) => ({
    path,
    mode,
    blob,
    content: content === null ? null : Buffer.from(content, 'utf8').toString('base64'),
  }));
  return { parent: plan.base.oid, message, files };
}
