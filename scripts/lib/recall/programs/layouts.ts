import { format } from 'prettier';
import type { Piece } from './needs.js';
import type { Texts } from './mutation.js';

/** How a program is laid out. */
export type Layout = (pieces: readonly Piece[]) => Promise<Texts>;

interface Names {
  /** What stands for `@x`. */
  readonly reference: (name: string) => string;
  /** A type of the package: `aws.iam.Role`. */
  readonly type: (type: string) => string;
  readonly logicalName: (name: string) => string;
  readonly keep: (name: string) => string;
  /** Further options. */
  readonly options: readonly string[];
}

const flat: Names = {
  reference: (name) => name,
  type: (type) => `aws.${type}`,
  logicalName: (name) => `'${name}'`,
  keep: (name) => `const ${name} = `,
  options: [],
};

const inComponent: Names = { ...flat, logicalName: (name) => `\`\${name}-${name}\``, options: ['parent: this'] };
const inFields: Names = { ...inComponent, reference: (name) => `this.${name}`, keep: (name) => `this.${name} = ` };
const imports = "import * as pulumi from '@pulumi/pulumi';\nimport * as aws from '@pulumi/aws';\n\n";

/** The layouts that programs have, in the order of how often. */
export const layouts: Readonly<Record<string, Layout>> = {
  component: async (pieces) => one(component(written(pieces, inComponent), []), { singleQuote: true, tabWidth: 2 }),
  flat: async (pieces) =>
    one(`${imports}${written(pieces, flat)}`, { singleQuote: false, tabWidth: 4, printWidth: 120 }),
  fields: async (pieces) =>
    one(component(written(pieces, inFields), pieces), { singleQuote: true, trailingComma: 'none' }),
  'named imports': async (pieces) => one(named(pieces), { singleQuote: true, semi: false }),
  require: async (pieces) =>
    one(
      `const pulumi = require('@pulumi/pulumi');\nconst aws = require('@pulumi/aws');\n\n${written(pieces, flat)}`,
      { singleQuote: true },
      'index.js',
    ),
  'several files': severalFiles,
};

function written(pieces: readonly Piece[], names: Names): string {
  return pieces.map((piece) => `${statement(piece, names)}\n\n`).join('');
}

function statement({ keep, type, name, args, dependsOn = [] }: Piece, names: Names): string {
  const refer = (text: string): string => text.replaceAll(/@(\w+)/g, (_, other: string) => names.reference(other));
  const order = dependsOn.length === 0 ? [] : [`dependsOn: [${dependsOn.map(names.reference).join(', ')}]`];
  const all = [...names.options, ...order];
  const options = all.length === 0 ? '' : `, { ${all.join(', ')} }`;
  const bound = keep === undefined ? '' : names.keep(keep);
  return `${bound}new ${names.type(type)}(${names.logicalName(name)}, ${refer(args)}${options});`;
}

function component(body: string, kept: readonly Piece[]): string {
  const fields = kept.flatMap(({ keep, type }) =>
    keep === undefined ? [] : [`public readonly ${keep}: aws.${type};\n`],
  );
  return `${imports}export class Jobs extends pulumi.ComponentResource {
${fields.join('')}
  constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
    super('app:jobs:Jobs', name, {}, opts);

    ${body}
    this.registerOutputs({});
  }
}
`;
}

function named(pieces: readonly Piece[]): string {
  const modules = [...new Set(pieces.map(({ type }) => type.split('.')[0] ?? ''))].toSorted((a, b) =>
    a.localeCompare(b),
  );
  const body = written(pieces, { ...flat, type: (type) => type }).replaceAll(/\baws\.(?=iam\.)/g, '');
  return `import * as pulumi from '@pulumi/pulumi';\nimport { ${modules.join(', ')} } from '@pulumi/aws';\n\n${body}`;
}

async function severalFiles(pieces: readonly Piece[]): Promise<Texts> {
  const exported: Names = { ...flat, keep: (name) => `export const ${name} = ` };
  const texts = new Map<string, string>();
  for (const file of ['queues', 'roles', 'index'] as const) {
    const own = pieces.filter((piece) => piece.file === file);
    if (own.length === 0) continue;
    const body = written(own, exported);
    const lines = (['queues', 'roles'] as const).flatMap((other) => {
      const used = pieces.filter(
        (piece) => piece.file === other && other !== file && piece.keep && new RegExp(`\\b${piece.keep}\\b`).test(body),
      );
      return used.length === 0 ? [] : [`import { ${used.map(({ keep }) => keep).join(', ')} } from './${other}';\n`];
    });
    const text = `${imports.trimEnd()}\n${lines.join('')}\n${body}`;
    texts.set(`${file}.ts`, await formatted(text, { singleQuote: true }));
  }
  return texts;
}

type Style = Parameters<typeof format>[1];

async function one(text: string, style: Style, file = 'index.ts'): Promise<Texts> {
  return new Map([[file, await formatted(text, style)]]);
}

async function formatted(text: string, style: Style): Promise<string> {
  return format(text, { parser: 'babel-ts', ...style });
}
