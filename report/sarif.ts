import type { Finding, Fix, Problem, SuppressionProblem } from '../core/engine/types.js';
import type { Rule } from '../core/rule.js';
import { type TextEdit, sortEdits } from '../core/text/edit.js';
import { LineIndex, type Position } from '../core/text/line-index.js';
import type { Span } from '../core/text/span.js';
import { type Encoder, type EncoderContext, type FileOutcome, fromRoot, levelOf, onDisk } from './encoder.js';
import { visible, visibleJson } from './escape.js';
import { rulePageText, webPageOf } from './rule-page.js';
import type {
  SarifArtifactLocation,
  SarifFix,
  SarifLocation,
  SarifLog,
  SarifMessage,
  SarifNotification,
  SarifRegion,
  SarifResult,
  SarifRule,
} from './sarif-log.js';

const schema = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

/**
 * SARIF 2.1.0: all findings with their rules, and as `fixes` those that are not applied and passed every gate. The
 * regions are those of the files as they are on the disk when the command ends.
 */
export function sarifEncoder(given: EncoderContext): Encoder {
  // Two catalog entries may share a rule; a log names each once.
  const context = { ...given, rules: [...new Map(given.rules.map((rule) => [rule.id, rule])).values()] };
  const gathered: Gathered[] = [];
  const unused: SuppressionProblem[] = [];
  return {
    file: (outcome) => {
      gathered.push(gather(outcome));
      unused.push(...outcome.report.suppressionProblems);
      return '';
    },
    end: ({ problems, exitCode }) => {
      const results = gathered.flatMap((each) => resultsOf(each, gathered, context));
      return print(logOf(context, results, problems, unused, exitCode));
    },
  };
}

/** What is kept of a file until the end, when the lines of all files are known. */
interface Gathered {
  readonly file: string;
  readonly lines: LineIndex;
  readonly findings: readonly Finding[];
  readonly suppressed: readonly Finding[];
  readonly isProved: (finding: Finding) => boolean;
}

function gather(outcome: FileOutcome): Gathered {
  const { file, text, findings, isProved } = onDisk(outcome);
  // Places of suppressed findings are those of the text as it was.
  const suppressed = outcome.written ? [] : outcome.report.suppressed;
  return { file, lines: new LineIndex(text), findings, suppressed, isProved };
}

function resultsOf(file: Gathered, all: readonly Gathered[], context: EncoderContext): readonly SarifResult[] {
  const linesOf = (name: string): LineIndex | undefined => all.find((each) => each.file === name)?.lines;
  return [
    ...file.findings.map((finding): SarifResult => {
      const fixes = finding.fix && file.isProved(finding) ? fixesOf(finding.fix, linesOf, context) : [];
      return { ...resultOf(finding, file, context), ...(fixes.length > 0 && { fixes }) };
    }),
    ...file.suppressed.map((finding): SarifResult => ({
      ...resultOf(finding, file, context),
      suppressions: [{ kind: 'inSource' }],
    })),
  ];
}

function resultOf(finding: Finding, { lines }: Gathered, context: EncoderContext): SarifResult {
  const { rule, path, resource, certainty, impact, messageId, fix, refusal } = finding;
  const ruleIndex = context.rules.findIndex(({ id }) => id === rule);
  const name = path.length === 0 ? undefined : { fullyQualifiedName: visible(path.join('.')) };
  return {
    ruleId: rule,
    ...(ruleIndex >= 0 && { ruleIndex }),
    level: levelOf(finding),
    message: messageOf([finding.message, ...finding.followUps].map(ended).join(' ')),
    locations: [
      {
        physicalLocation: {
          artifactLocation: artifactOf(finding.file, context),
          region: regionOf(finding.span, lines),
        },
        ...(resource && name && { logicalLocations: [{ name: visible(resource.id), kind: 'resource', ...name }] }),
      },
    ],
    partialFingerprints: { 'stackmendFinding/v1': finding.fingerprint },
    properties: {
      certainty,
      impact,
      messageId,
      ...(resource && { resourceType: resource.type }),
      ...(fix && { safety: fix.safety, deployment: fix.consequence.deployment }),
      ...(refusal && { refusal: refusal.code, refusalReason: refusal.because }),
    },
  };
}

/** A rename has no form in SARIF; the other changes of such a fix alone would be half of it. */
function fixesOf(fix: Fix, linesOf: (file: string) => LineIndex | undefined, context: EncoderContext): SarifFix[] {
  const edits = fix.changes.flatMap((change) => (change.kind === 'edit' ? [change] : []));
  if (edits.length !== fix.changes.length || edits.length === 0) return [];
  const artifactChanges = edits.map(({ file, edits: own }) => ({
    artifactLocation: artifactOf(file, context),
    replacements: sortEdits(own).map((edit) => replacementOf(edit, linesOf(file))),
  }));
  return [{ description: messageOf(fix.title), artifactChanges }];
}

function replacementOf({ span, text }: TextEdit, lines: LineIndex | undefined) {
  return {
    // Of a file without findings only the offsets are known.
    deletedRegion: lines ? regionOf(span, lines) : { charOffset: span.start, charLength: span.end - span.start },
    ...(text !== '' && { insertedContent: { text } }),
  };
}

function regionOf({ start, end }: Span, lines: LineIndex): SarifRegion {
  const from = lines.position(start);
  const to = lines.position(end);
  const bom = lines.text.startsWith('\uFEFF') && start > 0 ? 1 : 0;
  return {
    startLine: from.line,
    startColumn: from.column,
    endLine: to.line,
    endColumn: to.column,
    charOffset: start - bom,
    charLength: end - start,
  };
}

/** Segments are encoded one by one, so that no name can become a scheme, a query or a fragment. */
function artifactOf(file: string, { prefix }: EncoderContext): SarifArtifactLocation {
  const uri = fromRoot(prefix, file)
    .split('/')
    // A lone surrogate, which no file name of UTF-8 holds, cannot be encoded.
    .map((segment) => encodeURIComponent(segment.replace(/\p{Cs}/gu, '\uFFFD')))
    .join('/');
  return { uri, uriBaseId: '%SRCROOT%' };
}

/** Text of a message, in which no template can start an embedded link (SARIF 2.1.0, 3.11.6). */
function messageOf(text: string): SarifMessage {
  return { text: visible(text).replaceAll('](', '] (') };
}

function ended(text: string): string {
  return /[.!?:]$/.test(text) ? text : `${text}.`;
}

function ruleOf(rule: Rule): SarifRule {
  const { id, title, why, impact } = rule;
  const page = rulePageText(rule);
  const helpUri = webPageOf(rule);
  return {
    id,
    shortDescription: { text: ended(title) },
    fullDescription: { text: why },
    help: { text: page, markdown: page },
    ...(helpUri !== undefined && { helpUri }),
    defaultConfiguration: { level: levelOf({ certainty: 'proven', impact }) },
    properties: { impact, tags: ['aws', 'deployment', 'infrastructure-as-code'] },
  };
}

function logOf(
  context: EncoderContext,
  results: readonly SarifResult[],
  problems: readonly Problem[],
  unused: readonly SuppressionProblem[],
  exitCode: number,
): SarifLog {
  return {
    $schema: schema,
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: { name: 'stackmend', semanticVersion: context.version, rules: context.rules.map(ruleOf) },
        },
        invocations: [
          {
            executionSuccessful: problems.every(({ severity }) => severity !== 'error'),
            exitCode,
            toolExecutionNotifications: problems.map((problem) => ({
              ...notificationOf(problem, context),
              level: problem.severity,
              ...(problem.rule !== undefined && { associatedRule: { id: problem.rule } }),
            })),
            toolConfigurationNotifications: unused.map((problem) => ({
              ...notificationOf(problem, context),
              level: 'warning' as const,
            })),
          },
        ],
        originalUriBaseIds: { '%SRCROOT%': { description: { text: 'The root of the repository.' } } },
        columnKind: 'utf16CodeUnits',
        results,
      },
    ],
  };
}

interface Noted {
  readonly file: string;
  readonly position?: Position;
  readonly message: string;
}

function notificationOf({ file, position, message }: Noted, context: EncoderContext): Omit<SarifNotification, 'level'> {
  const region = position && { startLine: position.line, startColumn: position.column };
  const location: SarifLocation = {
    physicalLocation: { artifactLocation: artifactOf(file, context), ...(region && { region }) },
  };
  return { message: messageOf(message), ...(file !== '' && { locations: [location] }) };
}

function print(log: SarifLog): string {
  return `${visibleJson(JSON.stringify(log, undefined, 2))}\n`;
}
