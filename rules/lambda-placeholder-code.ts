import { defineRule } from '../core/rule.js';

export const rule = defineRule({
  id: 'lambda-placeholder-code',
  title: 'Placeholder code or values in a function',
  why: 'Inline code that reports a work that it does not do, and values like placeholder-api-key, deploy without any error and then answer in the name of the real thing. The code should come from a place that the deployment names, with today’s code as the default, and the values from where the real ones live.',
  impact: 'low',
  messages: {
    placeholderCode: {
      text: 'the inline code of {resource} reads as a placeholder: {because}',
      preset: 'all',
    },
    placeholderValue: {
      text: 'the environment variable {variable} of {resource} has a placeholder for a value',
      preset: 'all',
    },
  },
  errors: [],
  references: [
    'https://docs.aws.amazon.com/lambda/latest/dg/configuration-function-zip.html',
    'https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-code.html',
  ],
  limits: [
    'Code that loads anything but basic modules, calls the network or decides anything is taken for real, whatever its comments say.',
    'Code that does nothing is a finding only if its handler is empty, if it says that it is a placeholder, reports a work as done, or ignores the environment variables that it is given: a greeting or a health check is complete as it is.',
    'The parameters default to nothing, so that the inline code stays in use until a bucket and a key are given.',
    'In a program the place becomes an argument of the component or a key of the configuration; where there is neither, the finding is reported only.',
    'In a program, inline code is the one file of an archive that is written out, its text given as an asset (StringAsset).',
    'Inline code of SAM functions is reported only: SAM takes either InlineCode or CodeUri, and the folder is for a person to choose.',
    'Placeholder values are reported only: nothing here tells the real ones.',
    'The long-standing limit of 4,096 characters for inline code is out of date and not checked.',
  ],
  facts: [],
  since: '0.1.0',
});

/** Modules that do nothing to the world outside of the function. */
const basicModules = new Set([
  'json',
  'os',
  'logging',
  'sys',
  'time',
  'datetime',
  'random',
  'uuid',
  'typing',
  '__future__',
  'util',
  'crypto',
  'path',
]);

const imports = [
  /\brequire\(\s*['"](?:node:)?([^'"]+)['"]\s*\)/g,
  /\bimport\b[^;'"\n]*?['"](?:node:)?([^'"]+)['"]/g,
  /^[ \t]*(?:from|import)[ \t]+([A-Za-z_][\w.]*)/gm,
];

/** What reaches out without an import, or decides something: `if`, loops, `?:`. */
const realWork = /\bfetch\s*\(|\b(?:if|elif|switch|for|while|raise|throw|except|catch)\b|\?[^?:]+:/;

const marker =
  /\b(?:placeholder|TODO|FIXME|your code (?:goes )?here|replace (?:this|me) |replaced (?:by|with|during|at)|not (?:yet )?implemented|implement(?:ation)? (?:goes )?here|dummy (?:code|function|handler|implementation))/i;

/** What an answer says that reports a work as done. */
const claim =
  /\b(?:accepted|approved|complete|completed|created|deleted|delivered|executed|exported|finished|imported|paid|processed|published|queued|received|recorded|registered|saved|scheduled|sent|started|stored|submitted|succeeded|successfully|transferred|updated|uploaded|validated)\b/i;

/** A handler without a body, in code without comments. */
const emptyHandler =
  /\bdef\s+\w*handler\w*\s*\([^)]*\)\s*:\s*(?:pass|\.\.\.)\s*(?:\n\S|$)|\bhandler\s*=\s*(?:async\s*)?(?:function\b\s*\w*\s*)?\([^)]*\)\s*(?:=>\s*)?\{\s*\}/;

/** What is kept from the environment: the statement, and the name it is kept under. */
const kept = [
  /\b(?:const|let|var)\s+(\w+)\s*=\s*process\.env\b[^\n;]*/g,
  /^[ \t]*(\w+)\s*=\s*os\.(?:environ|getenv)\b[^\n;]*/gm,
];

/** Variables that the runtime and its tools read by themselves. */
const readByRuntime = /^(?:AWS_|DD_|JAVA_|LOG_?LEVEL$|NODE_|OTEL_|POWERTOOLS_|PYTHON|TZ$)/;

/**
 * Why inline code reads as a placeholder; undefined for code that may be real. It must do nothing (load no module that
 * reaches out, decide nothing), and either say so or pretend that it does something.
 * @param variables names of the environment variables that are given to this code alone
 */
export function placeholderReason(code: string, variables: readonly string[] = []): string | undefined {
  if (emptyHandler.test(withoutText(code))) return 'its handler is empty';
  if (modulesOf(code).some((name) => !basicModules.has(name.split('.')[0] ?? '')) || realWork.test(withoutText(code)))
    return undefined;
  const said = marker.exec(code)?.[0].trim();
  if (said !== undefined) return `it says "${said}" and does nothing else`;
  if (usesEvent(code) || /access-control-/i.test(code)) return undefined;
  const unused = keptUnused(code);
  if (unused !== undefined) return `it takes ${unused} from its environment and never uses it`;
  if (answersClaim(code)) return 'it reports a work as done, whatever the event, and does nothing';
  const ignored = variables.find((name) => !readByRuntime.test(name));
  // Without a function it is no code: the name of a file that a tool embeds, say.
  if (
    ignored === undefined ||
    !/\bdef\b|\bfunction\b|=>/.test(code) ||
    /process\.env|os\.(?:environ|getenv)/.test(code)
  )
    return undefined;
  return `it does nothing and ignores its environment variables, such as ${ignored}`;
}

function modulesOf(code: string): string[] {
  return imports.flatMap((pattern) => [...code.matchAll(pattern)].flatMap((match) => match[1] ?? []));
}

const literal = /`[^`]*`|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g;

/** The code without comments and string literals. */
function withoutText(code: string): string {
  return code.replaceAll(
    /\/\*[\s\S]*?\*\/|"""[\s\S]*?"""|'''[\s\S]*?'''|`[^`]*`|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|(?:\/\/|#)[^\n]*/g,
    ' ',
  );
}

/** The code without the calls that only log. */
function withoutLogs(code: string): string {
  return code.replaceAll(/\b(?:console\.\w+|print|logg(?:er|ing)\.\w+)\(.*?\)\s*(?:;|$)/gm, ' ');
}

/** True when the event is more than a parameter and something to log. */
function usesEvent(code: string): boolean {
  const used = withoutText(withoutLogs(code)).replaceAll(
    /\([^()]*\)\s*=>|\bevent\s*=>|\b(?:function|def)\b[^()]*\([^()]*\)/g,
    ' ',
  );
  return /\bevent\b/.test(used);
}

function keptUnused(code: string): string | undefined {
  for (const match of kept.flatMap((pattern) => [...code.matchAll(pattern)])) {
    const [statement, name = ''] = match;
    if (!new RegExp(`\\b${name}\\b`).test(code.replace(statement, ' '))) return name;
  }
  return undefined;
}

/** True for the answer of a web service that says what was done. */
function answersClaim(code: string): boolean {
  if (!/['"]?statusCode['"]?\s*:\s*20\d/.test(code)) return false;
  const uncommented = withoutLogs(code).replaceAll(/(?<!\S)(?:#|\/\/)[^\n]*/g, ' ');
  return [...uncommented.matchAll(literal)].some(([text]) => claim.test(text));
}

/** True for values that stand in for a real one: `placeholder-api-key`, `CHANGE_ME`, `<your-token>`, `your-api-key`. */
export function isPlaceholderValue(value: string): boolean {
  return /^(?:placeholder\b|change[-_ ]?(?:me|this|it)\b|replace[-_ ]?(?:me|this|with)\b|your[-_][\w-]+$|to[-_]?do\b|tbd$|dummy[-_]\w+|<[\w -]+>$)/i.test(
    value.trim(),
  );
}
