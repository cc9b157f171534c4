import { type CfnContext, type FindingDraft, type FixDraft, type Refusal, defineCfnFixer } from '../core/rule.js';
import { type TemplateNode, type Value, stringOf, toValue, walk } from '../core/template/node.js';
import type { Resource, Template } from '../core/template/template.js';
import { rule } from '../rules/lambda-placeholder-code.js';
import { type PlaceholderMessage, placeholderCode, placeholderValues } from '../rules/shared/placeholders.js';
import { functionTypes } from '../rules/shared/function-types.js';

type Editor = CfnContext['editor'];

export default defineCfnFixer<PlaceholderMessage, Record<string, never>>({
  rule,
  needles: ['ZipFile', 'InlineCode', 'Variables'],
  *find({ template, editor }) {
    for (const fn of template.resources(...functionTypes)) {
      yield* judgeCode(fn, editor);
      yield* placeholderValues(fn, fn.id, fn.ownProperty('Environment', 'Variables'));
    }
    const [first] = template.resources('AWS::Serverless::Function');
    if (first) yield* placeholderValues(first, 'Globals.Function', first.globalProperty('Environment', 'Variables'));
  },
});

function* judgeCode(fn: Resource, editor: Editor): Generator<FindingDraft<PlaceholderMessage>> {
  const sam = fn.type === 'AWS::Serverless::Function';
  const node = sam ? fn.ownProperty('InlineCode') : fn.ownProperty('Code', 'ZipFile');
  if (!node) return;
  yield* placeholderCode(fn, node, textOf(node), {
    followUps: sam
      ? []
      : [
          `Upload the real code and give its bucket and key as parameters${stringOf(fn.ownProperty('Handler')) === undefined ? '' : ', and its handler'}.`,
        ],
    fix: () => (sam ? refuseSam(editor) : fixOf(fn, node, editor)),
  });
}

/** The code: a text, one with placeholders, or lines that are joined. Nothing where a condition chooses it already. */
function textOf(node: TemplateNode): string {
  if (node.kind === 'intrinsic' && node.name !== 'Fn::Sub' && node.name !== 'Fn::Join') return '';
  return [...walk(node)].flatMap((part) => stringOf(part) ?? []).join('\n');
}

function refuseSam(editor: Editor): Refusal {
  return {
    code: 'needs-choice',
    because: 'SAM takes either InlineCode or CodeUri: put the code into a folder and name that',
    snippet: editor.print({ CodeUri: 'src/' }),
  };
}

/** Place and handler become parameters; without a place the inline code stays what is deployed. */
function fixOf(fn: Resource, code: TemplateNode, editor: Editor): FixDraft | Refusal {
  const container = code.parent;
  if (container?.kind !== 'map' || container.entries.length > 1)
    return { code: 'cannot-edit', because: 'the code is given in more than one way already' };
  const ids = {
    bucket: editor.freeId(`${fn.id}CodeBucket`),
    key: editor.freeId(`${fn.id}CodeKey`),
    condition: editor.freeId(`Has${fn.id}Code`),
  };
  const uploaded: Value = { S3Bucket: { Ref: ids.bucket }, S3Key: { Ref: ids.key } };
  const handler = handlerEdits(fn, editor);
  return {
    title: `Make the place of the code of ${fn.id} a parameter; its inline code stays the default`,
    safety: 'review',
    consequence: { deployment: 'none' },
    edits: [
      ...addParameters(fn.template, editor, {
        [ids.bucket]: { Type: 'String', Default: '', Description: `Bucket with the code of ${fn.id}` },
        [ids.key]: {
          Type: 'String',
          Default: '',
          Description: `Key of the code of ${fn.id} in the bucket, empty for the inline code`,
        },
        ...handler.parameters,
      }),
      ...editor.addToSection('Conditions', ids.condition, { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: ids.key }, ''] }] }),
      ...editor.replace(container, { 'Fn::If': [ids.condition, uploaded, toValue(container)] }),
      ...handler.edits,
    ],
    touches: [
      ['Parameters', ids.bucket],
      ['Parameters', ids.key],
      ['Conditions', ids.condition],
      container.path,
      ...handler.touches,
    ],
  };
}

function handlerEdits(
  fn: Resource,
  editor: Editor,
): Pick<FixDraft, 'edits' | 'touches'> & { parameters: Record<string, Value> } {
  const node = fn.ownProperty('Handler');
  const text = stringOf(node);
  if (!node || text === undefined) return { parameters: {}, edits: [], touches: [] };
  const id = editor.freeId(`${fn.id}Handler`);
  return {
    parameters: { [id]: { Type: 'String', Default: text, Description: `Handler of ${fn.id}` } },
    edits: editor.replace(node, { Ref: id }),
    touches: [['Parameters', id], node.path],
  };
}

/** Several parameters at once: a section that is missing is made with all of them. */
function addParameters(
  template: Template,
  editor: Editor,
  parameters: Readonly<Record<string, Value>>,
): FixDraft['edits'] {
  if (template.section('Parameters'))
    return Object.entries(parameters).flatMap(([id, body]) => editor.addToSection('Parameters', id, body));
  const next = template.root.entries.find(({ key }) =>
    ['Rules', 'Mappings', 'Conditions', 'Globals', 'Resources'].includes(key),
  );
  return editor.insert(template.root, 'Parameters', parameters, next ? { before: next.key } : {});
}
