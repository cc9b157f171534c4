import { createHash } from 'node:crypto';
import type { Finding } from '../core/engine/types.js';
import type { Impact } from '../core/rule.js';
import { LineIndex } from '../core/text/line-index.js';
import { type Encoder, type EncoderContext, fromRoot, onDisk } from './encoder.js';
import { visible, visibleJson } from './escape.js';
import { sentence } from './words.js';

/** One entry of a code quality report. */
export interface CodeQualityIssue {
  readonly description: string;
  readonly check_name: string;
  readonly fingerprint: string;
  readonly severity: 'info' | 'minor' | 'major' | 'critical' | 'blocker';
  readonly location: { readonly path: string; readonly lines: { readonly begin: number; readonly end: number } };
}

/**
 * GitLab's code quality report, an artifact that needs no token. What could not be judged has no place in it.
 * @see https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
 */
export function codeQualityEncoder(context: EncoderContext): Encoder {
  const issues: CodeQualityIssue[] = [];
  return {
    file: (outcome) => {
      const { text, findings } = onDisk(outcome);
      const lines = new LineIndex(text);
      issues.push(...findings.map((finding) => issueOf(finding, lines, context)));
      return '';
    },
    end: () => `${visibleJson(JSON.stringify(issues, undefined, 2))}\n`,
  };
}

function issueOf(finding: Finding, lines: LineIndex, { prefix }: EncoderContext): CodeQualityIssue {
  const path = fromRoot(prefix, finding.file);
  return {
    description: sentence(finding.message),
    check_name: finding.rule,
    // GitLab wants it to be the only one in the whole report; ours is the only one in its file.
    fingerprint: createHash('sha256').update(`${path}\0${finding.fingerprint}`).digest('hex').slice(0, 32),
    severity: severityOf(finding),
    location: {
      path: visible(path),
      lines: { begin: finding.position.line, end: lines.position(finding.span.end).line },
    },
  };
}

const severities = {
  critical: 'blocker',
  high: 'critical',
  medium: 'major',
  low: 'minor',
} as const satisfies Record<Impact, CodeQualityIssue['severity']>;

function severityOf({ certainty, impact }: Finding): CodeQualityIssue['severity'] {
  return certainty === 'proven' ? severities[impact] : 'minor';
}
