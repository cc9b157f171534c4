import { type TextEdit, editAt } from '../text/edit.js';
import { CannotEdit } from './cannot-edit.js';
import { habitKey } from './habits.js';
import { editInside } from './inside.js';
import { chosenLists } from './list-like.js';
import { type Layouts, gapsOf, isSpaced, itemKey, layoutsOf } from './layouts.js';
import { type ListNode, type MapNode, type ScalarNode, type TemplateNode, type Value, toValue } from './node.js';
import { type Where, isInBrackets, isNothing, ownEntries, pointer, refuseFrozen } from './place.js';
import { removeFromBlock } from './remove-block.js';
import type { Resource, Template } from './template.js';
import { nested, sameValue } from './value.js';
import { doubleQuoted, isPlain, isPrintable, quoted } from './yaml-scalar.js';

export type SectionName = 'Parameters' | 'Conditions' | 'Mappings' | 'Resources' | 'Outputs';

/** The conventional order of the sections. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html */
const sectionOrder = ['Parameters', 'Rules', 'Mappings', 'Conditions', 'Globals', 'Resources', 'Outputs'];

/**
 * Verbs that change a template. Each returns edits of the template's source text and changes nothing itself; what it
 * adds follows the file (indentation, dashes, quotes, short or long functions, line ends), what it does not name stays
 * byte for byte. Edits of several verbs compose through `applyEdits`, which refuses those that exclude each other: the
 * same key inserted twice, a map emptied by one and filled by the other.
 *
 * All verbs throw `CannotEdit` where the place is an alias, a merge key, a map with a key that stands twice, anything
 * below `Fn::ForEach`, or of a shape that the verb does not know.
 */
export class Editor {
  private lazyLayouts: Layouts | undefined;

  constructor(readonly template: Template) {}

  /**
   * Puts a value in the place of another. A scalar keeps its quotes where the new text allows; a list, map or function
   * is printed anew at the indentation of the old one; a bare `Key:` gets its value. Comments around it stay.
   */
  replace(node: TemplateNode, value: Value): TextEdit[] {
    refuseFrozen(node);
    const kept = this.keepQuotes(node, value);
    if (kept !== undefined)
      return [{ ...editAt(this.text, node.span.start, node.span.end, kept), claim: pointer(node) }];
    // A tag and its argument are one: the function may need another form.
    const { parent } = node;
    if (parent?.kind === 'intrinsic' && parent.form === 'short') return this.replace(parent, { [parent.name]: value });
    if (!parent) throw new CannotEdit('it is the whole template');
    const { flow, block } = this.layouts;
    return this.isInBrackets(node) ? flow.replace(node, value, habitKey(node)) : block.replace(node, value);
  }

  /**
   * Replaces a part of a scalar's text, offsets counted in the file. The text is escaped as its quotes (or JSON) want
   * it, and indented in a literal block. Refuses line breaks where the style has none, cuts through an escape, and
   * what would then read as something else.
   */
  replaceInside(scalar: ScalarNode, from: number, to: number, text: string): TextEdit[] {
    refuseFrozen(scalar);
    return [editInside(scalar, from, to, text, this.layouts.lines, this.template.syntax)];
  }

  /** Gives a key another name, in the quotes that it has. Refuses a name that is taken. */
  rename(map: MapNode, key: string, newKey: string): TextEdit[] {
    refuseFrozen(map);
    const entry = map.entry(key);
    if (!entry || entry.merged) throw new CannotEdit(`there is no ${key}`);
    if (key === newKey) return [];
    if (map.has(newKey)) throw new CannotEdit(`${newKey} is already there`);
    const { start, end } = entry.keySpan;
    return [
      { ...editAt(this.text, start, end, this.keyText(map, newKey, this.text[start])), claim: pointer(map, newKey) },
    ];
  }

  /**
   * Takes away the entry or item whose value this is, with its lines and the comments on them; comments above stay. The
   * only one leaves `{}` or `[]`, or takes its map or list along with `prune`. `- a: b` keeps its dash.
   */
  remove(node: TemplateNode, options: { readonly prune?: boolean } = {}): TextEdit[] {
    refuseFrozen(node);
    const { parent } = node;
    if (parent?.kind !== 'map' && parent?.kind !== 'list')
      throw new CannotEdit('it is no entry of a map and no item of a list');
    const isOnly = (parent.kind === 'map' ? ownEntries(parent) : parent.items).length === 1;
    const above = parent.parent?.kind;
    if (isOnly && options.prune === true && (above === 'map' || above === 'list')) return this.remove(parent, options);
    if (parent.flow) return [this.layouts.flow.remove(node)];
    if (isOnly) return this.replace(parent, parent.kind === 'map' ? {} : []);
    return [removeFromBlock(node, this.layouts.lines)];
  }

  /** Takes away several entries of one map, or items of one list: between brackets the first ones share their commas. */
  removeAll(nodes: readonly TemplateNode[]): TextEdit[] {
    const [parent, ...others] = new Set(nodes.map((node) => node.parent));
    if (nodes.length < 2 || others.length > 0 || (parent?.kind !== 'map' && parent?.kind !== 'list'))
      return nodes.flatMap((node) => this.remove(node));
    for (const node of nodes) refuseFrozen(node);
    if (parent.flow) return this.layouts.flow.removeAll(nodes);
    const own: readonly unknown[] = parent.kind === 'map' ? ownEntries(parent) : parent.items;
    return own.length === nodes.length
      ? this.replace(parent, parent.kind === 'map' ? {} : [])
      : nodes.map((node) => removeFromBlock(node, this.layouts.lines));
  }

  /**
   * A new entry right after or before another one, else at the end of the map's own content: before the blank lines
   * and the comments that belong to what follows. Resources and other sections' entries are set apart as the file does.
   */
  insert(map: MapNode, key: string, value: Value, where: Where = {}): TextEdit[] {
    refuseFrozen(map);
    if (map.has(key)) throw new CannotEdit(`${key} is already there`);
    if (map.entries.length === 0) return this.replace(map, { [key]: value });
    if (map.flow) return this.layouts.flow.insert(map, key, value, where);
    return [this.layouts.block.insert(map, key, value, where, isSpaced(map, this.template.root, this.layouts.lines))];
  }

  /** A new item at the end of a list. */
  append(list: ListNode, value: Value): TextEdit[] {
    refuseFrozen(list);
    if (list.items.length === 0) return this.replace(list, [value]);
    if (list.flow) return this.layouts.flow.append(list, value, itemKey(list));
    const { blank, all } = gapsOf(list, this.layouts.lines);
    return [this.layouts.block.append(list, value, all > 0 && blank === all)];
  }

  /** Sets the value at a path of keys: replaces what is there (nothing, if it is the same), else inserts it with the maps that are missing. */
  set(base: MapNode, path: readonly string[], value: Value): TextEdit[] {
    const { map, key, rest } = this.descend(base, path);
    const node = map.get(key);
    if (!node) return this.insert(map, key, nested(rest, value));
    return rest.length === 0 && sameValue(toValue(node), value) ? [] : this.replace(node, nested(rest, value));
  }

  /**
   * Appends to the list at a path of keys, in every branch where an `Fn::If` chooses between lists. What is missing
   * becomes a list of one, a single value a list of both.
   */
  appendAt(base: MapNode, path: readonly string[], value: Value): TextEdit[] {
    const { map, key, rest } = this.descend(base, path);
    const node = map.get(key);
    if (!node || rest.length > 0 || isNothing(node)) return this.set(base, path, [value]);
    if (node.kind === 'list') return this.append(node, value);
    refuseFrozen(node);
    const lists = chosenLists(this.template, node);
    if (lists)
      return lists.flatMap(({ branch, list }) => (list ? this.append(list, value) : this.replace(branch, [value])));
    const { flow, block } = this.layouts;
    if (this.isInBrackets(node)) return flow.wrap(node, value, habitKey(node));
    const wrapped = block.wrap(node, value);
    if (!wrapped && /\s#/.test(this.text.slice(node.span.start, node.span.end)))
      throw new CannotEdit(`${key} holds comments`);
    return wrapped ?? this.replace(node, [toValue(node), value]);
  }

  /** Another key and value in the place of an entry; comments above and behind it stay. */
  replaceEntry(map: MapNode, key: string, newKey: string, value: Value): TextEdit[] {
    const node = map.get(key);
    if (!node) throw new CannotEdit(`there is no ${key}`);
    return [...this.rename(map, key, newKey), ...this.replace(node, value)];
  }

  /** A new entry of a section. A missing section is made in the conventional place. */
  addToSection(section: SectionName, id: string, body: Value, where: { readonly after?: string } = {}): TextEdit[] {
    return this.addAllToSection(section, { [id]: body }, where);
  }

  /** Several new entries of a section, which one by one would each make a section that is missing. */
  addAllToSection(
    section: SectionName,
    bodies: Readonly<Record<string, Value>>,
    where: { readonly after?: string } = {},
  ): TextEdit[] {
    const { root } = this.template;
    const node = root.get(section);
    if (node?.kind === 'map' && node.entries.length > 0)
      return Object.entries(bodies).flatMap(([id, body]) => this.insert(node, id, body, where));
    if (node && (node.kind === 'map' || isNothing(node))) return this.replace(node, bodies);
    if (node) throw new CannotEdit(`the section ${section} is no map`);
    const later = sectionOrder.slice(sectionOrder.indexOf(section) + 1);
    const next = root.entries.find(({ key }) => later.includes(key));
    return this.insert(root, section, bodies, next ? { before: next.key } : {});
  }

  addResource(id: string, body: Value, where: { readonly after?: string } = {}): TextEdit[] {
    return this.addToSection('Resources', id, body, where);
  }

  /** Makes a resource wait for another: `DependsOn` right below `Type`, or one more in it. Nothing if it does already. */
  addDependency(resource: Resource, id: string): TextEdit[] {
    if (resource.dependsOn.includes(id)) return [];
    const node = resource.node.get('DependsOn');
    if (node && !isNothing(node)) return this.appendAt(resource.node, ['DependsOn'], id);
    const value = this.listsDependencies() ? [id] : id;
    return node ? this.replace(node, value) : this.insert(resource.node, 'DependsOn', value, { after: 'Type' });
  }

  /** A logical id that nothing in the template has: the base, else the base with a number from 2 on. */
  freeId(base: string): string {
    const taken = new Set(
      this.template.root.entries.flatMap(({ value }) =>
        value.kind === 'map' ? value.entries.map(({ key }) => key) : [],
      ),
    );
    for (let number = 1; ; number++) {
      const id = number === 1 ? base : `${base}${number}`;
      if (!taken.has(id)) return id;
    }
  }

  /** A value as a snippet in the syntax and style of the file. */
  print(value: Value): string {
    return this.layouts.print(value);
  }

  private get text(): string {
    return this.template.source.text;
  }

  private get layouts(): Layouts {
    return (this.lazyLayouts ??= layoutsOf(this.template));
  }

  private isInBrackets(node: TemplateNode): boolean {
    return isInBrackets(node, this.text);
  }

  /** A string in the place of a quoted one, or of the text behind a tag. */
  private keepQuotes(node: TemplateNode, value: Value): string | undefined {
    if (this.template.syntax === 'json' || node.kind !== 'scalar' || typeof value !== 'string' || !isPrintable(value))
      return undefined;
    if (node.style === 'single') return `'${value.replaceAll("'", "''")}'`;
    if (node.style === 'double') return doubleQuoted(value);
    const tagged = node.parent?.kind === 'intrinsic' && node.parent.form === 'short';
    if (!tagged || node.style !== 'plain' || this.text.slice(node.span.start, node.span.end).includes('\n'))
      return undefined;
    return isPlain(value, this.isInBrackets(node)) ? value : quoted(value, "'");
  }

  private keyText(map: MapNode, key: string, sign: string | undefined): string {
    if (sign === '"') return this.template.syntax === 'json' ? JSON.stringify(key) : doubleQuoted(key);
    return sign === "'" ? `'${key.replaceAll("'", "''")}'` : this.layouts.keyText(key, map.flow);
  }

  /** The deepest map on the way, the key to go on with, and what is then missing. */
  private descend(base: MapNode, path: readonly string[]): { map: MapNode; key: string; rest: readonly string[] } {
    const [key, ...rest] = path;
    if (key === undefined) throw new CannotEdit('the path is empty');
    const node = base.get(key);
    if (rest.length === 0 || !node || isNothing(node)) return { map: base, key, rest };
    if (node.kind !== 'map')
      throw new CannotEdit(node.kind === 'intrinsic' ? `${key} is given by ${node.name}` : `${key} is no map`);
    return this.descend(node, rest);
  }

  private listsDependencies(): boolean {
    const nodes = this.template.resources().flatMap(({ node }) => node.get('DependsOn') ?? []);
    return nodes.length > 0 && nodes.every(({ kind }) => kind === 'list');
  }
}
