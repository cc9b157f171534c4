import { type FindingDraft, type FixDraft, type Refusal, defineCfnFixer } from '../core/rule.js';
import type { Template } from '../core/template/template.js';
import { type NameJudgement, type TemplateFileNameOptions, judgeName, rule } from '../rules/template-file-name.js';

export default defineCfnFixer<'offConvention', TemplateFileNameOptions>({
  rule,
  needles: ['Resources'],
  *find({ template, unit, options }): Generator<FindingDraft<'offConvention'>> {
    if (options.name === undefined) return;
    const file = template.source.path;
    const judgement = judgeName(file, options.name);
    if (judgement.kind === 'right') return;
    yield {
      message: 'offConvention',
      data: { file, name: judgement.kind === 'rename' ? judgement.to : options.name },
      certainty: 'proven',
      node: template.root,
      span: { start: 0, end: 0 },
      followUps: [`Change what names ${file}: parent templates, scripts, pipelines and documents.`],
      fix: () => fixOf(template, unit, judgement),
    };
  },
});

function fixOf(template: Template, unit: readonly Template[], judgement: NameJudgement): FixDraft | Refusal {
  if (judgement.kind !== 'rename') {
    return { code: 'needs-choice', because: 'the convention is a pattern that several names fit' };
  }
  const { to } = judgement;
  const { path } = template.source;
  if (unit.length > 1) {
    return { code: 'shared', because: `${unit.length} templates are deployed together, and only one can be ${to}` };
  }
  const other = template.syntax === 'json' ? /\.ya?ml$/i : /\.json$/i;
  if (other.test(to)) {
    return {
      code: 'needs-choice',
      because: `it is written in ${template.syntax.toUpperCase()}, which the name ${to} denies`,
    };
  }
  return {
    title: `Rename ${path} to ${to}`,
    safety: 'review',
    consequence: { deployment: 'none' },
    edits: [],
    rename: to,
    touches: [],
  };
}
