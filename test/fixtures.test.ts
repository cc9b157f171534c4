import { existsSync, readFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { describe, expect, it } from 'vitest';
import { loadTemplate } from '../core/template/load.js';
import { toValue } from '../core/template/node.js';
import { SourceFile } from '../core/text/source-file.js';
import { catalog } from '../rules/catalog.js';
import { type Fixture, listFixtures, runFixture } from './support/fixture.js';

const fixtures = listFixtures();

describe.each(fixtures.map((fixture) => [`${fixture.rule}/${fixture.name}`, fixture] as const))(
  '%s',
  (_name, fixture) => {
    const expected = existsSync(fixture.outputPath) ? readFileSync(fixture.outputPath, 'utf8') : fixture.input;

    it('gives the expected text and report', async () => {
      const outcome = await runFixture(fixture, fixture.input);
      expect(outcome.output).toBe(expected);
      expect(outcome.report).toBe(readFileSync(fixture.reportPath, 'utf8'));
    });

    it('changes nothing a second time', async () => {
      const { output } = await runFixture(fixture, expected);
      expect(output).toBe(expected);
    });

    it('keeps CRLF', async () => {
      const { output } = await runFixture(fixture, crlf(fixture.input));
      expect(output).toBe(crlf(expected));
    });

    it.skipIf(fixture.extension === 'ts')('means the same in the other syntax', async () => {
      const other = fixture.extension === 'json' ? 'yaml' : 'json';
      const relaid = await relay(fixture, other);
      // What only one syntax has (comments, layout of inline code) is a case of its own.
      if (relaid === undefined) return;
      const { output } = await runFixture(fixture, relaid, other);
      const wanted = await valueOf(expected, fixture.extension);
      expect(await valueOf(output, other)).toEqual(wanted);
    });
  },
);

describe('every rule', () => {
  it.each(catalog.map(({ id }) => id))('%s has cases that change, one refused and one silent', (id) => {
    const cases = fixtures.filter(({ rule }) => rule === id);
    const written = (['yaml', 'json'] as const).map((one) => cases.filter(({ extension }) => extension === one).length);
    expect(Math.max(...written)).toBeGreaterThanOrEqual(4);
    const reports = cases.map(({ reportPath }) => readFileSync(reportPath, 'utf8'));
    expect(
      cases.filter(
        ({ outputPath, reportPath }) =>
          existsSync(outputPath) || readFileSync(reportPath, 'utf8').includes('renamed to'),
      ).length,
    ).toBeGreaterThanOrEqual(2);
    expect(reports.filter((report) => report.includes('no fix (')).length).toBeGreaterThanOrEqual(1);
    expect(reports.filter((report) => report === 'nothing found\n').length).toBeGreaterThanOrEqual(1);
  });
});

describe('every transform', () => {
  const transforms = catalog.filter(({ transform }) => transform !== undefined);

  it.each(transforms.map(({ id }) => id))('%s has three programs that change, one refused and one silent', (id) => {
    const programs = fixtures.filter(({ rule, extension }) => rule === id && extension === 'ts');
    const reports = programs.map(({ reportPath }) => readFileSync(reportPath, 'utf8'));
    expect(programs.filter(({ outputPath }) => existsSync(outputPath)).length).toBeGreaterThanOrEqual(3);
    expect(reports.filter((report) => report.includes('no fix (')).length).toBeGreaterThanOrEqual(1);
    expect(reports.filter((report) => report === 'nothing found\n').length).toBeGreaterThanOrEqual(1);
  });
});

function crlf(text: string): string {
  return text.replaceAll(/\r?\n/g, '\r\n');
}

async function relay(fixture: Fixture, extension: 'yaml' | 'json'): Promise<string | undefined> {
  if (fixture.input.includes('relay: no')) return undefined;
  const value = await valueOf(fixture.input, fixture.extension);
  return extension === 'json' ? `${JSON.stringify(value, undefined, 2)}\n` : stringify(value, { lineWidth: 0 });
}

async function valueOf(text: string, extension: string): Promise<unknown> {
  const template = await loadTemplate(new SourceFile(`t.${extension}`, text));
  if (!template) throw new Error('no template');
  return toValue(template.root);
}
