import type { ProgramEditor } from '../../core/program/editor.js';
import type { Program } from '../../core/program/program.js';
import type { ProgramResource } from '../../core/program/resources.js';
import type { Path } from '../../core/template/node.js';
import type { Resource } from '../../core/template/template.js';
import type { TextEdit } from '../../core/text/edit.js';

/** The edits that make a resource wait for another one, and what of the model they may change. */
export interface Order {
  readonly edits: readonly TextEdit[];
  readonly touches: readonly Path[];
}

/** The subject waits for another resource, unless it does so already. */
export function addOrder(
  editor: ProgramEditor,
  model: Resource,
  subject: ProgramResource,
  first: ProgramResource,
): Order {
  const { program } = editor;
  if (program.model.graph.reaches(model.id, first.id)) return { edits: [], touches: [] };
  return {
    edits: editor.addDependencies(subject, [first]),
    touches: [...orderOf(program, subject), ...renamed(first, editor)],
  };
}

/** The order of every resource that the one expression creates. */
export function orderOf({ resources }: Program, { node }: ProgramResource): Path[] {
  return resources.filter((each) => each.node === node).map(({ id }) => ['Resources', id, 'DependsOn']);
}

/** An unnamed resource that is bound gets another id in the model. */
export function renamed(resource: ProgramResource, editor: ProgramEditor): Path[] {
  if (resource.holder.kind !== 'none') return [];
  return [
    ['Resources', resource.id],
    ['Resources', editor.boundName(resource)],
  ];
}
