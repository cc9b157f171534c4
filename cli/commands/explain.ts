import type { Rule } from '../../core/rule.js';
import type { Cause } from '../../diagnose/causes.js';
import { diagnoseLog } from '../../diagnose/diagnose.js';
import { type MendingCommand, figuresIn, mendingCommands } from '../../diagnose/mending.js';
import type { Recognised } from '../../diagnose/recognise.js';
import { explanation } from '../../report/diagnosis.js';
import { visible } from '../../report/escape.js';
import { type OptionDoc, optionDocs, rulePageText } from '../../report/rule-page.js';
import { type Style, styleFor } from '../../report/style.js';
import { exitCodes } from '../exit-codes.js';
import type { CommonFlags } from '../flags.js';
import { type Host, readStdin, wantsColor } from '../host.js';
import { UserError } from '../user-error.js';

/** `stackmend explain`: the page of a rule, or what a deployment error means and which command mends it. */
export async function explain(what: string, flags: CommonFlags, host: Host): Promise<number> {
  const text = (what === '-' ? await readStdin(host) : what).trim();
  if (text === '')
    throw new UserError('there is nothing to explain', 'give a rule id or the text of a deployment error');
  const catalog = await host.catalog();
  const rules = await Promise.all(catalog.map((entry): Promise<Rule> => entry.rule()));
  const rule = rules.find(({ id }) => id === text);
  if (rule) {
    host.stdout.write(rulePageText(rule, await optionsOf(rule)));
    return exitCodes.ok;
  }
  const { causes } = await diagnoseLog([text], rules);
  const style = styleFor(wantsColor(host, host.stdout, flags.color));
  const found = distinct(causes.flatMap(({ recognised }) => recognised));
  if (found.length === 0) return unknown(text, rules, causes, style, host);
  const { limits } = await import('../../facts/index.js');
  host.stdout.write(errorText(found, mendingCommands(found, limits.concurrency.minimumUnreserved), style));
  return exitCodes.ok;
}

function distinct(found: readonly Recognised[]): readonly Recognised[] {
  return [...new Map(found.map((each) => [each.rule, each])).values()];
}

async function optionsOf(rule: Rule): Promise<readonly OptionDoc[]> {
  if (!rule.options) return [];
  const { z } = await import('zod');
  return optionDocs(
    z.toJSONSchema(rule.options.schema(z), { io: 'input', unrepresentable: 'any' }),
    rule.options.defaults,
  );
}

/** What was recognised: the rules behind it, the figures in it, and the commands. */
function errorText(found: readonly Recognised[], commands: readonly MendingCommand[], style: Style): string {
  const excerpts = [...new Set(found.map(({ excerpt }) => excerpt))].map((text) => `AWS said: ${visible(text)}`);
  const figures = figuresIn(found).map((text) => `    ${visible(text)}`);
  const reasons = found.flatMap(({ rule }) => ['', `${style.strong(rule.id)}: ${rule.title}`, rule.why]);
  const steps = commands.map(({ why, command }) => `${why}:\n    ${style.good(command)}`);
  const pages = found.map(({ rule }) => `    stackmend explain ${rule.id}`);
  return `${[...excerpts, ...figures, ...reasons, '', ...steps, 'More about it:', ...pages].join('\n')}\n`;
}

/** An id that does not exist is a slip of the hand; an error that no rule knows is an honest answer. */
async function unknown(
  text: string,
  rules: readonly Rule[],
  causes: readonly Cause[],
  style: Style,
  host: Host,
): Promise<number> {
  const ids = rules.map(({ id }) => id);
  if (/^[\w-]+$/.test(text)) {
    const { meant } = await import('../nearest.js');
    throw new UserError(`unknown rule "${text}"`, meant(text, ids, 'see "stackmend rules"'));
  }
  const known = causes.filter((cause) => cause.known !== undefined);
  const told = known.map((cause) =>
    [`It says: ${visible(cause.known?.excerpt ?? '')}`, ...explanation(cause, style), '', ''].join('\n'),
  );
  if (told.length === 0) told.push('No rule of stackmend knows this error, so it has no fix for it.\n');
  host.stdout.write(`${told.join('')}To see what else the templates have: stackmend check --preset all\n`);
  return exitCodes.findings;
}
