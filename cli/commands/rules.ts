import type { Rule } from '../../core/rule.js';
import { presetsOf } from '../../report/rule-page.js';
import { type Style, styleFor } from '../../report/style.js';
import { exitCodes } from '../exit-codes.js';
import type { RulesFlags } from '../flags.js';
import { type Host, wantsColor } from '../host.js';

/** `stackmend rules`: every rule with its impact, its presets and what it finds. */
export async function rules(flags: RulesFlags, host: Host): Promise<number> {
  const catalog = await host.catalog();
  const known = await Promise.all(catalog.map((entry): Promise<Rule> => entry.rule()));
  const style = styleFor(wantsColor(host, host.stdout, flags.color));
  host.stdout.write(flags.format === 'json' ? rulesJson(known) : rulesText(known, style));
  return exitCodes.ok;
}

function rulesText(known: readonly Rule[], style: Style): string {
  const width = Math.max(0, ...known.map(({ id }) => id.length));
  const lines = known.map((rule) => {
    const [preset = 'all'] = presetsOf(rule);
    return `${style.strong(rule.id.padEnd(width))}  ${rule.impact.padEnd(8)}  ${preset.padEnd(6)}  ${rule.title}\n`;
  });
  return `${style.faint(`${'rule'.padEnd(width)}  impact    preset  what it finds`)}\n${lines.join('')}`;
}

function rulesJson(known: readonly Rule[]): string {
  const rows = known.map((rule) => ({
    id: rule.id,
    title: rule.title,
    impact: rule.impact,
    presets: presetsOf(rule),
    since: rule.since,
    options: rule.options?.defaults ?? {},
    errors: rule.errors.map(({ example }) => example),
    references: rule.references,
  }));
  return `${JSON.stringify(rows, undefined, 2)}\n`;
}
