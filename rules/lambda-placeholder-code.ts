import { defineRule } from '../core/rule.js';

export const rule = defineRule({
  id: 'lambda-placeholder-code',
  title: 'Placeholder code or values in a function',
  why: 'Inline code that only answers a fixed text, and values like placeholder-api-key, deploy without any error and then answer in the name of the real thing. The code should come from a place that the deployment names, with today’s code as the default, and the values from where the real ones live.',
  impact: 'low',
  messages: {
    placeholderCode: {
      text: 'the inline code of {resource} reads as a placeholder: {because}',
      preset: 'all',
    },
    placeholderValue: {
      text: 'the environment variable {variable} of {resource} has a placeholder for a value: {value}',
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
    'The parameters default to nothing, so that the inline code stays in use until a bucket and a key are given.',
    'Inline code of SAM functions is reported only: SAM takes either InlineCode or CodeUri, and the folder is for a person to choose.',
    'Placeholder values are reported only: nothing in a template tells the real ones.',
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
  /\b(?:placeholder|TODO|FIXME|your code (?:goes )?here|replace (?:this|me) |replaced (?:by|with|during|at)|not (?:yet )?implemented|implement(?:ation)? (?:goes )?here|dummy (?:code|function|handler|implementation)|hello,? (?:world|from))/i;

/**
 * Why inline code reads as a placeholder; undefined for code that may be real. It must do nothing: load no module that
 * reaches out, decide nothing, and either say that it is a placeholder or answer a fixed text with success.
 */
export function placeholderReason(code: string): string | undefined {
  if (modulesOf(code).some((name) => !basicModules.has(name.split('.')[0] ?? '')) || realWork.test(withoutText(code)))
    return undefined;
  const said = marker.exec(code)?.[0].trim();
  if (said !== undefined) return `it says "${said}" and does nothing else`;
  return answersFixedText(code) ? 'it answers success with a fixed text, whatever the event' : undefined;
}

function modulesOf(code: string): string[] {
  return imports.flatMap((pattern) => [...code.matchAll(pattern)].flatMap((match) => match[1] ?? []));
}

/** The code without comments and string literals. */
function withoutText(code: string): string {
  return code.replaceAll(
    /\/\*[\s\S]*?\*\/|"""[\s\S]*?"""|'''[\s\S]*?'''|`[^`]*`|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|(?:\/\/|#)[^\n]*/g,
    ' ',
  );
}

/** Success whatever comes: the event is logged at most. Headers for browsers (CORS) are an answer of their own. */
function answersFixedText(code: string): boolean {
  if (!/['"]?statusCode['"]?\s*:\s*20\d/.test(code) || /access-control-/i.test(code)) return false;
  const used = withoutText(
    code.replaceAll(/\b(?:console\.\w+|print|logg(?:er|ing)\.\w+)\(.*?\)\s*(?:;|$)/gm, ' '),
  ).replaceAll(/\([^()]*\)\s*=>|\bevent\s*=>|\b(?:function|def)\b[^()]*\([^()]*\)/g, ' ');
  return !/\bevent\b/.test(used);
}

/** True for values that stand in for a real one: `placeholder-api-key`, `CHANGE_ME`, `<your-token>`, `your-api-key`. */
export function isPlaceholderValue(value: string): boolean {
  return /^(?:placeholder\b|change[-_ ]?(?:me|this|it)\b|replace[-_ ]?(?:me|this|with)\b|your[-_][\w-]+$|to[-_]?do\b|tbd$|dummy[-_]\w+|<[\w -]+>$)/i.test(
    value.trim(),
  );
}
