/** What the oracles use of Pulumi's runtime. Its own types are not there before the oracles are installed. */
import type { Flat } from './flatten.js';

/** A resource that is to be registered, as the engine is told of it. */
export interface Request {
  getType(): string;
  getName(): string;
  getParent(): string;
  getObject(): { toJavaScript(): unknown };
  getDependenciesList(): string[];
  getPropertydependenciesMap(): { forEach(callback: (each: { getUrnsList(): string[] }) => void): void };
  getProvider(): string;
  getProtect(): boolean | undefined;
  getRetainondelete(): boolean | undefined;
  getDeletebeforereplace(): boolean | undefined;
  getIgnorechangesList(): string[];
}

export interface OutputsRequest {
  getUrn(): string;
  getOutputs(): unknown;
}

export interface Monitor {
  registerResource(request: Request, callback: unknown): Promise<void>;
  registerResourceOutputs(request: OutputsRequest, callback: unknown): void;
}

export type Register = (
  resource: unknown,
  parent: unknown,
  type: unknown,
  name: unknown,
  ...rest: readonly unknown[]
) => unknown;

export interface Pulumi {
  readonly Config: { readonly prototype: Record<string, unknown> };
  readonly Resource: { isInstance(value: unknown): value is { readonly urn: unknown } };
  output(value: unknown): { promise(): Promise<unknown> };
  secret(value: unknown): unknown;
  readonly runtime: {
    setMocks(mocks: object, project: string, stack: string, preview: boolean): Promise<void>;
    getMonitor(): Monitor;
    waitForRPCs(): Promise<void>;
    deserializeProperties(outputs: unknown): Flat;
  };
}
