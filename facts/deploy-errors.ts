/**
 * Errors of deployments by class, for those that no rule mends: loaded by `diagnose` and `explain` only.
 * test/facts.test.ts holds the file to its schema.
 */
import file from './deploy-errors.json' with { type: 'json' };

/** Who refuses: the service, CloudFormation, a linter, Pulumi, the TypeScript compiler, the code at run time, the surroundings of the command. */
export type DeployStage = 'aws' | 'cfn' | 'lint' | 'pulumi' | 'tsc' | 'runtime' | 'env';

export interface DeployErrors {
  /** What each class usually means, and where to look. */
  readonly classes: Readonly<Record<string, { readonly usually: string; readonly look: string }>>;
  /** Where several match a text, the highest priority (0 where none is given) holds, then the first. */
  readonly signatures: readonly {
    readonly class: string;
    readonly stage: DeployStage;
    /** Source of a regular expression over the text on one line; every repetition in it is bounded. */
    readonly pattern: string;
    readonly priority?: number;
  }[];
}

/** Source: error texts of public reports, of cfn-lint and of the TypeScript compiler. */
export const deployErrors: DeployErrors = file.data as DeployErrors;
