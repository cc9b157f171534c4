import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { runTexts } from '../../core/engine/texts.js';
import type { Accept, EngineSettings, FileReport, Finding } from '../../core/engine/types.js';
import type { AccountFigures } from '../../core/rule.js';
import { catalog } from '../../rules/catalog.js';

export type Extension = 'yaml' | 'json' | 'ts';

/** One `<case>.input.*` and what stands beside it. */
export interface Fixture {
  /** Rule id, or `_engine`. */
  readonly rule: string;
  readonly name: string;
  readonly input: string;
  readonly extension: Extension;
  readonly outputPath: string;
  readonly reportPath: string;
  readonly config: FixtureConfig;
}

export interface FixtureConfig {
  readonly options?: unknown;
  readonly account?: AccountFigures;
  readonly accounts?: readonly AccountFigures[];
  readonly accept?: Accept;
  readonly today?: string;
  /** Further rules that run with it; `*` is every rule. */
  readonly also?: readonly string[];
  readonly includeGenerated?: boolean;
  /** The major version of @pulumi/aws that the project of a program asks for. */
  readonly awsMajor?: number;
  /** Further files of the project, such as those of its stacks, by name. */
  readonly files?: Readonly<Record<string, string>>;
}

export interface Outcome {
  readonly output: string;
  /** Path, without the folder, that a rename gives the file. */
  readonly renamedTo: string | undefined;
  readonly findings: readonly Finding[];
  readonly remaining: readonly Finding[];
  readonly report: string;
}

const root = path.resolve(import.meta.dirname, '../../fixtures');

export function listFixtures(only?: string): Fixture[] {
  return readdirSync(root)
    .filter((rule) => only === undefined || rule === only)
    .toSorted()
    .flatMap((rule) =>
      readdirSync(path.join(root, rule))
        .toSorted()
        .flatMap((file) => fixtureAt(rule, file) ?? []),
    );
}

function fixtureAt(rule: string, file: string): Fixture | undefined {
  const match = /^(?<name>.+)\.input\.(?<extension>yaml|json|ts)$/.exec(file)?.groups;
  if (!match) return undefined;
  const { name = '', extension } = match;
  const base = path.join(root, rule, name);
  const configPath = `${base}.config.json`;
  return {
    rule,
    name,
    extension: extension as Extension,
    input: readFileSync(path.join(root, rule, file), 'utf8'),
    outputPath: `${base}.output.${extension}`,
    reportPath: `${base}.report.txt`,
    config: existsSync(configPath) ? (JSON.parse(readFileSync(configPath, 'utf8')) as FixtureConfig) : {},
  };
}

/** Runs the fixture's rules over a text, as `fix --accept review` would. */
export async function runFixture(
  fixture: Fixture,
  text: string,
  extension = fixture.extension,
  accept?: Accept,
): Promise<Outcome> {
  const file = `${fixture.name}.${extension}`;
  const rules = await rulesOf(fixture);
  const settings: EngineSettings = {
    accept: accept ?? fixture.config.accept ?? 'review',
    today: fixture.config.today ?? '2026-11-22',
    includeGenerated: fixture.config.includeGenerated === true,
    settingsFor: () => ({ rules, accounts: accountsOf(fixture.config) }),
  };
  const { awsMajor, files = {} } = fixture.config;
  const manifest = {
    path: 'package.json',
    text: JSON.stringify({ dependencies: { '@pulumi/aws': `^${awsMajor}.0.0` } }),
  };
  const texts = [
    { path: file, text },
    ...(awsMajor === undefined ? [] : [manifest]),
    ...Object.entries(files).map(([name, content]) => ({ path: name, text: content })),
  ];
  const { reports, problems } = await runTexts(texts, catalog, settings);
  const [report] = reports;
  return {
    output: report?.after ?? text,
    renamedTo: report?.renamedTo,
    findings: report?.findings ?? [],
    remaining: report?.remaining ?? [],
    report: renderOutcome(
      report,
      problems.map((problem) => `${problem.severity}: ${problem.message}`),
    ),
  };
}

function accountsOf({ account, accounts = [] }: FixtureConfig): readonly AccountFigures[] {
  return account ? [account, ...accounts] : accounts;
}

type RuleSettings = ReturnType<EngineSettings['settingsFor']>['rules'];

async function rulesOf({ rule, config }: Fixture): Promise<RuleSettings> {
  const ids = catalog
    .map(({ id }) => id)
    .filter((id) => id === rule || config.also?.includes(id) || config.also?.includes('*'));
  const settings = new Map<string, { options: unknown; preset: 'all' }>();
  for (const entry of catalog) {
    if (!ids.includes(entry.id)) continue;
    const { options } = await entry.rule();
    const given = entry.id === rule ? config.options : undefined;
    settings.set(entry.id, {
      options: { ...(options?.defaults as object | undefined), ...(given as object | undefined) },
      preset: 'all',
    });
  }
  return settings;
}

/** What a fixture's report file holds: each finding, what was done about it, what is left. */
function renderOutcome(report: FileReport | undefined, problems: readonly string[]): string {
  const lines = [...problems];
  for (const finding of report?.findings ?? []) lines.push(...renderFinding(finding));
  for (const { finding, gate, because } of report?.withheld ?? [])
    lines.push(`withheld ${finding.rule} ${finding.resource?.id ?? ''}: ${gate}: ${because}`);
  for (const problem of report?.suppressionProblems ?? [])
    lines.push(`suppression ${problem.position.line}:${problem.position.column}: ${problem.message}`);
  for (const finding of report?.suppressed ?? [])
    lines.push(`suppressed ${finding.rule} ${finding.resource?.id ?? ''}`);
  if (report?.renamedTo !== undefined) lines.push(`renamed to ${report.renamedTo}`);
  for (const finding of report?.remaining ?? [])
    lines.push(`left: ${finding.rule} ${finding.messageId} ${finding.resource?.id ?? ''}`.trimEnd());
  return lines.length === 0 ? 'nothing found\n' : `${lines.join('\n')}\n`;
}

function renderFinding(finding: Finding): string[] {
  const { position, rule, messageId, certainty, message, fix, refusal, followUps } = finding;
  const lines = [`${position.line}:${position.column} ${rule} ${messageId} (${certainty}): ${message}`];
  if (fix)
    lines.push(
      `  fix (${fix.safety}, ${fix.consequence.deployment}${fix.consequence.cost === undefined ? '' : `, ${fix.consequence.cost}`}): ${fix.title}`,
    );
  if (refusal) lines.push(`  no fix (${refusal.code}): ${refusal.because}`);
  if (refusal?.snippet !== undefined)
    lines.push(
      ...refusal.snippet
        .trimEnd()
        .split('\n')
        .map((line) => `    | ${line}`),
    );
  for (const followUp of followUps) lines.push(`  then: ${followUp}`);
  return lines;
}
