const short: Readonly<Record<string, string>> = {
  '\u0007': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
  '"': '\\"',
  '\\': '\\\\',
};
const special = /[\p{Cc}"\\]/u;
// Bidi marks and the like would be read by people, so they are quoted as well.
const deceptive = /[\u061C\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF]/;

/** A file name in the header of a patch: C-quoted where git and patch would read it wrongly, else with a tab after spaces. */
export function patchName(prefix: string, path: string): string {
  const name = prefix + path;
  if (special.test(name) || deceptive.test(name)) return quoted(name);
  return name.includes(' ') ? `${name}\t` : name;
}

/** A file name behind `rename from`, which ends at the line and needs no tab. */
export function renameName(path: string): string {
  return special.test(path) || deceptive.test(path) ? quoted(path) : path;
}

/** A name as C writes it, other characters as octal bytes of their UTF-8 form. */
export function quoted(name: string): string {
  const parts = Array.from(
    name,
    (character) =>
      short[character] ?? (/[\p{Cc}]/u.test(character) || deceptive.test(character) ? octal(character) : character),
  );
  return `"${parts.join('')}"`;
}

function octal(character: string): string {
  return Array.from(new TextEncoder().encode(character), (byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
}
