import { Buffer } from 'node:buffer';
import type { Engine, StandardDiagnostic } from '@aws/cloudformation-validate';
import { plainValue } from './plain-value.js';
import { bugBehind } from './validator-bugs.js';

export interface Comparison {
  /** What the validator says after the fix and did not say before. */
  readonly fresh: readonly string[];
  /** The same of severity INFO and DEBUG: advice. */
  readonly advice: readonly string[];
  /** New, and known to be wrong. */
  readonly allowed: readonly string[];
}

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
      const all = this.diagnostics(file, after);
      const fresh = all.filter((diagnostic) => {
        const left = known.get(keyOf(diagnostic)) ?? 0;
        known.set(keyOf(diagnostic), left - 1);
        return left <= 0;
      });
      return sort(fresh, all, after);
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

function sort(fresh: readonly StandardDiagnostic[], all: readonly StandardDiagnostic[], text: string): Comparison {
  const result = { fresh: new Array<string>(), advice: new Array<string>(), allowed: new Array<string>() };
  if (fresh.length === 0) return result;
  const evidence = { after: plainValue(text), all };
  for (const diagnostic of fresh) {
    const line = `${keyOf(diagnostic)}: ${diagnostic.message}`;
    const bug = bugBehind(diagnostic, evidence);
    if (bug !== undefined) result.allowed.push(`${diagnostic.ruleId}: ${bug}`);
    else if (diagnostic.severity === 'INFO' || diagnostic.severity === 'DEBUG') result.advice.push(line);
    else result.fresh.push(line);
  }
  return result;
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
