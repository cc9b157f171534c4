import type { Editor } from '../../core/template/editor.js';
import type { TemplateNode, Value } from '../../core/template/node.js';
import type { TextEdit } from '../../core/text/edit.js';

/** Puts a text in the place of another one, inside its quotes and its `Fn::Sub` where both are one. */
export function replaceText(editor: Editor, node: TemplateNode, value: Value): TextEdit[] {
  const text = subOnly(value);
  const isSub = node.kind === 'intrinsic' && node.name === 'Fn::Sub' && node.argument.kind === 'scalar';
  return isSub && text !== undefined ? editor.replace(node.argument, text) : editor.replace(node, value);
}

function subOnly(value: Value): string | undefined {
  const text = typeof value === 'object' && value !== null && 'Fn::Sub' in value ? value['Fn::Sub'] : undefined;
  return typeof text === 'string' ? text : undefined;
}
