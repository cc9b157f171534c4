import type { ConcurrencyPlan, ProgramContext } from '../rule.js';
import type { Template } from '../template/template.js';
import { decoratorAround } from '../program/decorators.js';
import { ProgramEditor } from '../program/editor.js';
import type { ProgramFile } from '../program/file.js';
import { Program } from '../program/program.js';
import type { Project } from '../program/values.js';
import { Collector } from './collector.js';
import { type DetectSettings, type Detection, isShown } from './detect.js';
import type { FixerPool, Loaded } from './fixers.js';
import { generatedProgram } from './generated-program.js';
import { moduleAmong } from './modules.js';
import type { ProjectFacts } from './pulumi-project.js';
import { suppress } from './suppress.js';
import { directivesInProgram } from './suppress-program.js';
import type { FileSettings } from './types.js';

/** One file of a program, and how it is to be treated. */
export interface ProgramMember {
  readonly file: ProgramFile;
  readonly settings: FileSettings;
  /** Read to understand the others: nothing is said of it, and nothing changes it. */
  readonly isContext: boolean;
}

export interface ProgramDetection {
  /** By file, in the order of the members. */
  readonly detections: readonly Detection[];
  /** The resources of the program, to compare with what they are after an edit. */
  readonly model: Template;
}

export interface ProgramSettings extends DetectSettings {
  readonly project: ProjectFacts;
}

/** Runs the active rules over all files of a program together. Each finding belongs to the file that its place is in. */
export async function detectProgram(
  members: readonly ProgramMember[],
  pool: FixerPool,
  settings: ProgramSettings,
): Promise<ProgramDetection> {
  const files = members.map(({ file }) => file);
  const [first] = members;
  const program = new Program({ files, resolve: moduleResolver(files) });
  const transforms = first ? await transformsFor(members, pool) : [];
  const context = new Set(members.flatMap(({ file, isContext }) => (isContext ? [file.path] : [])));
  const collector = collectorFor(program, settings, context);
  const editor = new ProgramEditor(program);
  for (const { loaded, options, accounts, refused } of transforms) {
    const given: ProgramContext = {
      program,
      editor,
      options,
      today: settings.today,
      accounts,
      refused,
      ...settings.project,
    };
    collector.run(loaded.part, given, settings);
  }
  const failures = pool.takeFailures();
  const findings = collector.findings();
  const crashed = new Set(collector.problems.map(({ rule }) => rule));
  const planned = planMember(members, collector.concurrency);
  const detections = members.map(({ file, settings: own, isContext }, index): Detection => {
    if (isContext) return { findings: [], suppressed: [], suppressionProblems: [], problems: [] };
    const here = findings.filter((finding) => finding.file === file.path && own.rules.has(finding.rule));
    const judged = suppress(file.path, here, directivesInProgram(file, program), {
      isKnown: (rule) => pool.has(rule),
      isJudged: (rule) => own.rules.has(rule) && pool.runs('program', rule) && !crashed.has(rule),
    });
    const maker = collector.makers.get(file.path);
    return {
      findings: judged.left.filter((finding) => isShown(finding, own)),
      suppressed: judged.suppressed.filter((finding) => isShown(finding, own)),
      suppressionProblems: judged.problems,
      problems: index === 0 ? [...failures, ...collector.problems] : [],
      ...(maker === undefined ? {} : { generatedBy: maker }),
      ...(index === planned && collector.concurrency ? { concurrency: collector.concurrency } : {}),
    };
  });
  return { detections, model: program.model };
}

/** The member in whose report the plan of the program stands: the file of the first function in it, else the first file. */
function planMember(members: readonly ProgramMember[], plan: ConcurrencyPlan | undefined): number {
  const own = members.findIndex(({ file, isContext }) => !isContext && file.path === plan?.functions[0]?.file);
  return own === -1 ? members.findIndex(({ isContext }) => !isContext) : own;
}

interface Active extends Pick<ProgramContext, 'options' | 'accounts' | 'refused'> {
  readonly loaded: Loaded<'program'>;
}

/** Every transform that is active in some file, with the options of the first such file. */
async function transformsFor(members: readonly ProgramMember[], pool: FixerPool): Promise<Active[]> {
  const active = new Map<string, Active>();
  const texts = members.map(({ file }) => file.text);
  const asked = new Set<FileSettings['rules']>();
  for (const { file, settings, isContext } of members) {
    // Files with the same rules ask for the same transforms, and all texts are searched for each question.
    if (isContext || asked.has(settings.rules)) continue;
    asked.add(settings.rules);
    for (const loaded of await pool.loadFor('program', file.path, texts, settings)) {
      if (active.has(loaded.id)) continue;
      const options = settings.rules.get(loaded.id)?.options ?? loaded.part.rule.options?.defaults ?? {};
      active.set(loaded.id, { loaded, options, accounts: settings.accounts ?? [], refused: settings.refused });
    }
  }
  return [...active.values()];
}

function collectorFor(program: Program, settings: DetectSettings, context: ReadonlySet<string>): Collector {
  const [first] = program.project.files;
  if (!first) throw new RangeError('a program has at least one file');
  return new Collector({
    file: first.path,
    noun: program.model.noun,
    isOpaque: false,
    includeGenerated: settings.includeGenerated,
    placeOf: ({ node, resource, span }) => {
      const origin = program.originOf(node);
      const file = origin?.place.file ?? (resource && program.of(resource)?.file) ?? first;
      const own = origin ? { start: origin.node.start ?? 0, end: origin.node.end ?? 0 } : node.span;
      return { source: file.source, span: span ?? own };
    },
    describe: ({ resource }) => resource && { id: resource.id, type: program.of(resource)?.token ?? resource.type },
    makerOf: (source) => generatedProgram(source),
    sourceOf: (file) => program.project.files.find(({ path }) => path === file)?.source,
    isContext: (file) => context.has(file),
    unreadAt: (path, span) => {
      const file = program.project.files.find((each) => each.path === path);
      const decorator = file && decoratorAround(file, span);
      return decorator && `${decorator} may put something else in the place of what its class says`;
    },
  });
}

/** The file of the program that a relative import means, as TypeScript looks it up; asked for the same ones again and again. */
function moduleResolver(files: readonly ProgramFile[]): Project['resolve'] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const known = new Map<ProgramFile, Map<string, ProgramFile | undefined>>();
  return (from, module) => {
    if (!module.startsWith('.')) return undefined;
    const own = known.get(from) ?? new Map<string, ProgramFile | undefined>();
    known.set(from, own);
    if (!own.has(module)) {
      const found = moduleAmong(from.path, module, (file) => byPath.has(file));
      own.set(module, found === undefined ? undefined : byPath.get(found));
    }
    return own.get(module);
  };
}
