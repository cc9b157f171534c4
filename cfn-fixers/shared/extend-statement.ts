import type { Editor } from '../../core/template/editor.js';
import { type MapNode, type Path, type TemplateNode, stringOf, toValue } from '../../core/template/node.js';
import type { Resource } from '../../core/template/template.js';
import type { TextEdit } from '../../core/text/edit.js';
import type { Statement } from '../../rules/shared/grant-request.js';
import type { CfnGrant } from './grant.js';
import { rolesBehind } from '../../rules/shared/own-tables.js';

/** Edits that add actions to statements which grant others on the very same resource, and the statements left over. */
export interface Extension {
  readonly edits: readonly TextEdit[];
  readonly touches: readonly Path[];
  readonly rest: readonly Statement[];
}

/** What was forgotten in a statement goes there, rather than into a policy of its own. */
export function extendStatements(request: CfnGrant, owner: Resource): Extension {
  const edits: TextEdit[] = [];
  const touches: Path[] = [];
  const rest: Statement[] = [];
  const waitsFor = new Set<Resource>();
  for (const statement of request.statements) {
    const place = request.begun.map((node) => placeIn(node, statement, request, owner)).find((found) => found);
    if (!place) {
      rest.push(statement);
      continue;
    }
    edits.push(...withActions(request.editor, place.action, statement.actions));
    touches.push(place.action.path);
    if (!owner.template.graph.reaches(request.subject.id, place.holder.id)) waitsFor.add(place.holder);
  }
  for (const policy of waitsFor) {
    if (policy === owner) continue;
    edits.push(...request.editor.addDependency(request.subject, policy.id));
    touches.push([...request.subject.node.path, 'DependsOn']);
  }
  return { edits, touches, rest };
}

interface Home {
  readonly action: TemplateNode;
  readonly holder: Resource;
}

function placeIn(node: TemplateNode, statement: Statement, { subject }: CfnGrant, owner: Resource): Home | undefined {
  const { template } = owner;
  const holder = template.resource(String(node.path[1] ?? ''));
  const action = node.kind === 'map' && isPlain(node, statement) ? node.get('Action') : undefined;
  if (!action || !holder || (action.kind !== 'list' && stringOf(action) === undefined)) return undefined;
  if (holder === owner) return { action, holder };
  return isOnlyFor(holder, owner) && !template.graph.reaches(holder.id, subject.id) ? { action, holder } : undefined;
}

/** True for a policy that nobody but this role has. */
export function isOnlyFor(policy: Resource, role: Resource): boolean {
  const [only, ...others] = rolesBehind(policy);
  return only === role && others.length === 0 && !policy.property('Users') && !policy.property('Groups');
}

/** A statement on exactly this resource, without conditions of its own. */
function isPlain(node: MapNode, { resource }: Statement): boolean {
  const present = node.get('Resource');
  if (!present || node.has('Condition') || stringOf(node.get('Effect')) !== 'Allow') return false;
  const [only, ...others] = present.kind === 'list' ? present.items : [present];
  return only !== undefined && others.length === 0 && JSON.stringify(toValue(only)) === JSON.stringify(resource);
}

function withActions(editor: Editor, node: TemplateNode, actions: readonly string[]): readonly TextEdit[] {
  if (node.kind === 'list') return actions.flatMap((action) => editor.append(node, action));
  return editor.replace(node, [stringOf(node) ?? '', ...actions]);
}
