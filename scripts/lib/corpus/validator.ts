import { Buffer } from 'node:buffer';
import type { Engine, StandardDiagnostic } from '@aws/cloudformation-validate';

export interface Comparison {
  /** What the validator says after the fix and did not say before. */
  readonly fresh: readonly string[];
  /** The same of severity INFO and DEBUG: advice. */
  readonly advice: readonly string[];
  /** New, and known to be wrong. */
  readonly allowed: readonly string[];
}

/** Bugs of the validator: diagnostics that are wrong, with the reason. */
const ownBugs: readonly { readonly matches: RegExp; readonly reason: string }[] = [];

/** Compares what the independent validator says about a text before and after. */
export class Validator {
  private constructor(private engine: Engine) {}

  static async start(): Promise<Validator> {
    return new Validator(await newEngine());
  }

  /** @throws {Error} when the validator itself fails; it is usable afterwards. */
  async compare(file: string, before: string, after: string): Promise<Comparison> {
    try {
      const known = countBy(this.diagnostics(file, before).map(keyOf));
      const fresh: StandardDiagnostic[] = [];
      for (const diagnostic of this.diagnostics(file, after)) {
        const left = known.get(keyOf(diagnostic)) ?? 0;
        if (left > 0) known.set(keyOf(diagnostic), left - 1);
        else fresh.push(diagnostic);
      }
      return sort(fresh);
    } catch (error) {
      // A panic leaves the module's memory in disorder.
      this.engine = await newEngine();
      throw error;
    }
  }

  private diagnostics(path: string, text: string): readonly StandardDiagnostic[] {
    return this.engine.validateStandard({ path, readBytes: () => Buffer.from(text) }).diagnostics;
  }
}

async function newEngine(): Promise<Engine> {
  const { CelEngine } = await import('@aws/cloudformation-validate');
  return new CelEngine();
}

function sort(diagnostics: readonly StandardDiagnostic[]): Comparison {
  const fresh: string[] = [];
  const advice: string[] = [];
  const allowed: string[] = [];
  for (const diagnostic of diagnostics) {
    const line = `${keyOf(diagnostic)}: ${diagnostic.message}`;
    const bug = ownBugs.find(({ matches }) => matches.test(line));
    if (bug) allowed.push(`${line} (${bug.reason})`);
    else if (diagnostic.severity === 'INFO' || diagnostic.severity === 'DEBUG') advice.push(line);
    else fresh.push(line);
  }
  return { fresh, advice, allowed };
}

/** Rule and place, without lines and list positions: both shift. */
function keyOf({ ruleId, entity, propertyPath = '' }: StandardDiagnostic): string {
  const place = propertyPath.replaceAll(/(?<=[./[]|^)\d+(?=[./\]]|$)/g, '*');
  return `${ruleId} ${entity ? `${entity.entityType} ${entity.logicalId}` : 'Template'} ${place}`;
}

function countBy(keys: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}
