import type { Program } from '../../../../core/program/program.js';
import { type TemplateNode, type Value, toValue } from '../../../../core/template/node.js';
import type { WholeResource } from '../../../../test/oracles/engine.js';
import { EngineProcess } from '../../../../test/oracles/engine-process.js';
import { programOf } from '../../corpus/programs.js';
import { type Plain, isPlainMap } from '../../corpus/plain-value.js';
import { type PlainMap, textOf } from '../deployed.js';
import { logicalId, templateOf } from './graph.js';
import type { Texts } from './mutation.js';

/** What a program comes to, as a template, and how the rules' names of resources are those of the template. */
export interface Reading {
  readonly template: PlainMap;
  /** The ids in the template of a resource that the rules call so; several where one `new` creates several. */
  idsOf(resource: string): readonly string[];
}

/** Reads programs. Undefined where one cannot be read: it throws, or its text does not parse. */
export interface Reader {
  read(texts: Texts): Promise<Reading | undefined>;
  stop(): void;
}

/** Runs programs under Pulumi's mocks; shares nothing with the rules but the place of each resource in the text. */
export class RunReader implements Reader {
  private readonly engine = new EngineProcess();

  async read(texts: Texts): Promise<Reading | undefined> {
    const [entry] = [...texts.keys()].filter((file) => /^index\.[jt]s$/.test(file));
    const text = texts.get(entry ?? '');
    const program = programOf(texts);
    if (entry === undefined || text === undefined || !program) return undefined;
    const modules = Object.fromEntries([...texts].map(([file, each]) => [moduleOf(file), each]));
    const outcome = await this.engine.run({ text, major: 7, modules, whole: true });
    if (outcome.kind === 'failed') return undefined;
    const resources = outcome.resources.flatMap(({ whole }) => whole ?? []);
    return { template: templateOf(resources), idsOf: (resource) => idsAt(placeOf(program, resource), resources) };
  }

  stop(): void {
    this.engine.stop();
  }
}

function moduleOf(file: string): string {
  return `./${file.replace(/\.[jt]s$/, '')}`;
}

function placeOf(program: Program, id: string): string | undefined {
  const resource = program.of(id);
  return resource && `${moduleOf(resource.file.path)}@${resource.node.start}`;
}

function idsAt(place: string | undefined, resources: readonly WholeResource[]): string[] {
  return resources.flatMap(({ id, at }) => (at !== undefined && at === place ? [logicalId(id)] : []));
}

/** Takes the model's word for what a program comes to: for programs that need packages which are not there. */
export class ModelReader implements Reader {
  async read(texts: Texts): Promise<Reading | undefined> {
    const program = programOf(texts);
    if (!program) return undefined;
    return { template: plainModel(program.model.root), idsOf: (resource) => [resource] };
  }

  stop(): void {
    // Nothing runs.
  }
}

/** What only a run would tell is text of its own; each test of the program holds. */
function plainModel(root: TemplateNode): PlainMap {
  const template = plain(toValue(root));
  const map = isPlainMap(template) ? template : {};
  const { Conditions: conditions } = map;
  const known = Object.entries(isPlainMap(conditions) ? conditions : {}).map(
    ([name, condition]) => [name, typeof condition === 'string' ? { 'Fn::Equals': ['', ''] } : condition] as const,
  );
  return { ...map, Conditions: Object.fromEntries(known) };
}

function plain(value: Value): Plain {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [first] = entries;
  if (first?.[0] === 'Pulumi::Expression') return `<${textOf(plain(first[1]))}>`;
  return Object.fromEntries(entries.map(([key, entry]) => [key, plain(entry)]));
}
