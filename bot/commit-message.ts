import { redacted } from '../core/text/secrets.js';
import { lifeless } from '../report/escape.js';

/** What the trailers of a commit of ours say. */
export interface Trailers {
  readonly group: string;
  readonly plan: string;
  readonly base: string;
}

export interface CommitMessage extends Trailers {
  readonly subject: string;
  /** One line each. */
  readonly points: readonly string[];
  readonly version: string;
}

const mostPoints = 50;

/** Subject, what is done, and the trailers by which the commit is known again. */
export function commitMessage({ subject, points, group, plan, base, version }: CommitMessage): string {
  const shown = points.slice(0, mostPoints).map((point) => `- ${inertLine(point)}`);
  if (points.length > mostPoints) shown.push(`- and ${points.length - mostPoints} more`);
  const trailers = [
    `Stackmend-Group: ${group}`,
    `Stackmend-Plan: ${plan}`,
    `Stackmend-Base: ${base}`,
    `Stackmend-Version: ${version}`,
  ];
  if (trailers.some((line) => /[\p{Cc}]/u.test(line))) throw new Error('a trailer of a commit must be one line');
  return [inertLine(subject), '', ...shown, '', ...trailers, ''].join('\n');
}

/** The trailers in the last paragraph of a message; undefined where one is missing or stands twice. */
export function readTrailers(message: string): Trailers | undefined {
  const paragraph =
    message
      .trimEnd()
      .split(/\n[ \t]*\n/)
      .at(-1) ?? '';
  const value = (name: string): string | undefined => {
    const found = paragraph.split('\n').filter((each) => each.startsWith(`${name}: `));
    return found.length === 1 ? found[0]?.slice(name.length + 2).trim() : undefined;
  };
  const [group, plan, base] = [value('Stackmend-Group'), value('Stackmend-Plan'), value('Stackmend-Base')];
  return group === undefined || plan === undefined || base === undefined ? undefined : { group, plan, base };
}

/**
 * A text from a scanned file as part of a commit message, where no code span protects: on one line, without what looks like a
 * secret, and without the signs that make mentions, references to issues and links.
 */
export function inertLine(text: string): string {
  const characters = Array.from(lifeless(redacted(text)));
  return characters.length <= 200 ? characters.join('') : `${characters.slice(0, 199).join('')}…`;
}
