import { type MapNode, type TemplateNode, stringOf } from '../template/node.js';
import type { Template } from '../template/template.js';
import type { LineIndex } from '../text/line-index.js';
import { commentsOf } from './comments.js';
import type { Directive } from './suppress.js';
import type { Finding } from './types.js';

const marker = 'stackmend-ignore';
const ruleName = '[a-z][a-z0-9]*(?:-[a-z0-9]+)*';
const commentForm = new RegExp(`^(?:#+\\s*)?${marker}\\b:?(.*)$`, 's');
const listForm = new RegExp(`^\\s*(${ruleName}(?:\\s*,\\s*${ruleName})*)(?![\\w-])(.*)$`, 's');

/** All that a template ignores, by comments (YAML) and by `Metadata` (both syntaxes). */
export function directivesIn(template: Template): Directive[] {
  const { text } = template.source;
  if (!text.includes('stackmend')) return [];
  const comments = text.includes(marker) ? commentDirectives(template) : [];
  return [...comments, ...metadataDirectives(template)].toSorted(
    (a, b) => a.position.line - b.position.line || a.position.column - b.position.column,
  );
}

/** `rule-a, rule-b why this is so`; a colon or dashes may part the rules from the reason. */
function splitEntry(entry: string): { rules: readonly string[]; reason: string } | undefined {
  const match = listForm.exec(entry);
  if (!match) return undefined;
  const rules = (match[1] ?? '').split(',').map((name) => name.trim());
  return { rules, reason: (match[2] ?? '').replace(/^[\s:\-\u2013\u2014]+/, '').trim() };
}

/** What the text of a comment ignores, or what is wrong with it; undefined for any other comment. */
export function directiveIn(comment: string): Pick<Directive, 'rules' | 'reason' | 'fault'> | undefined {
  const match = commentForm.exec(comment);
  if (!match) return undefined;
  return (
    splitEntry(match[1] ?? '') ?? { rules: [], reason: '', fault: `${marker} needs the name of a rule and a reason` }
  );
}

function commentDirectives(template: Template): Directive[] {
  const { lines } = template.source;
  const comments = commentsOf(template);
  const ownLines = new Set(comments.filter(({ ownLine }) => ownLine).map(({ start }) => lines.position(start).line));
  return comments.flatMap((comment): Directive[] => {
    const parsed = directiveIn(comment.text);
    if (!parsed) return [];
    const position = lines.position(comment.start);
    let target = position.line;
    if (comment.ownLine) while (ownLines.has(target)) target++;
    return [{ position, ...parsed, covers: (finding) => linesOf(template, lines, finding).has(target) }];
  });
}

/** The lines on which a comment speaks of a finding: its own, its key's, and those of the resource's id and attributes. */
function linesOf(template: Template, lines: LineIndex, { position, path }: Finding): ReadonlySet<number> {
  const found = new Set([position.line]);
  const parent = template.at(path.slice(0, -1));
  const last = path.at(-1);
  const own = parent?.kind === 'map' && last !== undefined ? parent.entry(String(last)) : undefined;
  if (own) found.add(lines.position(own.keySpan.start).line);
  const [section, id] = path;
  const entry =
    section === 'Resources' && id !== undefined ? template.section('Resources')?.entry(String(id)) : undefined;
  if (entry) found.add(lines.position(entry.keySpan.start).line);
  if (entry?.value.kind === 'map')
    for (const { keySpan } of entry.value.entries) found.add(lines.position(keySpan.start).line);
  return found;
}

function metadataDirectives(template: Template): Directive[] {
  const own = entriesBelow(template, template.root, () => true);
  const resources = template.section('Resources')?.entries ?? [];
  return resources.reduce<Directive[]>((all, { key, value }) => {
    if (value.kind === 'map')
      all.push(...entriesBelow(template, value, ({ path }) => path[0] === 'Resources' && path[1] === key));
    return all;
  }, own);
}

function entriesBelow(template: Template, owner: MapNode, covers: Directive['covers']): Directive[] {
  const metadata = owner.get('Metadata');
  const tool = metadata?.kind === 'map' ? metadata.get('stackmend') : undefined;
  const list = tool?.kind === 'map' ? tool.get('ignore') : undefined;
  if (!list) return [];
  const nodes = list.kind === 'list' ? list.items : [list];
  return nodes.map((node) => ({
    position: template.source.lines.position(node.span.start),
    ...readEntry(node),
    covers,
  }));
}

/** `{rule, reason}` or "rule reason". */
function readEntry(node: TemplateNode): Pick<Directive, 'rules' | 'reason' | 'fault'> {
  const text = stringOf(node);
  const parsed = text === undefined ? readMap(node) : splitEntry(text);
  return parsed ?? { rules: [], reason: '', fault: 'an entry of ignore is {rule, reason} or "rule reason"' };
}

function readMap(node: TemplateNode): Pick<Directive, 'rules' | 'reason'> | undefined {
  if (node.kind !== 'map') return undefined;
  const rule = stringOf(node.get('rule'));
  return rule === undefined ? undefined : { rules: [rule], reason: (stringOf(node.get('reason')) ?? '').trim() };
}
