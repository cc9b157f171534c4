const [escape, bell] = [String.fromCharCode(0x1b), String.fromCharCode(0x07)];
/** Control characters but tab, line feed and carriage return. */
const control = String.raw`(?![\t\n\r])\p{Cc}`;
// CSI, OSC (ended or not) and other escape sequences; each part stops at the next escape, so a line costs its length.
const sequences = [
  String.raw`\[[0-?]*[ -\/]*[@-~]?`,
  `\\][^${bell}${escape}]*(?:${bell}|${escape}\\\\)?`,
  String.raw`[^[\]]`,
];
const escapes = new RegExp(`${escape}(?:${sequences.join('|')})|${control}`, 'gu');

/** Time stamps and the marks that CI systems put before a line, with the one space behind them: what follows may be a table. */
const prefixes: readonly RegExp[] = [
  // GitHub Actions, GitLab, Azure: 2026-01-02T10:11:12.1234567Z
  /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?(?:Z|[+-]\d{2}:?\d{2})?[ \t](?:\d{2}[OE]\+? )?/,
  /^\[\d{4}-\d{2}-\d{2}[T ][^\]]{5,30}\][ \t]/,
  /^\[\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?\][ \t]/,
  /^##\[(?:error|warning|group|endgroup|section|debug|command)\]/,
  /^::(?:error|warning|notice|group|debug)(?: [^:]{0,300})?::/,
  /^section_(?:start|end):\d{1,12}:[\w[\]=,-]{1,100}/,
];

/** A line as the tool wrote it, before a terminal and a CI system added theirs. */
export function cleanLine(raw: string): string {
  const text = (isPlain(raw) ? raw : raw.replaceAll(escapes, '')).trimEnd();
  // One prefix may follow another.
  return withoutPrefix(withoutPrefix(text));
}

/** The usual line has nothing to be cleaned of. */
function isPlain(raw: string): boolean {
  return !controls.test(raw);
}

const controls = new RegExp(control, 'u');

function withoutPrefix(text: string): string {
  const first = text.charCodeAt(0);
  const digit = first >= 0x30 && first <= 0x39;
  if (digit && text.charCodeAt(4) !== 0x2d) return text;
  if (!digit && first !== 0x5b && first !== 0x23 && first !== 0x3a && first !== 0x73) return text;
  for (const prefix of prefixes) {
    const found = prefix.exec(text);
    if (found) return text.slice(found[0].length);
  }
  return text;
}

/** Every run of white space as one space: logs and tables wrap lines. */
export function unwrapped(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
