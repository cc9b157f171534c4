import type { Editor } from '../../core/template/editor.js';
import { type MapNode, type Value, refOf, stringOf, walk } from '../../core/template/node.js';
import type { Template } from '../../core/template/template.js';
import type { Path } from '../../core/template/node.js';
import type { TextEdit } from '../../core/text/edit.js';
import type { EnvironmentChange } from '../../rules/shared/environment-reservations.js';
import type { Edit } from '../../rules/shared/reservation-fixes.js';
import type { EnvironmentParameter } from './environment-parameter.js';
import { isSet, onlyIf } from './reservation-parameter.js';

/** The mapping that is made where the template has none by environment. */
const ownMapping = 'ReservedConcurrency';

/**
 * Looks reservations up by the environment that is deployed to, in a mapping that the template has by it or a new one. An
 * environment without a figure gets 0, which a condition turns into `AWS::NoValue`: a key that is missing fails the
 * deployment, so every value that the parameter may have gets one.
 */
export function mappingEdits(
  template: Template,
  parameter: EnvironmentParameter,
  changes: readonly EnvironmentChange[],
  editor: Editor,
): Edit {
  const present = mappingBy(template, parameter);
  const entries = changes.map((change) => entryOf(change, present, parameter, editor));
  const [name, ...written] = present
    ? [present.name, ...insertions(present, entries, editor)]
    : creation(entries, parameter, editor);
  const conditions = entries.filter(({ isOptional }) => isOptional);
  const lookup = ({ key }: Entry): Value => ({ 'Fn::FindInMap': [name, { Ref: parameter.id }, key] });
  return {
    edits: [
      ...written.flatMap(({ edits }) => edits),
      ...(conditions.length === 0
        ? []
        : editor.addAllToSection(
            'Conditions',
            Object.fromEntries(conditions.map((entry) => [entry.condition, isSet(lookup(entry))])),
          )),
      ...entries.flatMap((entry) =>
        editor.replace(
          entry.change.reservation.node,
          entry.isOptional ? onlyIf(entry.condition, lookup(entry)) : lookup(entry),
        ),
      ),
    ],
    touches: [
      ...written.flatMap(({ touches }) => touches),
      ...conditions.map(({ condition }): Path => ['Conditions', condition]),
      ...entries.map(({ change }) => change.reservation.node.path),
    ],
  };
}

interface Entry {
  readonly change: EnvironmentChange;
  /** Its key in the mapping. */
  readonly key: string;
  /** Whether some environment reserves nothing. */
  readonly isOptional: boolean;
  readonly condition: string;
  readonly figureIn: (environment: string) => number;
}

function entryOf(
  change: EnvironmentChange,
  present: PresentMapping | undefined,
  { values }: EnvironmentParameter,
  editor: Editor,
): Entry {
  const { reservation, figures } = change;
  const { id } = reservation.fn;
  const key = present === undefined || present.name.startsWith(ownMapping) ? id : `${id}${ownMapping}`;
  const figureIn = (environment: string): number => figures.get(environment) ?? 0;
  return {
    change,
    key,
    isOptional: values.some((value) => figureIn(value) === 0),
    condition: editor.freeId(`Has${id}${ownMapping}`),
    figureIn,
  };
}

interface PresentMapping {
  readonly name: string;
  readonly environments: readonly (readonly [string, MapNode])[];
}

interface Written {
  readonly edits: readonly TextEdit[];
  readonly touches: readonly Path[];
}

/** The mapping that the template looks up by the parameter already, and that has every value of it. */
function mappingBy(template: Template, { id, values }: EnvironmentParameter): PresentMapping | undefined {
  for (const node of walk(template.root)) {
    const items =
      node.kind === 'intrinsic' && node.name === 'Fn::FindInMap' && node.argument.kind === 'list'
        ? node.argument.items
        : [];
    if (refOf(items[1]) !== id) continue;
    const name = stringOf(items[0]);
    const mapping = name === undefined ? undefined : template.section('Mappings')?.get(name);
    if (name === undefined || mapping?.kind !== 'map') continue;
    const environments = mapping.entries.flatMap(({ key, value }) =>
      value.kind === 'map' ? [[key, value] as const] : [],
    );
    if (values.every((value) => environments.some(([key]) => key === value))) return { name, environments };
  }
  return undefined;
}

function insertions({ name, environments }: PresentMapping, entries: readonly Entry[], editor: Editor): Written[] {
  return environments.flatMap(([environment, map]) =>
    entries.map(({ key, figureIn }) => ({
      edits: editor.insert(map, key, figureIn(environment)),
      touches: [['Mappings', name, environment, key]],
    })),
  );
}

function creation(entries: readonly Entry[], { values }: EnvironmentParameter, editor: Editor): [string, Written] {
  const name = editor.freeId(ownMapping);
  const body = Object.fromEntries(
    values.map((value) => [value, Object.fromEntries(entries.map(({ key, figureIn }) => [key, figureIn(value)]))]),
  );
  return [name, { edits: editor.addToSection('Mappings', name, body), touches: [['Mappings', name]] }];
}
