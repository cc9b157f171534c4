import type { Guards } from '../conditions.js';
import { type MapNode, type TemplateNode, stringOf, toValue } from '../node.js';
import type { Resource, Template } from '../template.js';
import type { ArnFormats } from './arn-formats.js';
import { arnOf } from './arn-of.js';
import { type SymbolicArn, symbolicArn } from './arn.js';

/** Where a grant stands. */
export interface Origin {
  /**
   * `inline`: in the role. `managed`: a policy that the role lists. `sam`: what SAM adds or makes out of `Policies`.
   * `policy`: a resource of its own that attaches itself to the role, finished later than the role.
   */
  readonly kind: 'inline' | 'policy' | 'managed' | 'sam';
  /** The policy's resource, where it has one. */
  readonly resource?: Resource;
}

/** Why something cannot be told. */
export type Doubt =
  | 'outside'
  | 'role'
  | 'iam-condition'
  | 'template-condition'
  | 'resource-policy'
  | 'arn'
  | 'action'
  | 'document'
  | 'managed-policy'
  | 'boundary'
  | 'deny'
  | 'macro';

/** One entry of `Action` or `Resource`, and what must hold for it to be there. */
export interface Pattern {
  readonly arn: SymbolicArn;
  readonly guards: Guards;
}

/** `Action` or `Resource`, negated for `NotAction` and `NotResource`. */
export interface Patterns {
  readonly negated: boolean;
  readonly items: readonly Pattern[];
}

export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  readonly actions: Patterns;
  readonly resources: Patterns;
  /** Why it may not apply although it matches: IAM conditions narrow it, or it stands in the policy of the target. */
  readonly doubt?: Doubt;
  readonly guards: Guards;
  readonly origin: Origin;
  /** Absent for what SAM and AWS write. */
  readonly node?: TemplateNode;
}

/** A part of what a role is granted that cannot be read: it may grant anything. */
export interface Gap {
  readonly because: string;
  readonly doubt: Doubt;
  readonly guards: Guards;
  readonly origin: Origin;
}

/** What one or several policy documents say. */
export interface Granted {
  readonly statements: readonly Statement[];
  readonly gaps: readonly Gap[];
}

export const nothing: Granted = { statements: [], gaps: [] };

export function joined(all: readonly Granted[]): Granted {
  return { statements: all.flatMap(({ statements }) => statements), gaps: all.flatMap(({ gaps }) => gaps) };
}

/** Where a document is read: in which template, under which conditions, for whom. */
export interface Scope {
  readonly template: Template;
  readonly formats: ArnFormats;
  readonly guards: Guards;
  readonly origin: Origin;
}

export function gap(scope: Scope, doubt: Doubt, because: string): Granted {
  return { statements: [], gaps: [{ because, doubt, guards: scope.guards, origin: scope.origin }] };
}

/** What is granted only perhaps. */
export function perhaps({ statements, gaps }: Granted, doubt: Doubt): Granted {
  return { statements: statements.map((statement) => ({ ...statement, doubt })), gaps };
}

/** The same scope with further conditions. */
export function under(scope: Scope, guards: Guards): Scope {
  return guards.length === 0 ? scope : { ...scope, guards: [...scope.guards, ...guards] };
}

export interface Entry {
  readonly node: TemplateNode;
  readonly guards: Guards;
}

/** The entries of a list, or the one value that may stand for it; `Fn::If` is followed into its branches. */
export function entriesOf(template: Template, node: TemplateNode | undefined): readonly Entry[] {
  const found: Entry[] = [];
  gather(template, node, [], found);
  return found;
}

function gather(template: Template, node: TemplateNode | undefined, guards: Guards, found: Entry[]): void {
  if (node?.kind === 'list') for (const item of node.items) gather(template, item, guards, found);
  else if (node?.kind !== 'intrinsic') {
    if (node) found.push({ node, guards });
  } else {
    for (const alternative of template.alternatives(node)) {
      if (alternative.node === node) found.push({ node, guards });
      else gather(template, alternative.node, [...guards, ...alternative.guards], found);
    }
  }
}

/** Reads a policy document. An absent one grants nothing. */
export function readDocument(scope: Scope, document: TemplateNode | undefined): Granted {
  return joined(
    scope.template.alternatives(document).map(({ node, guards }) => {
      if (!node) return nothing;
      const inner = under(scope, guards);
      if (node.kind !== 'map' || isGenerated(node))
        return gap(inner, 'document', 'a policy document is not written out');
      return joined(
        entriesOf(scope.template, node.get('Statement')).map((entry) =>
          readStatement(under(inner, entry.guards), entry.node),
        ),
      );
    }),
  );
}

/** True where a macro or a loop writes entries of a map. */
export function isGenerated(node: MapNode): boolean {
  return node.entries.some(({ key }) => key === 'Fn::Transform' || key.startsWith('Fn::ForEach::'));
}

/** Reads one statement. */
export function readStatement(scope: Scope, node: TemplateNode): Granted {
  if (node.kind !== 'map' || isGenerated(node)) return gap(scope, 'document', 'a policy statement is not written out');
  const effect = stringOf(node.get('Effect'));
  const actions = patternsOf(scope, node, 'Action', 'NotAction');
  const resources = patternsOf(scope, node, 'Resource', 'NotResource');
  if ((effect !== 'Allow' && effect !== 'Deny') || !actions || !resources)
    return gap(scope, 'document', 'a policy statement is not complete');
  const doubt: Doubt | undefined = isConditional(node.get('Condition')) ? 'iam-condition' : undefined;
  const { guards, origin } = scope;
  return {
    statements: [{ effect, actions: lowerCase(actions), resources, ...(doubt ? { doubt } : {}), guards, origin, node }],
    gaps: [],
  };
}

function patternsOf(scope: Scope, statement: MapNode, positive: string, negative: string): Patterns | undefined {
  const negated = !statement.has(positive);
  const node = statement.get(negated ? negative : positive);
  if (!node) return undefined;
  return readLater(negated, () =>
    entriesOf(scope.template, node).map((entry): Pattern => ({
      arn: arnOf(scope.template, entry.node, scope.formats),
      guards: entry.guards,
    })),
  );
}

/** Patterns that are read when they are first asked for: most statements allow other actions, and their resources never matter. */
export function readLater(negated: boolean, read: () => readonly Pattern[]): Patterns {
  return new LatePatterns(negated, read);
}

/** A class, for V8 keeps the shape of every object that has a getter of its own until a full collection, and what it holds. */
class LatePatterns implements Patterns {
  private known: readonly Pattern[] | undefined;

  constructor(
    readonly negated: boolean,
    private readonly read: () => readonly Pattern[],
  ) {}

  get items(): readonly Pattern[] {
    return (this.known ??= this.read());
  }
}

function isConditional(node: TemplateNode | undefined): boolean {
  return node !== undefined && JSON.stringify(toValue(node)) !== '{}';
}

/** Actions are compared without case. */
export function lowerCase(actions: Patterns): Patterns {
  return readLater(actions.negated, () => actions.items.map(({ arn, guards }) => ({ arn: lowerCaseArn(arn), guards })));
}

export function lowerCaseArn(arn: SymbolicArn): SymbolicArn {
  if (arn.tokens.every((token) => token.kind !== 'text' || token.text === token.text.toLowerCase())) return arn;
  return symbolicArn(
    arn.tokens.map((token) => (token.kind === 'text' ? { kind: 'text', text: token.text.toLowerCase() } : token)),
  );
}
