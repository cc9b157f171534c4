import * as fc from 'fast-check';
import { type Options, format } from 'prettier';
import { expect, it } from 'vitest';
import {
  type Code,
  arrow,
  call,
  inlineObject,
  list,
  object,
  print,
  string,
  text,
} from '../../../core/program/print.js';
import type { CodeStyle } from '../../../core/program/style.js';

/** The styles that Prettier can be asked for. */
const style: fc.Arbitrary<CodeStyle> = fc
  .record({
    quote: fc.constantFrom("'" as const, '"' as const),
    semicolon: fc.boolean(),
    commas: fc.constantFrom('none', 'es5', 'all'),
    indent: fc.constantFrom('  ', '    '),
    eol: fc.constantFrom('\n', '\r\n'),
    bracketSpacing: fc.boolean(),
    arrowParentheses: fc.boolean(),
    width: fc.constantFrom(80, 100, 120),
  })
  .map(({ commas, ...rest }) => ({
    ...rest,
    trailingComma: commas !== 'none',
    trailingCommaInCalls: commas === 'all',
    hugsArguments: false,
  }));

function optionsOf(given: CodeStyle): Options {
  return {
    parser: 'babel-ts',
    singleQuote: given.quote === "'",
    semi: given.semicolon,
    trailingComma: given.trailingCommaInCalls ? 'all' : given.trailingComma ? 'es5' : 'none',
    tabWidth: given.indent.length,
    endOfLine: given.eol === '\n' ? 'lf' : 'crlf',
    bracketSpacing: given.bracketSpacing,
    arrowParens: given.arrowParentheses ? 'always' : 'avoid',
    printWidth: given.width,
  };
}

const name = fc.constantFrom('role', 'queue.arn', 'args.environmentSuffix', 'this.deadLetterQueue.arn', 'orders');
const value = fc.constantFrom(
  'sqs:SendMessage',
  'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole',
  "it's",
  'say "no"',
  `both ' and "`,
  '2012-10-17',
  'a\\b',
  '',
);
const key = fc.constantFrom(
  'Action',
  'Resource',
  'functionName',
  'provisionedConcurrentExecutions',
  'aws:SourceArn',
  'name',
);
const leaf: fc.Arbitrary<Code> = fc.oneof(name.map(text), value.map(string));

/** Data as rules write it: objects with a line for each entry or on one line, lists, names and texts. */
const node: fc.Arbitrary<Code> = fc.letrec<{ node: Code }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.array(leaf, { maxLength: 3 }).map((items) => list(items)),
    fc.dictionary(key, tie('node'), { maxKeys: 3, noNullPrototype: true }).map((entries) => object(entries)),
    fc.dictionary(key, leaf, { maxKeys: 3, noNullPrototype: true }).map((entries) => inlineObject(entries)),
  ),
})).node;
const args = fc
  .dictionary(key, node, { minKeys: 1, maxKeys: 4, noNullPrototype: true })
  .map((entries) => object(entries));

async function expectAsPrettier(code: Code, given: CodeStyle, depth: number): Promise<void> {
  const indent = given.indent.repeat(depth);
  const head = 'const created = ';
  const end = given.semicolon ? ';' : '';
  const printed = head + print(code, given, indent, indent.length + head.length, end.length) + end;
  const [open, close] = [
    Array.from({ length: depth }, (_, index) => `${given.indent.repeat(index)}{`),
    Array.from({ length: depth }, (_, index) => `${given.indent.repeat(depth - index - 1)}}`),
  ];
  const source = [...open, indent + printed, ...close, ''].join(given.eol);
  expect(source).toBe(await format(source, optionsOf(given)));
}

const runs = { numRuns: 100 };
const depths = fc.nat({ max: 2 });

it('prints data as Prettier does', async () => {
  await fc.assert(fc.asyncProperty(args, style, depths, expectAsPrettier), runs);
});

it('prints a new resource as Prettier does', async () => {
  const options = fc.option(
    fc.constantFrom(
      inlineObject({ parent: text('this') }),
      inlineObject({ parent: text('this'), dependsOn: list([text('policy'), text('attachment')]) }),
    ),
    { nil: undefined },
  );
  const created = fc
    .record({
      callee: fc.constantFrom('new aws.iam.RolePolicy', 'new lambda.Alias'),
      logical: fc.oneof(value.map(string), fc.constant(text('`policy-${suffix}`'))),
      args,
      options,
    })
    .map(({ callee, logical, args: given, options: opts }) => call(callee, logical, given, ...(opts ? [opts] : [])));
  await fc.assert(fc.asyncProperty(created, style, depths, expectAsPrettier), runs);
});

it('prints a document inside of apply as Prettier does', async () => {
  const document = fc
    .record({ parameters: fc.constantFrom('arn', '([queueArn, topicArn])', '({ arn })'), args })
    .map(({ parameters, args: given }) =>
      call(
        parameters === 'arn' ? 'queue.arn.apply' : 'pulumi.all([queue.arn, topic.arn]).apply',
        arrow(parameters, call('JSON.stringify', given)),
      ),
    );
  await fc.assert(fc.asyncProperty(document, style, depths, expectAsPrettier), runs);
});
