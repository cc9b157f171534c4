import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');

/** What each layer may import, besides itself. Down only: text <- template <- rule <- facts, rules <- fixers, transforms <- catalog; engine and verify know no rule. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  'core/text': [],
  'core/template': ['core/text'],
  'core/program': ['core/text', 'core/template'],
  'core/concurrency-plan.ts': [],
  'core/rule.ts': ['core/text', 'core/template', 'core/program', 'core/concurrency-plan.ts'],
  'core/engine': ['core/text', 'core/template', 'core/program', 'core/rule.ts', 'core/verify'],
  'core/verify': ['core/text', 'core/template', 'core/rule.ts', 'core/engine'],
  facts: ['core/rule.ts'],
  rules: ['core/text', 'core/template', 'core/rule.ts', 'facts', 'cfn-fixers', 'transforms'],
  'cfn-fixers': ['core/text', 'core/template', 'core/rule.ts', 'facts', 'rules'],
  transforms: ['core/text', 'core/template', 'core/program', 'core/engine', 'core/rule.ts', 'facts', 'rules'],
  report: ['core/text', 'core/template', 'core/rule.ts', 'core/engine', 'diagnose'],
  diagnose: ['core/text', 'core/template', 'core/program', 'core/rule.ts', 'core/engine', 'facts'],
  bot: ['core/text', 'core/template', 'core/rule.ts', 'core/engine', 'rules', 'report'],
  cli: ['core/text', 'core/template', 'core/rule.ts', 'core/engine', 'facts', 'rules', 'report', 'diagnose', 'bot'],
  action: ['cli', 'report'],
  'index.ts': ['core/text', 'core/template', 'core/rule.ts', 'core/engine', 'rules', 'report', 'diagnose', 'cli'],
};

const layers = Object.keys(allowed).toSorted((a, b) => b.length - a.length);

function layerOf(file: string): string | undefined {
  return layers.find((layer) => file === layer || file.startsWith(`${layer}/`));
}

function sources(folder: string): string[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => path.posix.join(folder, name.split(path.sep).join('/')));
}

const files = ['core', 'facts', 'rules', 'cfn-fixers', 'transforms', 'report', 'diagnose', 'bot', 'cli', 'action']
  .flatMap(sources)
  .concat('index.ts');

describe('imports point down only', () => {
  it.each(files)('%s', (file) => {
    const layer = layerOf(file);
    expect(layer).toBeDefined();
    const text = readFileSync(path.join(root, file), 'utf8');
    const imports = [...text.matchAll(/(?:from |import\()'(\.[^']+)'/g)].map(([, target]) =>
      path.posix.join(path.posix.dirname(file), target ?? ''),
    );
    for (const target of imports) {
      const other = layerOf(target.replace(/\.js$/, '.ts'));
      if (other === layer) continue;
      expect(allowed[layer ?? ''], `${file} imports ${target}`).toContain(other);
    }
  });

  it('only the catalog knows the fixers', () => {
    for (const file of sources('rules')) {
      if (file === 'rules/catalog.ts') continue;
      expect(readFileSync(path.join(root, file), 'utf8'), file).not.toMatch(/cfn-fixers\/|transforms\//);
    }
  });

  it('files, clock, environment and randomness stay above the engine', () => {
    const may = new Set([
      'core/engine/discover.ts',
      'core/engine/load.ts',
      'core/engine/write.ts',
      'core/engine/file-system.ts',
      'core/engine/ignore-rules.ts',
      'core/engine/run.ts',
    ]);
    // What reaches git and forges, and nothing else of the bot.
    const reaches = /^(?:cli|action|bot\/(?:git|forges))\//;
    for (const file of files) {
      // index.ts is the edge of the library, as cli/ and action/ are those of the command and the runner, and a codemod that of jscodeshift.
      if (reaches.test(file) || file === 'index.ts' || may.has(file) || file === 'transforms/shared/codemod.ts')
        continue;
      const text = readFileSync(path.join(root, file), 'utf8');
      expect(text, file).not.toMatch(/from '(?:node:)?(?:fs|fs\/promises|child_process|http|https|net)'/);
      expect(text, file).not.toMatch(/Date\.now|new Date\(\)|Math\.random|process\.env/);
    }
  });
});
