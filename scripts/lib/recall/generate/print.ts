import { Document, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import { type Value, intrinsicTags } from '../../../../core/template/node.js';

type Printed = Scalar | YAMLMap | YAMLSeq;

/** The ways in which one and the same template is written down. */
export const layouts: Readonly<Record<string, (template: Value) => string>> = {
  json: (template) => `${JSON.stringify(template, undefined, 2)}\n`,
  yaml: (template) => yaml(template, true, true),
  'yaml, lists flush': (template) => yaml(template, true, false),
  'yaml, long functions': (template) => yaml(template, false, true),
};

function yaml(template: Value, short: boolean, indentSeq: boolean): string {
  const document = new Document<Printed>(toNode(template, short));
  return document.toString({ indentSeq, lineWidth: 0 });
}

function toNode(value: Value, short: boolean): Printed {
  if (value === null || typeof value !== 'object') return new Scalar(value);
  if (isList(value)) {
    const list = new YAMLSeq();
    for (const item of value) list.add(toNode(item, short));
    return list;
  }
  const [only, ...others] = Object.entries(value);
  const tag = short && only && others.length === 0 ? intrinsicTags.get(only[0]) : undefined;
  if (tag !== undefined && only) return tagged(tag, only[0], only[1]);
  const map = new YAMLMap();
  for (const [key, each] of Object.entries(value)) map.add({ key, value: toNode(each, short) });
  return map;
}

/** A function right below a function takes its long form: two tags cannot stand together. */
function tagged(tag: string, name: string, argument: Value): Printed {
  const isAttribute = name === 'Fn::GetAtt' && isList(argument);
  const node = isAttribute ? new Scalar(argument.map(String).join('.')) : toNode(argument, true);
  if (node.tag !== undefined) return toNode({ [name]: argument }, false);
  node.tag = tag;
  return node;
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}
