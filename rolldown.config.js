/**
 * Puts what the command line loads into few files: over half of the time of a run over one template is the loading of
 * modules. The library and the transforms stay as `tsc` writes them, with their packages beside them.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { defineConfig } from 'rolldown';

/** Each is read whole or not at all, so what one kind of run needs stands together, by the first pattern that fits. */
const chunks = [
  // What --help and a wrong command line need.
  [
    'main',
    /dist\/cli\/(?:main|program|command-names|exit-codes|host|interrupted|mask|version|help|flags|output-requests|shell|user-error)\.js$|dist\/report\/(?:escape|style|words)\.js$|node_modules\/(?:commander|picocolors)\//,
  ],
  ['yaml', /node_modules\/yaml\/|dist\/core\/template\/(?:parse-yaml|yaml-alias|yaml-depth|yaml-tags)\.js$/],
  ['json', /node_modules\/jsonc-parser\/|dist\/core\/template\/parse-json\.js$/],
  ['zod', /node_modules\/zod\/|dist\/facts\/schema\.js$/],
  // The log of a failed deployment, with the facts about errors.
  ['diagnose', /dist\/(?:diagnose\/|report\/diagnosis|cli\/commands\/(?:diagnose|explain)\.js$|facts\/deploy-errors)/],
  ['program', /node_modules\/@babel\/|dist\/(?:core\/program|transforms|core\/engine\/[a-z]+-program)/],
  [
    'template',
    /dist\/(?:core|rules|cfn-fixers|facts(?!\/(?:managed|sam)-polic))\/|node_modules\/(?:magic-string|@jridgewell)\//,
  ],
  // Pull requests: read for no other command. What the API of a forge needs stands apart from what git needs.
  [
    'octokit',
    /node_modules\/(?:@octokit|bottleneck|before-after-hook|universal-user-agent|fast-content-type-parse|toad-cache)\/|dist\/bot\/forges\/github/,
  ],
  ['config', /dist\/cli\/config\/(?!find|load|globs)/],
  // The figures of accounts, and the command about them.
  ['account', /dist\/cli\/(?:account\/|commands\/account\.js$)/],
  ['pr', /dist\/(?:bot\/|cli\/(?:pr\/|commands\/pr\.js))/],
  [
    'run',
    /dist\/(?:cli\/(?:commands\/(?:check|diff|fix)|config\/(?:find|load)|closing|engine|guard|outputs|progress|runner|session|settings)|report\/(?!concurrency-table|json|report-schema|sarif|annotations|code-quality|markdown|suggestions)[a-z-]+)\.js$/,
  ],
].map(([name, test], index, all) => ({ name, test, priority: all.length - index }));

export default defineConfig({
  input: 'dist/cli/main.js',
  platform: 'node',
  preserveEntrySignatures: 'allow-extension',
  // jsonc-parser's other form requires its parts by names that no bundler sees.
  resolve: { mainFields: ['module', 'main'] },
  checks: { ineffectiveDynamicImport: false },
  plugins: [factsAsText(), licences()],
  output: {
    dir: 'dist/bin',
    format: 'esm',
    chunkFileNames: '[name].js',
    // Names are kept for the traces that --verbose prints.
    minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
    codeSplitting: { includeDependenciesRecursively: false, groups: chunks },
  },
});

/** Facts as text that is parsed when it is wanted: a tenth of the time that the engine takes for the same as a literal. */
export function factsAsText() {
  return {
    name: 'facts-as-text',
    load: {
      filter: { id: /\/facts\/[a-z-]+\.json$/ },
      handler(id) {
        const text = JSON.stringify(JSON.parse(readFileSync(id, 'utf8')));
        return { code: `export default JSON.parse(${JSON.stringify(text)});`, moduleType: 'js' };
      },
    },
  };
}

/** The licences of the packages whose code is in the bundle, which ask to go with every copy of it. */
export function licences() {
  return {
    name: 'licences',
    generateBundle(_, bundle) {
      const modules = Object.values(bundle).flatMap((output) => (output.type === 'chunk' ? output.moduleIds : []));
      const roots = modules.flatMap((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0] ?? []);
      const source = [...new Set(roots)].toSorted().map(licenceOf).join('\n\n');
      this.emitFile({ type: 'asset', fileName: 'THIRD-PARTY-LICENSES.txt', source });
    },
  };
}

function licenceOf(root) {
  const { name, version, license } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const file = readdirSync(root).find((each) => /^licen[cs]e/i.test(each)) ?? '';
  const text =
    existsSync(path.join(root, file)) && file !== ''
      ? readFileSync(path.join(root, file), 'utf8').trim().replaceAll('\r\n', '\n')
      : '';
  return `${name} ${version} (${license})\n\n${text}\n`;
}
