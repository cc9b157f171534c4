import type { Position } from '../text/line-index.js';
import type { Finding, SuppressionProblem } from './types.js';

/** What a person has accepted: which rules, where, and why. */
export interface Directive {
  readonly position: Position;
  readonly rules: readonly string[];
  readonly reason: string;
  /** Why the directive cannot be taken, if it cannot. */
  readonly fault?: string;
  readonly covers: (finding: Finding) => boolean;
}

export interface Judged {
  readonly left: readonly Finding[];
  readonly suppressed: readonly Finding[];
  readonly problems: readonly SuppressionProblem[];
}

export interface RuleNames {
  readonly isKnown: (rule: string) => boolean;
  /** True when the rule ran, so that a directive for it that covers nothing is unused. */
  readonly isJudged: (rule: string) => boolean;
}

/** Takes out the findings that the file itself accepts. Directives that do nothing or give no reason are reported. */
export function suppress(
  file: string,
  findings: readonly Finding[],
  directives: readonly Directive[],
  names: RuleNames,
): Judged {
  if (directives.length === 0) return { left: findings, suppressed: [], problems: [] };
  const used = new Set<string>();
  const left: Finding[] = [];
  const suppressed: Finding[] = [];
  for (const finding of findings) {
    const index = directives.findIndex(
      (each) =>
        each.fault === undefined && each.reason !== '' && each.rules.includes(finding.rule) && each.covers(finding),
    );
    if (index === -1) left.push(finding);
    else {
      suppressed.push(finding);
      used.add(`${index} ${finding.rule}`);
    }
  }
  const problems = directives.flatMap((directive, index) => problemsOf(directive, index, used, names, findings, file));
  return { left, suppressed, problems };
}

function problemsOf(
  directive: Directive,
  index: number,
  used: ReadonlySet<string>,
  names: RuleNames,
  findings: readonly Finding[],
  file: string,
): SuppressionProblem[] {
  const tell = (message: string): SuppressionProblem => ({ file, position: directive.position, message });
  if (directive.fault !== undefined) return [tell(directive.fault)];
  return directive.rules.flatMap((rule) => {
    if (!names.isKnown(rule)) return [tell(`there is no rule ${nameText(rule)} to ignore`)];
    if (directive.reason === '')
      return [tell(`ignoring ${rule} needs a reason behind the rule's name; without one it does not count`)];
    if (used.has(`${index} ${rule}`) || !names.isJudged(rule)) return [];
    const doubled = findings.some((finding) => finding.rule === rule && directive.covers(finding));
    return [
      tell(
        doubled ? `${rule} is ignored here twice: remove one` : `${rule} finds nothing here: remove what ignores it`,
      ),
    ];
  });
}

/** The name as it stands in the comment, where it may be that of a rule; a comment holds what people write. */
function nameText(rule: string): string {
  return /^[a-z]+(?:-[a-z]+)+$/.test(rule) ? `"${rule}"` : 'of the name given here';
}
