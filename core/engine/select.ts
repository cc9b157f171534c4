import type { Catalog, Preset } from '../rule.js';
import type { FileSettings } from './types.js';

export interface Selection {
  /** `deploy` unless said otherwise; rules that are named show all that they have to say. */
  readonly preset?: Preset;
  /** These rules and no other. */
  readonly rules?: readonly string[];
  /** Options by rule; what is left out has its default. */
  readonly options?: Readonly<Record<string, unknown>>;
}

/**
 * The active rules of a selection. Rules that have nothing to say in the preset are left out, so that no file is parsed
 * for them.
 * @throws {RangeError} for a rule that the catalog does not have.
 */
export async function selectRules(catalog: Catalog, selection: Selection = {}): Promise<FileSettings['rules']> {
  const { rules: named, options = {} } = selection;
  const preset = selection.preset ?? (named ? 'all' : 'deploy');
  const unknown = [...(named ?? []), ...Object.keys(options)].find((id) => !catalog.some((entry) => entry.id === id));
  if (unknown !== undefined) throw new RangeError(`there is no rule "${unknown}"`);
  const active = new Map<string, { options: unknown; preset: Preset }>();
  for (const entry of catalog) {
    if (named && !named.includes(entry.id)) continue;
    const rule = await entry.rule();
    const speaks = Object.values(rule.messages).some((message) => preset === 'all' || message.preset === 'deploy');
    if (speaks)
      active.set(entry.id, {
        options: { ...(rule.options?.defaults as object | undefined), ...(options[entry.id] as object | undefined) },
        preset,
      });
  }
  return active;
}
