import { listed } from '../rules/shared/listed.js';
import { type PhysicalName, physicalNames } from '../rules/shared/physical-names.js';
import { type Piece, piecesOf } from '../rules/shared/pieces.js';
import { knownSuffixCheck } from '../rules/shared/suffix-check.js';
import { bare } from '../core/program/ast.js';
import { DeclaredTexts } from '../core/program/declared-text.js';
import type { ProgramFile } from '../core/program/file.js';
import type { Binding } from '../core/program/scope.js';
import {
  type FindingDraft,
  type FixDraft,
  type ProgramContext,
  type Refusal,
  definePulumiTransform,
} from '../core/rule.js';
import { type TemplateNode, walk } from '../core/template/node.js';
import { type SuffixCheck, rule } from '../rules/environment-suffix-unvalidated.js';
import { asCodemod } from './shared/codemod.js';
import { kindOfName } from './shared/environment-names.js';
import { insertGuard } from './shared/guard.js';
import { SuffixChecks } from './shared/suffix-checks.js';
import { configKey, stackKey } from './shared/value-sources.js';

type Context = ProgramContext<Record<string, never>>;

/** A name of the program with the resource names that it goes into. */
interface Suffix {
  readonly file: ProgramFile;
  readonly binding: Binding;
  /** The names, and what the model calls the suffix in each. */
  readonly names: { readonly name: PhysicalName; readonly parameter: string }[];
}

export const transform = definePulumiTransform<'unchecked', Record<string, never>>({
  rule,
  needles: ['uffix', 'ostfix', 'nv', 'tage'],
  *find(context) {
    const checks = new SuffixChecks(context.program);
    for (const suffix of suffixesIn(context).values()) {
      const { file, binding } = suffix;
      if (checks.isStackName(file, binding) || checks.isChecked(file, binding)) continue;
      yield findingOf(context, suffix, checks);
    }
  },
});

export const parser = 'ts';
export default asCodemod(transform);

/** The open names that stand in resource names beside other text. */
function suffixesIn({ program }: Context): Map<Binding, Suffix> {
  const found = new Map<Binding, Suffix>();
  for (const name of physicalNames(program.model)) {
    const node = name.pieces.length > 1 ? name.resource.ownProperty(name.rule.property) : undefined;
    for (const part of node ? walk(node) : []) {
      const origin = part.kind === 'intrinsic' ? program.originOf(part) : undefined;
      const use = origin && bare(origin.node);
      if (!origin || use?.type !== 'Identifier') continue;
      const { file } = origin.place;
      const binding = file.scopes.resolve(use);
      if (!binding || kindOfName(file, binding) === undefined) continue;
      const suffix = found.get(binding) ?? { file, binding, names: [] };
      found.set(binding, suffix);
      suffix.names.push({ name: withReference(name, part, binding.name), parameter: binding.name });
    }
  }
  return found;
}

/** The name with one of its open parts as a reference. */
function withReference(name: PhysicalName, part: TemplateNode, parameter: string): PhysicalName {
  const [open] = piecesOf(part);
  const isOpen = (piece: Piece): boolean => JSON.stringify(piece) === JSON.stringify(open);
  const reference: Piece = { kind: 'reference', name: parameter, attribute: undefined };
  return { ...name, pieces: name.pieces.map((piece) => (isOpen(piece) ? reference : piece)) };
}

function findingOf(context: Context, suffix: Suffix, checks: SuffixChecks): FindingDraft<'unchecked'> {
  const { names, binding } = suffix;
  const [first] = names;
  const resource = first?.name.resource;
  const owners = [...new Set(names.map(({ name }) => name.resource.id))];
  const check = checkOf(context, suffix, checks);
  return {
    message: 'unchecked',
    data: { parameter: binding.name, names: `the name of ${listed(owners)}` },
    certainty: 'proven',
    ...(resource ? { resource } : {}),
    node: resource?.ownProperty(first?.name.rule.property ?? '') ?? context.program.model.root,
    followUps:
      'code' in check
        ? []
        : [
            `A stack that runs with a value of ${binding.name} outside the pattern cannot be updated until the pattern is widened; another value would rename, and so replace, its resources.`,
          ],
    fix: () => ('code' in check ? check : fixOf(context, suffix, check)),
  };
}

/** The check that lets all values pass that the project gives to the name or compares it with, and those of its stacks. */
function checkOf(
  { program, stacks }: Context,
  { file, binding, names }: Suffix,
  checks: SuffixChecks,
): SuffixCheck | Refusal {
  const kind = new DeclaredTexts(program.project).ofBinding(file, binding);
  if (kind === 'output')
    return {
      code: 'unknown-value',
      because: `${binding.name} may be an output, which is known only while resources are made`,
    };
  if (kind !== 'text')
    return { code: 'unknown-value', because: `${binding.name} may be missing, or be something else than a text` };
  const { keys, literals } = checks.sourcesOf(file, binding);
  const configured = stacks.flatMap(({ name, config }) => [
    ...(keys.has(stackKey) ? [name] : []),
    ...[...config].flatMap(([key, value]) => (keys.has(configKey(key)) ? [value] : [])),
  ]);
  return knownSuffixCheck(names, [...new Set([...literals, ...checks.comparedTexts(file, binding), ...configured])]);
}

function fixOf({ editor }: Context, { file, binding }: Suffix, check: SuffixCheck): FixDraft {
  return {
    title: `Let ${binding.name} be only what resource names take (${check.pattern}, at most ${check.maxLength} characters)`,
    safety: 'review',
    consequence: { deployment: 'none' },
    edits: insertGuard(editor, file, binding, check),
    touches: [],
  };
}
