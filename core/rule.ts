import type { z } from 'zod';
import type { Editor } from './template/editor.js';
import type { Path, TemplateNode } from './template/node.js';
import type { Resource, Template } from './template/template.js';
import type { Span } from './text/span.js';
import type { TextEdit } from './text/edit.js';
import type { ConcurrencyPlan } from './concurrency-plan.js';
import type { ProgramEditor } from './program/editor.js';
import type { Program } from './program/program.js';

export type { AccountBudget, ConcurrencyPlan, PlanReason, PlannedFunction } from './concurrency-plan.js';

/** How bad it is when the mistake stays. */
export type Impact = 'critical' | 'high' | 'medium' | 'low';

/** `deploy`: AWS rejects the deployment, or may. `all`: everything else too. */
export type Preset = 'deploy' | 'all';

/** `proven`: follows from the sources, facts and figures at hand. `possible`: hangs on something not at hand. */
export type Certainty = 'proven' | 'possible';

/** What applying a fix may change; the words for users stand in docs/fix-safety.md. */
export type Safety = 'safe' | 'review' | 'manual';

/** What the deployment of the fixed source does to a stack that runs. */
export interface Consequence {
  readonly deployment: 'none' | 'update' | 'replacement';
  /** Where AWS bills what the fix adds. */
  readonly cost?: string;
}

/** A text that AWS (or a compiler) answers with, and how to recognise it. */
export interface DeploymentError {
  /** Named groups carry the figures: limit, arn, runtime, action. */
  readonly pattern: RegExp;
  /** One such text, shown to people. */
  readonly example: string;
}

/** A message with `{placeholders}`, and the preset from which on it is shown. */
export interface Message {
  readonly text: string;
  readonly preset: Preset;
  /** A piece of the one example among the rule's errors that this message is about; needed only where the finding's data does not tell. */
  readonly prevents?: string;
}

export type MessageData = Readonly<Record<string, string | number>>;

/** The options of a rule: a zod schema made on demand (zod is loaded only for a config file), and what holds without one. */
export interface RuleOptions<Options> {
  readonly schema: (zod: typeof z) => z.ZodType<Options>;
  readonly defaults: Options;
}

/** WHAT is wrong, for CloudFormation and Pulumi alike. */
export interface Rule<MessageId extends string = string, Options = unknown> {
  readonly id: string;
  readonly title: string;
  /** One paragraph for a person whose deployment failed: what AWS checks, and when. */
  readonly why: string;
  readonly impact: Impact;
  readonly messages: Readonly<Record<MessageId, Message>>;
  readonly errors: readonly DeploymentError[];
  /** Pages of AWS or other sources behind the rule. */
  readonly references: readonly string[];
  /** What a reader might expect of this rule and does not get, one sentence each. */
  readonly limits: readonly string[];
  /** The files in facts/ that the rule rests on. */
  readonly facts: readonly string[];
  readonly options?: RuleOptions<Options>;
  /** The version of stackmend that first had the rule. */
  readonly since: string;
}

export function defineRule<const MessageId extends string, Options = Record<string, never>>(
  rule: Rule<MessageId, Options>,
): Rule<MessageId, Options> {
  return rule;
}

/** Why a finding carries no edit. Counted by `code`. */
export type RefusalCode =
  | 'outside-template'
  | 'unknown-value'
  | 'cannot-edit'
  | 'cycle'
  | 'macro'
  | 'shared'
  | 'needs-choice'
  | 'limit'
  | 'generated'
  | 'withheld';

export interface Refusal {
  readonly code: RefusalCode;
  readonly because: string;
  /** What to add by hand, in the file's own syntax. */
  readonly snippet?: string;
}

/** A fix as a fixer plans it: all of its edits are applied, or none. */
export interface FixDraft {
  /** Imperative: "Grant sqs:SendMessage on TransactionsDlq to NotifierRole". */
  readonly title: string;
  readonly safety: Safety;
  readonly consequence: Consequence;
  /** In the file of the finding, or in those that they name: a program may keep a role and its function apart. */
  readonly edits: readonly TextEdit[];
  /** A new path for the file, relative to the root. */
  readonly rename?: string;
  /** Paths whose meaning may change; `-` as the last step stands for elements appended to a list. */
  readonly touches: readonly Path[];
}

/** A finding as a fixer reports it. The engine adds the place, the fingerprint and the rendered text. */
export interface FindingDraft<MessageId extends string = string> {
  readonly message: MessageId;
  readonly data?: MessageData;
  /** Source of the expression for the one error that this finding is about; null where none is known. Else the rule's messages tell. */
  readonly prevents?: string | null;
  readonly certainty: Certainty;
  readonly resource?: Resource;
  /** The node that is wrong; with `span`, where exactly the finding points. */
  readonly node: TemplateNode;
  readonly span?: Span;
  /** Plans the fix. May throw `CannotEdit`, which becomes a refusal. */
  readonly fix?: () => FixDraft | Refusal;
  /** What a person must still do: raise a quota, rename a binary. */
  readonly followUps?: readonly string[];
}

/** Concurrency of one AWS account and region, in executions. */
export interface AccountFigures {
  /** What people call the account, with its region: "prod eu-west-1". */
  readonly name?: string;
  /** The quota "Concurrent executions" (L-B99A9384). */
  readonly limit: number;
  /** What no function has reserved now; the whole limit when unknown. */
  readonly unreserved: number;
  /** What must stay unreserved; the rule derives it from the limit when absent. */
  readonly minimumUnreserved?: number;
  /** Present reservations by function name. */
  readonly reservations?: Readonly<Record<string, number>>;
  /** Where the figures come from, for messages: "account.json", "the config". */
  readonly source: string;
}

/**
 * Reservations that AWS refused in a deployment: by the id of the function what it wanted to stay unreserved, in executions.
 */
export type RefusedReservations = ReadonlyMap<string, number>;

export interface CfnContext<Options = unknown> {
  readonly template: Template;
  /** All templates that are deployed together with this one (nested stacks, a shared account budget), itself included. */
  readonly unit: readonly Template[];
  readonly editor: Editor;
  readonly options: Options;
  /** `YYYY-MM-DD`. Nothing below the command line reads a clock. */
  readonly today: string;
  /** The accounts and regions that the sources are deployed to; none where nothing is known. */
  readonly accounts: readonly AccountFigures[];
  readonly refused?: RefusedReservations | undefined;
}

/** HOW a rule is detected and mended in CloudFormation and SAM. */
export interface CfnFixer<MessageId extends string = string, Options = unknown> {
  readonly rule: Rule<MessageId, Options>;
  /** A file is parsed only if it contains one of these texts for one of the active rules. */
  readonly needles: readonly string[];
  /** Loads what `find` needs (large fact files), once per run. */
  readonly prepare?: () => Promise<void>;
  readonly find: (context: CfnContext<Options>) => Iterable<FindingDraft<MessageId>>;
  /** How concurrency fits the account, asked for once for each unit; undefined where nothing is reserved in it. */
  readonly planConcurrency?: (context: CfnContext<Options>) => ConcurrencyPlan | undefined;
}

export function defineCfnFixer<MessageId extends string, Options>(
  fixer: CfnFixer<MessageId, Options>,
): CfnFixer<MessageId, Options> {
  return fixer;
}

export interface ProgramContext<Options = unknown> {
  readonly program: Program;
  readonly editor: ProgramEditor;
  readonly options: Options;
  /** `YYYY-MM-DD`. */
  readonly today: string;
  /** The accounts and regions that the sources are deployed to; none where nothing is known. */
  readonly accounts: readonly AccountFigures[];
  readonly refused?: RefusedReservations | undefined;
  /** The major version of @pulumi/aws that the project asks for; undefined where it does not tell. */
  readonly awsMajor: number | undefined;
  /** The stacks whose configuration lies beside the project. */
  readonly stacks: readonly StackConfig[];
}

/** What a stack of a Pulumi project is configured with. */
export interface StackConfig {
  readonly name: string;
  /** Plain values by key, without the namespace of the key; secrets and structures are left out. */
  readonly config: ReadonlyMap<string, string>;
}

/** HOW a rule is detected and mended in Pulumi TypeScript. Findings are about resources and nodes of `program.model`. */
export interface PulumiTransform<MessageId extends string = string, Options = unknown> {
  readonly rule: Rule<MessageId, Options>;
  /** A file is parsed only if it contains one of these texts for one of the active rules. */
  readonly needles: readonly string[];
  /** Loads what `find` needs (large fact files), once per run. */
  readonly prepare?: () => Promise<void>;
  readonly find: (context: ProgramContext<Options>) => Iterable<FindingDraft<MessageId>>;
  /** As for templates. */
  readonly planConcurrency?: (context: ProgramContext<Options>) => ConcurrencyPlan | undefined;
}

export function definePulumiTransform<MessageId extends string, Options>(
  transform: PulumiTransform<MessageId, Options>,
): PulumiTransform<MessageId, Options> {
  return transform;
}

/** Everything known of one rule; `rules/catalog.ts` lists these, loading each part on demand. */
export interface CatalogEntry {
  readonly id: string;
  readonly needles: readonly string[];
  readonly rule: () => Promise<Rule>;
  readonly cfnFixer?: () => Promise<CfnFixer>;
  /** Those of the transform. */
  readonly programNeedles?: readonly string[];
  readonly transform?: () => Promise<PulumiTransform>;
}

export type Catalog = readonly CatalogEntry[];

/** Fills the `{placeholders}` of a message; `{unit}` is what the finding is in: template or program. */
export function renderMessage(message: Message, data: MessageData = {}): string {
  return message.text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(data[name] ?? whole));
}
