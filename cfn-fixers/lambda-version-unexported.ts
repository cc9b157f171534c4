import { type CfnContext, type FindingDraft, type FixDraft, type Refusal, defineCfnFixer } from '../core/rule.js';
import { type MapNode, type TemplateNode, type Value, stringOf, walk } from '../core/template/node.js';
import { subOf } from '../core/template/references.js';
import { limits } from '../facts/index.js';
import { rule } from '../rules/lambda-version-unexported.js';
import { conditionOf } from '../rules/shared/function-versions.js';
import { type Published, describePublished, unexportedIn } from '../rules/shared/published.js';

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
    for (const published of unexportedIn(template, () => mentioned))
      if (!isQualified(published, outputs)) yield draftOf(published, outputs, editor);
  },
});

/** `${Worker.Arn}:live` hands over the alias as well. */
function isQualified({ function: fn }: Published, outputs: MapNode): boolean {
  return [...walk(outputs)].some((node) =>
    [`\${${fn}}:`, `\${${fn}.Arn}:`].some((text) => stringOf(node)?.includes(text) === true),
  );
}

function draftOf(published: Published, outputs: MapNode, editor: CfnContext['editor']): FindingDraft<'unexported'> {
  const { resource } = published;
  return {
    message: 'unexported',
    data: { resource: resource.id, what: describePublished(published) },
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
