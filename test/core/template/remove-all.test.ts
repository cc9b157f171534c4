import { describe, expect, it } from 'vitest';
import { Editor } from '../../../core/template/editor.js';
import { loadTemplate } from '../../../core/template/load.js';
import { toValue } from '../../../core/template/node.js';
import { applyEdits } from '../../../core/text/edit.js';
import { SourceFile } from '../../../core/text/source-file.js';

const keys = ['A', 'B', 'C', 'D'];

/** All ways to choose two or more of the keys. */
const choices = Array.from({ length: 2 ** keys.length }, (_, mask) =>
  keys.filter((_, bit) => mask & (1 << bit)),
).filter(({ length }) => length > 1);

const start = 'Resources:\n  Box:\n    Type: AWS::SNS::Topic\n';
const layouts: Readonly<Record<string, string>> = {
  'JSON on one line': '{"Resources":{"Box":{"Type":"AWS::SNS::Topic","Properties":{"A":1,"B":2,"C":3,"D":4}}}}',
  'JSON on lines':
    '{"Resources": {"Box": {"Type": "AWS::SNS::Topic", "Properties": {\n  "A": 1,\n  "B": 2,\n  "C": 3,\n  "D": 4\n}}}}',
  'flow in YAML': `${start}    Properties: { A: 1, B: 2, C: 3, D: 4 } # box\n`,
  'a list in YAML': `${start}    Properties: [A, B, C, D]\n`,
  'block in YAML': `${start}    Properties:\n      A: 1\n      B: 2 # two\n      C: 3\n      D: 4\n  Lid:\n    Type: AWS::SNS::Topic\n`,
};

describe.each(Object.entries(layouts))('%s', (_, text) => {
  it.each(choices.map((chosen) => [chosen]))('loses %j and nothing else', async (chosen) => {
    const removed = applyEdits(text, await removal(text, chosen));
    const rest = keys.filter((key) => !chosen.includes(key));
    const values = Object.fromEntries(rest.map((key) => [key, keys.indexOf(key) + 1]));
    expect(await propertiesOf(removed)).toEqual(text.includes('[A') ? rest : values);
    expect(removed).not.toMatch(/,\s*[,}\]]|[{[]\s*,/);
  });
});

async function load(text: string) {
  return loadTemplate(new SourceFile(text.startsWith('{') ? 'box.json' : 'box.yaml', text));
}

async function removal(text: string, chosen: readonly string[]) {
  const template = await load(text);
  const properties = template?.resource('Box')?.node.get('Properties');
  if (!template || (properties?.kind !== 'map' && properties?.kind !== 'list')) throw new Error('the box is empty');
  const nodes =
    properties.kind === 'map'
      ? chosen.map((key) => properties.get(key))
      : chosen.map((key) => properties.items[keys.indexOf(key)]);
  return new Editor(template).removeAll(nodes.filter((node) => node !== undefined));
}

async function propertiesOf(text: string) {
  const node = (await load(text))?.resource('Box')?.node.get('Properties');
  return node && toValue(node);
}
