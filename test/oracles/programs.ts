import { existsSync, readFileSync } from 'node:fs';
import { type Fixture, listFixtures } from '../support/fixture.js';

/** The major versions of @pulumi/aws that programs are judged with. */
export const majors = [6, 7] as const;
export type Major = (typeof majors)[number];

/** A program of a fixture that a transform changes. */
export interface ChangedProgram {
  readonly name: string;
  readonly before: string;
  readonly after: string;
  readonly majors: readonly Major[];
  readonly graphPath: string;
}

/** The programs among the fixtures that have an output. */
export function changedPrograms(): ChangedProgram[] {
  return listFixtures()
    .filter(({ extension, outputPath }) => extension === 'ts' && existsSync(outputPath))
    .map((fixture) => ({
      name: `${fixture.rule}/${fixture.name}`,
      before: fixture.input,
      after: readFileSync(fixture.outputPath, 'utf8'),
      majors: majorsOf(fixture),
      graphPath: fixture.outputPath.replace(/\.output\.ts$/, '.graph.txt'),
    }));
}

/** Both majors, unless the fixture says which one its project asks for. */
function majorsOf({ config }: Fixture): readonly Major[] {
  const { awsMajor } = config;
  return awsMajor === undefined ? majors : majors.filter((major) => major === awsMajor);
}
