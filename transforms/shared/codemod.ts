import type { FileInfo, API, Options } from 'jscodeshift';
import { runTexts } from '../../core/engine/texts.js';
import type { EngineSettings } from '../../core/engine/types.js';
import type { PulumiTransform } from '../../core/rule.js';

/** A transform as stock jscodeshift runs it: one file at a time, so what lies outside of the file is refused. */
export type Codemod = (file: FileInfo, api: API, options: Options) => Promise<string | undefined>;

/**
 * Turns a transform into one that `jscodeshift -t` takes. Options of jscodeshift: `accept` (`safe`, or `review`, the default:
 * a diff is looked at anyway), `today` (`YYYY-MM-DD`), and those of the rule.
 * @returns undefined where nothing changes, as jscodeshift counts it
 */
export function asCodemod<MessageId extends string, Own>(transform: PulumiTransform<MessageId, Own>): Codemod {
  const { rule } = transform;
  return async ({ path, source }, api, options) => {
    const settings = settingsOf(transform, options);
    const entry = {
      id: rule.id,
      needles: [],
      rule: async () => rule as never,
      programNeedles: transform.needles,
      transform: async () => transform as unknown as PulumiTransform,
    };
    const { reports, problems } = await runTexts([{ path, text: source }], [entry], settings);
    for (const { message, position } of problems) api.report(`${path}:${position?.line ?? 1}: ${message}`);
    const [report] = reports;
    for (const { position, message, refusal } of report?.remaining ?? [])
      api.report(
        `${path}:${position.line}:${position.column} ${message}${refusal ? ` (not mended: ${refusal.because})` : ''}`,
      );
    return report && report.after !== report.before ? report.after : undefined;
  };
}

function settingsOf<MessageId extends string, Own>(
  { rule }: PulumiTransform<MessageId, Own>,
  given: Options,
): EngineSettings {
  const own = Object.fromEntries(
    Object.keys(rule.options?.defaults ?? {}).flatMap((name) =>
      name in given ? [[name, given[name] as unknown]] : [],
    ),
  );
  const options = { ...rule.options?.defaults, ...own };
  const today = typeof given['today'] === 'string' ? given['today'] : new Date().toISOString().slice(0, 10);
  return {
    accept: given['accept'] === 'safe' ? 'safe' : 'review',
    today,
    includeGenerated: false,
    settingsFor: () => ({ rules: new Map([[rule.id, { options, preset: 'all' as const }]]) }),
  };
}
