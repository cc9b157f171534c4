import ts from 'typescript';

/** What the program calls with each new object and the place of its `new`. */
export const placed = '__placed';

/** The text with every `new X(...)` handed to `__placed` together with its module and offset. Offsets are those of the text as given. */
export function withPlaces(module: string, text: string): string {
  const file = ts.createSourceFile('program.ts', text, ts.ScriptTarget.ES2022, true);
  const insertions: { readonly at: number; readonly text: string }[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isNewExpression(node)) {
      const start = node.getStart(file);
      insertions.push({ at: start, text: `${placed}(${JSON.stringify(`${module}@${start}`)}, ` });
      insertions.push({ at: node.getEnd(), text: ')' });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  let result = '';
  let last = 0;
  for (const { at, text: added } of insertions.toSorted((a, b) => a.at - b.at)) {
    result += text.slice(last, at) + added;
    last = at;
  }
  return result + text.slice(last);
}
