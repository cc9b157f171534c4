import { expect, test } from 'vitest';
import { StatementEditor } from '../../../core/program/edit-statements.js';
import { ProgramEditor } from '../../../core/program/editor.js';
import { ProgramFile } from '../../../core/program/file.js';
import { Program } from '../../../core/program/program.js';
import { applyEdits } from '../../../core/text/edit.js';
import { SourceFile } from '../../../core/text/source-file.js';

/** The text with code inserted before its last statement. */
function insertedBeforeLast(source: string, code: string): string {
  const file = new ProgramFile(new SourceFile('index.ts', source));
  const editor = new ProgramEditor(new Program({ files: [file], resolve: () => undefined }));
  const last = file.body.at(-1);
  if (!last) throw new Error('no statement');
  return applyEdits(source, new StatementEditor(editor).insertBefore(file, last, code));
}

const long = 'make({\n  a: 1,\n});';

test.each([
  ['a comment of the statement moves with it', 'a();\n\n// of b\nb();\n', `a();\n\n${long}\n\n// of b\nb();\n`],
  [
    'comments elsewhere that are followed by an empty line are none of its',
    '// on its own\n\n/* a */\n\na();\n\n// of b\n// still\nb();\n',
    `// on its own\n\n/* a */\n\na();\n\n${long}\n\n// of b\n// still\nb();\n`,
  ],
  ['a comment behind the statement above is that one’s', 'a(); // of a\nb();\n', `a(); // of a\n\n${long}\n\nb();\n`],
  ['no empty line above where the statement is the first', 'b();\n', `${long}\n\nb();\n`],
  ['nor twice where there is one', 'a();\n\nb();\n', `a();\n\n${long}\n\nb();\n`],
])('%s', (_, before, after) => {
  expect(insertedBeforeLast(before, long)).toBe(after);
  const crlf = (text: string): string => text.replaceAll('\n', '\r\n');
  expect(insertedBeforeLast(crlf(before), crlf(long))).toBe(crlf(after));
});

test('one line stands as its neighbours do', () => {
  expect(insertedBeforeLast('a();\nb();\nc();\n', 'x();')).toBe('a();\nb();\nx();\nc();\n');
  expect(insertedBeforeLast('a();\n\nc();\n', 'x();')).toBe('a();\n\nx();\n\nc();\n');
});

test('nothing is inserted where other code stands on the line', () => {
  expect(() => insertedBeforeLast('a(); b();\n', long)).toThrow('other code stands on the same line');
});
