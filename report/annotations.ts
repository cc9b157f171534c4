import type { Finding } from '../core/engine/types.js';
import { LineIndex } from '../core/text/line-index.js';
import { type Encoder, type EncoderContext, type FileOutcome, fromRoot, levelOf, onDisk } from './encoder.js';
import { visible } from './escape.js';
import { fixLine, sentence } from './words.js';

/**
 * Workflow commands of GitHub Actions, one line each, which the runner turns into annotations. GitHub shows the first
 * ten errors, warnings and notices of a step; the log holds all.
 * @see https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions
 */
export function annotationsEncoder(context: EncoderContext): Encoder {
  return {
    file: (outcome) => [...findings(outcome, context), ...suppressions(outcome, context)].join(''),
    end: ({ problems }) =>
      problems
        .map(({ severity, file, position, message }) =>
          annotation(severity === 'error' ? 'error' : 'notice', visible(message), {
            title: 'stackmend',
            ...(file !== '' && { file: fromRoot(context.prefix, file) }),
            ...(position && { line: position.line, col: position.column }),
          }),
        )
        .join(''),
  };
}

function findings(outcome: FileOutcome, context: EncoderContext): string[] {
  const { text, findings } = onDisk(outcome);
  const lines = new LineIndex(text);
  return findings.map((finding) => {
    const end = lines.position(finding.span.end);
    const start = finding.position;
    return annotation(commands[levelOf(finding)], messageOf(finding), {
      title: `${finding.rule} (${finding.certainty})`,
      file: fromRoot(context.prefix, finding.file),
      line: start.line,
      endLine: end.line,
      // Columns count only where both are on one line.
      ...(start.line === end.line && { col: start.column, endColumn: end.column }),
    });
  });
}

function suppressions({ report }: FileOutcome, context: EncoderContext): string[] {
  return report.suppressionProblems.map(({ file, position, message }) =>
    annotation('warning', visible(message), {
      title: 'stackmend',
      file: fromRoot(context.prefix, file),
      line: position.line,
      col: position.column,
    }),
  );
}

const commands = { error: 'error', warning: 'warning', note: 'notice' } as const;

function messageOf({ message, prevents, fix, refusal, followUps }: Finding): string {
  const lines = [sentence(message)];
  if (prevents !== undefined) lines.push(`AWS answers: ${visible(prevents)}`);
  if (fix) lines.push(fixLine(fix));
  if (refusal) lines.push(`no fix: ${sentence(refusal.because)}`);
  lines.push(...followUps.map((step) => `then: ${sentence(step)}`));
  return lines.join('\n');
}

type Properties = Readonly<Record<string, string | number>>;

/** One workflow command; whatever stands in the message or the properties, it stays one. */
export function annotation(command: 'error' | 'warning' | 'notice', message: string, properties: Properties): string {
  const shown = Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(visible(String(value)))}`);
  return `::${command} ${shown.join(',')}::${escapeData(message)}\n`;
}

/** The message of a workflow command, as the runner decodes it. */
export function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** A property of a workflow command, as the runner decodes it. */
export function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
