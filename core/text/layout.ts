/** How a file is laid out, so that what is added looks like what is there. */
export interface Layout {
  readonly eol: '\n' | '\r\n';
  readonly bom: boolean;
  readonly finalNewline: boolean;
  /** One level of indentation: two spaces, four, a tab... */
  readonly indent: string;
}

const byteOrderMark = '\uFEFF';

/** Reads the layout off a text: the commoner line end, and the indentation of the first indented line. */
export function detectLayout(text: string): Layout {
  const crlf = text.split('\r\n').length - 1;
  const lf = text.split('\n').length - 1 - crlf;
  const indent = /^([ \t]+)\S/m.exec(text)?.[1] ?? '  ';
  return {
    eol: crlf > lf ? '\r\n' : '\n',
    bom: text.startsWith(byteOrderMark),
    finalNewline: text.endsWith('\n'),
    indent: indent.startsWith('\t') ? '\t' : indent,
  };
}
