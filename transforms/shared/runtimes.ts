import { bare } from '../../core/program/ast.js';
import { type Code, string, text } from '../../core/program/print.js';
import { packageMember } from '../../core/program/packages.js';
import type { Expression } from '../../core/program/values.js';
import { runtimes } from '../../facts/index.js';

/**
 * A runtime as the program writes it: by the same enum where the installed major has the member, else as text, which is
 * type-correct everywhere.
 */
export function runtimeCode(
  { node, place: { file } }: Expression,
  runtime: string,
  awsMajor: number | undefined,
): Code {
  const written = bare(node);
  const member = memberFor(runtime, awsMajor);
  if (written.type !== 'MemberExpression' || member === undefined) return string(runtime);
  const path = packageMember(file, written)?.path ?? [];
  const [, owner] = path;
  if (owner !== 'Runtime') return string(runtime);
  const enumText = file.text.slice(written.object.start ?? 0, written.object.end ?? 0);
  return text(`${enumText}.${member}`);
}

/** The member that every version of the project's major has; of all known majors where the project does not tell. */
function memberFor(runtime: string, awsMajor: number | undefined): string | undefined {
  const members = runtimes[runtime]?.pulumi;
  if (!members) return undefined;
  if (awsMajor === 6 || awsMajor === 7) return members[`v${awsMajor}`] ?? undefined;
  return members.v6 === members.v7 ? (members.v6 ?? undefined) : undefined;
}
