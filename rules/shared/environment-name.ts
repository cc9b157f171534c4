/** What a name says that its value is: a suffix that keeps copies of a stack apart, or the class of the environment. */
export type EnvironmentNameKind = 'suffix' | 'environment';

const prefixWords = new Set(['p', 'param', 'parameter']);
const suffixWords = new Set(['suffix', 'postfix']);
const besideSuffix = new Set(
  'environment env stage deployment deploy stack resource resources name naming unique app application project branch'.split(
    ' ',
  ),
);
const environmentWords = new Set(['environment', 'env', 'stage']);
const besideEnvironment = new Set(
  'name type class tier label tag app application deployment deploy target stack'.split(' '),
);

/** `EnvironmentSuffix`, `pEnvName`, `stage_name`: judged by all words of the name, so that `ApiStageName` is none. */
export function environmentNameKind(name: string): EnvironmentNameKind | undefined {
  const words = wordsOf(name);
  if (words.length > 1 && prefixWords.has(words[0] ?? '')) words.shift();
  const last = words.at(-1) ?? '';
  if (suffixWords.has(last)) return words.slice(0, -1).every((word) => besideSuffix.has(word)) ? 'suffix' : undefined;
  const others = words.filter((word) => !environmentWords.has(word));
  return others.length === words.length - 1 && others.every((word) => besideEnvironment.has(word))
    ? 'environment'
    : undefined;
}

function wordsOf(name: string): string[] {
  const spaced = name.replaceAll(/([a-z])(suffix|postfix)$/g, '$1 $2');
  return (spaced.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/g) ?? []).map((word) => word.toLowerCase());
}
