import { type CfnContext, type FindingDraft, type FixDraft, type Refusal, defineCfnFixer } from '../core/rule.js';
import { type MapNode, type TemplateNode, type Value, stringOf, walk } from '../core/template/node.js';
import { subOf } from '../core/template/references.js';
import type { Resource, Template } from '../core/template/template.js';
import { limits } from '../facts/index.js';
import { rule } from '../rules/lambda-version-unexported.js';
import { conditionOf, functionNamed, pointerOf } from './shared/function-versions.js';

/** Something published whose ARN the stack could hand over. */
interface Published {
  readonly resource: Resource;
  /** The names under which an output may mention it. */
  readonly names: readonly string[];
  readonly what: 'version' | 'alias';
  readonly function: string;
  readonly value: Value;
  /** The start of the output's id. */
  readonly id: string;
}

export default defineCfnFixer<'unexported', Record<string, never>>({
  rule,
  needles: ['AWS::Lambda::Alias', 'AWS::Lambda::Version', 'AutoPublishAlias'],
  *find({ template, editor }) {
    const outputs = template.section('Outputs');
    if (!outputs || outputs.entries.length === 0) return;
    const mentioned = new Set(
      [...template.references(outputs)].map(({ name, attribute }) =>
        attribute === undefined ? name : `${name}.${attribute}`,
      ),
    );
    const isOutput = (published: Published): boolean =>
      published.names.some((name) => [...mentioned].some((each) => `${each}.`.startsWith(`${name}.`))) ||
      isQualified(published, outputs);
    const all = publishedIn(template);
    const aliased = new Set(all.flatMap(({ resource }) => versionBehind(resource)?.id ?? []));
    for (const published of all) {
      if (isOutput(published) || aliased.has(published.resource.id)) continue;
      // What only the stack itself uses need not be handed over, unless the stack hands over the function in its place.
      if (isUsed(published) && !mentioned.has(published.function) && !mentioned.has(`${published.function}.Arn`))
        continue;
      yield draftOf(published, outputs, editor);
    }
  },
});

function publishedIn(template: Template): Published[] {
  return template
    .resources('AWS::Lambda::Version', 'AWS::Lambda::Alias', 'AWS::Serverless::Function')
    .flatMap((resource): Published[] => {
      if (resource.type === 'AWS::Serverless::Function') {
        if (!resource.property('AutoPublishAlias')) return [];
        return [
          {
            resource,
            names: [`${resource.id}.Alias`, `${resource.id}.Version`, ...samAliases(resource)],
            what: 'alias',
            function: resource.id,
            value: { Ref: `${resource.id}.Alias` },
            id: `${resource.id}Alias`,
          },
        ];
      }
      const fn = functionNamed(template, resource.property('FunctionName'));
      const what = resource.type === 'AWS::Lambda::Alias' ? 'alias' : 'version';
      return [
        {
          resource,
          names: [resource.id],
          what,
          function: fn?.id ?? 'a function',
          value: { Ref: resource.id },
          id: resource.id,
        },
      ];
    });
}

/** True where another resource names it, or a SAM event calls it. */
function isUsed({ resource, names, function: fn }: Published): boolean {
  if (
    resource.type === 'AWS::Serverless::Function' &&
    (resource.property('Events') ?? resource.property('FunctionUrlConfig'))
  )
    return true;
  return resource.template.resources().some((other) => {
    if (other === resource || other.id === fn || !other.properties) return false;
    return [...resource.template.references(other.properties)].some(
      ({ name, attribute }) => names.includes(name) || names.includes(`${name}.${attribute ?? ''}`),
    );
  });
}

/** `${Worker.Arn}:live` hands over the alias as well. */
function isQualified({ function: fn }: Published, outputs: MapNode): boolean {
  return [...walk(outputs)].some((node) =>
    [`\${${fn}}:`, `\${${fn}.Arn}:`].some((text) => stringOf(node)?.includes(text) === true),
  );
}

/** The logical id that SAM gives to the alias. */
function samAliases(fn: Resource): string[] {
  const name = stringOf(fn.property('AutoPublishAlias'));
  return name === undefined ? [] : [`${fn.id}Alias${name}`];
}

function versionBehind(resource: Resource): Resource | undefined {
  const pointer = pointerOf(resource.template, resource.property('FunctionVersion'));
  return pointer.kind === 'version' ? pointer.resource : undefined;
}

function draftOf(published: Published, outputs: MapNode, editor: CfnContext['editor']): FindingDraft<'unexported'> {
  const { resource, what } = published;
  const owner = published.function === resource.id ? ' (AutoPublishAlias)' : ` of ${published.function}`;
  return {
    message: 'unexported',
    data: { resource: resource.id, what: `${what === 'alias' ? 'an alias' : 'a version'}${owner}` },
    certainty: 'proven',
    resource,
    node: resource.node,
    span: resource.idSpan,
    fix: () => fixOf(published, outputs, editor),
  };
}

function fixOf(published: Published, outputs: MapNode, editor: CfnContext['editor']): FixDraft | Refusal {
  if (outputs.entries.length >= limits.template.outputs)
    return { code: 'limit', because: `a template holds at most ${limits.template.outputs} outputs` };
  const id = outputId(published.id, outputs);
  const body = {
    ...conditionOf(published.resource),
    ...descriptionLike(outputs, published),
    Value: published.value,
    ...exportLike(outputs, id),
  };
  return {
    title: `Output the ARN of the ${published.what} ${published.function === published.resource.id ? `of ${published.function}` : published.resource.id}`,
    safety: 'safe',
    consequence: { deployment: 'none' },
    edits: editor.addToSection('Outputs', id, body),
    touches: [['Outputs', id]],
  };
}

/** `WorkerAliasArn`, beginning as the other outputs do; numbered where that is taken. */
function outputId(name: string, outputs: MapNode): string {
  const isLower = outputs.entries.every(({ key }) => /^[a-z]/.test(key));
  const base = `${isLower ? name.charAt(0).toLowerCase() + name.slice(1) : name}Arn`;
  let id = base;
  for (let number = 2; outputs.has(id); number++) id = `${base}${number}`;
  return id;
}

function descriptionLike(outputs: MapNode, { what, function: fn }: Published): Record<string, Value> {
  const described = outputs.entries.filter(({ value }) => partOf(value, 'Description'));
  return described.length * 2 > outputs.entries.length ? { Description: `ARN of the published ${what} of ${fn}` } : {};
}

/** The export name that every other output has: one text around the output's own id. */
function exportLike(outputs: MapNode, id: string): Record<string, Value> {
  const frames = new Set(
    outputs.entries.map(({ key, value }) => frameOf(key, partOf(partOf(value, 'Export'), 'Name'))),
  );
  const [frame, ...others] = frames;
  return frame === undefined || others.length > 0
    ? {}
    : { Export: { Name: { 'Fn::Sub': frame.replace('\0', () => id) } } };
}

function frameOf(key: string, name: TemplateNode | undefined): string | undefined {
  const text = subOf(name)?.text;
  if (text === undefined || !text.includes('${AWS::StackName}') || text.split(key).length !== 2) return undefined;
  return text.replace(key, '\0');
}

function partOf(node: TemplateNode | undefined, key: string): TemplateNode | undefined {
  return node?.kind === 'map' ? node.get(key) : undefined;
}
