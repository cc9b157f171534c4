import type { Path } from '../template/node.js';
import type { TextEdit } from '../text/edit.js';
import { usesOf } from './edit-statements.js';
import type { ProgramEditor } from './editor.js';
import { statementsAround } from './names.js';
import { type ProgramResource, unboundId } from './resources.js';
import { isWithin } from './unused.js';

/** Edits, and what of the model they change. */
export interface Unbound {
  readonly edits: readonly TextEdit[];
  readonly touches: readonly Path[];
}

/**
 * Takes the variables off resources that only code names which edits take away: `const role = new Role(...)` becomes
 * `new Role(...)`, for a variable that nothing reads is an error for many a compiler's settings. The resources stay.
 */
export function unbindAfter(editor: ProgramEditor, edits: readonly TextEdit[]): Unbound {
  const { resources } = editor.program;
  const unbound = resources.flatMap((resource) => {
    const { file, node, id } = resource;
    const own = edits.filter((edit) => edit.file === file.path);
    const start = own.length > 0 ? startOfLoneDeclaration(resource) : undefined;
    if (start === undefined || resources.some((other) => other !== resource && other.node === node)) return [];
    const { holder } = resource;
    const uses = holder.kind === 'const' ? usesOf(file, holder.declarator) : [];
    if (uses.length === 0 || !uses.every(isWithin(own))) return [];
    return [
      {
        edit: editor.at(file, start, node.start ?? 0, ''),
        touches: [
          ['Resources', id],
          ['Resources', unboundId(resource)],
        ],
      },
    ];
  });
  return { edits: unbound.map(({ edit }) => edit), touches: unbound.flatMap(({ touches }) => touches) };
}

/** Where the declaration begins that holds only this resource, and hands it to nobody. */
function startOfLoneDeclaration({ file, node, holder }: ProgramResource): number | undefined {
  if (holder.kind !== 'const' || holder.declarator.init !== node) return undefined;
  const declaration = file.scopes.parentOf(holder.declarator);
  if (declaration?.type !== 'VariableDeclaration' || declaration.declarations.length > 1) return undefined;
  return statementsAround(file, declaration) ? (declaration.start ?? undefined) : undefined;
}
