import { createRequire } from 'node:module';
import type { Resource, RunOutcome } from './engine.js';
import { withAssets } from './assets.js';
import { kebab } from './drive.js';
import { type Flat, flatten } from './flatten.js';
import type { Monitor, OutputsRequest, Pulumi, Register, Request } from './pulumi.js';

const load = createRequire(import.meta.url);
const pulumi = load('@pulumi/pulumi') as Pulumi;
const registration = load('@pulumi/pulumi/runtime/resource') as Record<'registerResource' | 'readResource', Register>;

/** Properties by resource, those too that only a provider knows. */
const properties = new Map<string, readonly string[]>();
let rejected: unknown;

noteProperties('registerResource');
noteProperties('readResource');
answerConfig();
process.on('unhandledRejection', (reason) => {
  rejected ??= reason;
});

/** Runs a program to its end, and says what it created or why it does not run. */
export async function outcomeOf(program: () => Flat): Promise<RunOutcome> {
  rejected = undefined;
  properties.clear();
  try {
    await pulumi.runtime.setMocks({ newResource, call }, 'project', 'dev', false);
    const recorder = new Recorder(pulumi.runtime.getMonitor());
    const exported = program();
    await settle();
    const outputs = await outputsOf(exported);
    await settle();
    if (rejected !== undefined) throw rejected;
    return { kind: 'graph', resources: recorder.resources(outputs) };
  } catch (error) {
    return { kind: 'failed', because: String(error instanceof Error ? error.message : error).split('\n')[0] ?? '' };
  }
}

/** Keeps what the program tells the engine. */
class Recorder {
  private readonly found = new Map<
    string,
    { readonly type: string; readonly name: string; readonly lines: string[] }
  >();

  constructor(monitor: Monitor) {
    const registerResource = monitor.registerResource.bind(monitor);
    monitor.registerResource = async (request, callback) => {
      this.note(request);
      await registerResource(request, callback);
    };
    const registerResourceOutputs = monitor.registerResourceOutputs.bind(monitor);
    monitor.registerResourceOutputs = (request, callback) => {
      this.noteOutputs(request);
      registerResourceOutputs(request, callback);
    };
  }

  resources(outputs: readonly string[]): Resource[] {
    const stack = { type: 'pulumi:pulumi:Stack', name: 'exports', lines: [...outputs] };
    return [...this.found.values(), ...(outputs.length > 0 ? [stack] : [])];
  }

  private note(request: Request): void {
    const [type, name] = [request.getType(), request.getName()];
    const key = `${type} ${name}`;
    if (this.found.has(key)) rejected ??= new Error(`two resources are called ${name} (${type})`);
    const object = request.getObject();
    const given = withAssets(pulumi.runtime.deserializeProperties(object), object.toJavaScript());
    const inputs = flatten(given).filter((line) => line !== ': {}');
    this.found.set(key, { type, name, lines: [...inputs, ...optionsOf(request)] });
  }

  private noteOutputs(request: OutputsRequest): void {
    const name = nameIn(request.getUrn());
    const outputs = flatten(pulumi.runtime.deserializeProperties(request.getOutputs()), 'outputs');
    for (const resource of this.found.values()) if (resource.name === name) resource.lines.push(...outputs);
  }
}

/** Options as the engine sees them; what a resource depends on through its inputs is no option. */
function optionsOf(request: Request): string[] {
  const implied = new Set<string>();
  request.getPropertydependenciesMap().forEach((each) => {
    for (const urn of each.getUrnsList()) implied.add(urn);
  });
  const explicit = request.getDependenciesList().filter((urn) => !implied.has(urn));
  const options = {
    parent: request.getParent() === '' ? undefined : nameIn(request.getParent()),
    dependsOn: explicit.length === 0 ? undefined : explicit.map(nameIn).toSorted(),
    provider: request.getProvider() === '' ? undefined : nameIn(request.getProvider()),
    protect: request.getProtect() || undefined,
    retainOnDelete: request.getRetainondelete() || undefined,
    deleteBeforeReplace: request.getDeletebeforereplace() || undefined,
    ignoreChanges: request.getIgnorechangesList().length === 0 ? undefined : request.getIgnorechangesList(),
  };
  return Object.values(options).some((value) => value !== undefined) ? flatten(options, 'options') : [];
}

function nameIn(urn: string): string {
  return urn.split('::')[3] ?? urn;
}

function noteProperties(name: 'registerResource' | 'readResource'): void {
  const original = registration[name];
  registration[name] = (resource, parent, type, logicalName, ...rest) => {
    const props = rest.find((each) => typeof each === 'object' && each !== null) ?? {};
    properties.set(`${String(type)} ${String(logicalName)}`, Object.keys(props));
    return original(resource, parent, type, logicalName, ...rest);
  };
}

/** What a provider would compute says where it comes from. */
function newResource({ type, name, inputs }: { type: string; name: string; inputs: Flat }): object {
  const known = properties.get(`${type} ${name}`) ?? [];
  const computed = Object.fromEntries(known.map((key) => [key, `\${${name}.${key}}`]));
  return { id: `\${${name}.id}`, state: { ...computed, ...inputs } };
}

const account = '111122223333';
const answers: Readonly<Record<string, Flat>> = {
  'aws:index/getCallerIdentity:getCallerIdentity': { accountId: account, userId: 'user' },
  'aws:index/getRegion:getRegion': { name: 'us-east-1', region: 'us-east-1', id: 'us-east-1' },
  'aws:index/getPartition:getPartition': { partition: 'aws', dnsSuffix: 'amazonaws.com' },
  'aws:index/getAvailabilityZones:getAvailabilityZones': { names: ['us-east-1a', 'us-east-1b'] },
};

function call({ token, inputs }: { token: string; inputs: Flat }): Flat {
  return { ...inputs, arn: `\${${token}}`, json: JSON.stringify(inputs), ...answers[token] };
}

/** Configuration that a program cannot do without: each text is its own key, in letters that a guard lets pass. */
function answerConfig(): void {
  const { prototype } = pulumi.Config;
  const get = prototype['get'] as (this: unknown, key: string) => string | undefined;
  function text(this: unknown, key: string): string {
    return get.call(this, key) ?? kebab(key);
  }
  prototype['require'] = text;
  prototype['requireSecret'] = function (this: unknown, key: string) {
    return pulumi.secret(text.call(this, key));
  };
  prototype['requireNumber'] = () => 1;
  prototype['requireBoolean'] = () => false;
  prototype['requireObject'] = () => ({});
}

async function settle(): Promise<void> {
  // Callbacks of `apply` may create resources, so it takes several rounds until nothing is under way.
  for (let round = 0; round < 5; round++) {
    await pulumi.runtime.waitForRPCs();
    await new Promise((resolve) => {
      setTimeout(resolve, 2);
    });
  }
}

/** The stack's outputs. */
async function outputsOf(exported: Flat): Promise<string[]> {
  const lines: string[] = [];
  for (const [name, value] of Object.entries(exported)) {
    if (typeof value === 'function') continue;
    const plain = pulumi.Resource.isInstance(value) ? value.urn : value;
    const resolved = await pulumi.output(plain).promise();
    lines.push(...flatten(resolved, name));
  }
  return lines;
}
