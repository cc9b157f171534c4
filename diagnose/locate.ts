import type {
  Catalog,
  CatalogEntry,
  CfnFixer,
  FindingDraft,
  ProgramContext,
  PulumiTransform,
  Rule,
} from '../core/rule.js';
import type { Program } from '../core/program/program.js';
import type { ProgramResource } from '../core/program/resources.js';
import type { Expression } from '../core/program/values.js';
import type { NamedResource } from './failure.js';

/** The rule that points at the resources that a log names, so that the engine finds them as it finds everything else. */
export const locatorId = 'diagnosed-resource';

const rule: Rule<'named'> = {
  id: locatorId,
  title: 'Resource that a failed deployment names',
  why: 'A log names the resource that failed.',
  impact: 'low',
  messages: { named: { text: '{name}', preset: 'deploy' } },
  errors: [],
  references: [],
  limits: [],
  facts: [],
  since: '0.1.0',
};

/** A catalog with the locator in it. */
export function withLocator(catalog: Catalog, named: readonly NamedResource[]): Catalog {
  const names = [...new Set(named.map(({ name }) => name))];
  if (names.length === 0) return catalog;
  const entry: CatalogEntry = {
    id: locatorId,
    needles: names,
    rule: async () => rule,
    cfnFixer: async () => fixer(names),
    // A program spells names in parts: any of its files may be meant.
    programNeedles: [],
    transform: async () => transform(named),
  };
  return [...catalog, entry];
}

function fixer(names: readonly string[]): CfnFixer<'named'> {
  return {
    rule,
    needles: names,
    *find({ template }) {
      for (const name of names) {
        const resource = template.resource(name);
        if (resource)
          yield {
            message: 'named',
            data: { name },
            certainty: 'possible',
            resource,
            node: resource.node,
            span: resource.idSpan,
          };
      }
    },
  };
}

function transform(named: readonly NamedResource[]): PulumiTransform<'named'> {
  return {
    rule,
    needles: [],
    *find(context) {
      for (const resource of named) {
        const found = context.program.resources.find((each) => isNamed(each, resource, context));
        if (found) yield* pointAt(found, resource.name, context);
      }
    },
  };
}

function* pointAt(found: ProgramResource, name: string, { program }: ProgramContext): Generator<FindingDraft<'named'>> {
  const resource = program.modelOf(found);
  if (resource)
    yield {
      message: 'named',
      data: { name },
      certainty: 'possible',
      resource,
      node: resource.node,
    };
}

/** The program's resource whose name may come out as that of the log. */
function isNamed(resource: ProgramResource, { name, type }: NamedResource, { program }: ProgramContext): boolean {
  if (type !== undefined && !isSameType(resource.token, type)) return false;
  const { logicalName, place } = resource;
  if (!logicalName) return resource.id === name;
  const pattern = patternOf({ node: logicalName, place }, program);
  // A name that only a run tells could be any; the variable is often called alike.
  return pattern === unknownText ? resource.id === name : new RegExp(`^${pattern}$`).test(name);
}

const unknownText = '.{0,255}';

/** What a name can come out as, what is known only at run time being any text. */
function patternOf(expression: Expression, program: Program): string {
  const value = program.resolver.value(expression);
  if (value.kind !== 'written') return unknownText;
  const { node, place } = value.expression;
  if (node.type === 'StringLiteral') return escaped(node.value);
  if (node.type === 'TemplateLiteral') {
    const parts = node.expressions.map((part) => patternOf({ node: part, place }, program));
    return node.quasis.map(({ value: text }, index) => escaped(text.cooked ?? '') + (parts[index] ?? '')).join('');
  }
  if (node.type === 'BinaryExpression' && node.operator === '+')
    return patternOf({ node: node.left, place }, program) + patternOf({ node: node.right, place }, program);
  return unknownText;
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}

/** `aws:lambda/function:Function` of a URN, `aws:lambda:Function` of a heading. */
function isSameType(token: string, type: string): boolean {
  const short = token.replace(/\/[^:]*/, '');
  return token === type || short === type || short.replace(/^aws:index/, 'aws') === type;
}
