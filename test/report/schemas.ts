import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Ajv } from 'ajv';
import draft04 from 'ajv-draft-04';
import { expect } from 'vitest';
import type { SarifLog } from '../../report/sarif-log.js';

const resolve = createRequire(import.meta.url).resolve;

/** The schema of SARIF 2.1.0 as Microsoft ships it (MIT) with its matchers for tests. */
const sarifFile = path.join(path.dirname(resolve('@microsoft/jest-sarif')), 'schemas/sarif-2.1.0-rtm.5.json');
const { default: Draft04 } = draft04 as unknown as { default: typeof Ajv };
const sarif = new Draft04({ strict: false, allErrors: true, validateFormats: false, unicodeRegExp: false }).compile(
  JSON.parse(readFileSync(sarifFile, 'utf8')) as object,
);

/** A SARIF log that the official schema accepts. */
export function sarifLog(text: string): SarifLog {
  const log = JSON.parse(text) as SarifLog;
  sarif(log);
  expect(sarif.errors ?? []).toEqual([]);
  return log;
}

/** As GitLab documents its code quality report: docs.gitlab.com/ci/testing/code_quality, "Code Quality report format". */
const codeQuality = new Ajv({ allErrors: true }).compile({
  type: 'array',
  items: {
    type: 'object',
    required: ['description', 'check_name', 'fingerprint', 'severity', 'location'],
    additionalProperties: false,
    properties: {
      description: { type: 'string', minLength: 1 },
      check_name: { type: 'string', minLength: 1 },
      fingerprint: { type: 'string', pattern: '^[0-9a-f]{32}$' },
      severity: { enum: ['info', 'minor', 'major', 'critical', 'blocker'] },
      location: {
        type: 'object',
        required: ['path', 'lines'],
        additionalProperties: false,
        properties: {
          path: { type: 'string', pattern: '^(?!\\./|/)' },
          lines: {
            type: 'object',
            required: ['begin'],
            properties: { begin: { type: 'integer', minimum: 1 }, end: { type: 'integer', minimum: 1 } },
          },
        },
      },
    },
  },
});

/** A code quality report that GitLab takes. */
export function codeQualityReport(text: string): readonly { fingerprint: string; location: { path: string } }[] {
  const issues = JSON.parse(text) as { fingerprint: string; location: { path: string } }[];
  codeQuality(issues);
  expect(codeQuality.errors ?? []).toEqual([]);
  expect(new Set(issues.map(({ fingerprint }) => fingerprint)).size).toBe(issues.length);
  return issues;
}

export interface WorkflowCommand {
  readonly command: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly message: string;
}

/** Reads workflow commands as the runner of GitHub Actions does; lines that are none are told. */
export function workflowCommands(text: string): { commands: WorkflowCommand[]; others: string[] } {
  const commands: WorkflowCommand[] = [];
  const others: string[] = [];
  for (const line of text.split(/\r\n|\r|\n/).filter(Boolean)) {
    const found = /^\s*::(?<command>[\w-]+)(?: (?<properties>.*?))?::(?<message>.*)$/.exec(line)?.groups;
    if (!found) {
      others.push(line);
      continue;
    }
    const pairs = (found['properties'] ?? '').split(',').map((pair) => {
      const at = pair.indexOf('=');
      return [pair.slice(0, at), decode(pair.slice(at + 1))] as const;
    });
    commands.push({
      command: found['command'] ?? '',
      properties: Object.fromEntries(pairs),
      message: decode(found['message'] ?? ''),
    });
  }
  return { commands, others };
}

function decode(text: string): string {
  const named: Readonly<Record<string, string>> = { '%0D': '\r', '%0A': '\n', '%3A': ':', '%2C': ',', '%25': '%' };
  return text.replaceAll(/%(?:0D|0A|3A|2C|25)/g, (code) => named[code] ?? code);
}
