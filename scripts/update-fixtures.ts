/** Writes the outputs and reports of all fixtures, or of one rule's: `npm run update-fixtures -- <rule-id>`. Read them before you commit them. */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { listFixtures, runFixture } from '../test/support/fixture.js';

for (const fixture of listFixtures(process.argv[2])) {
  const { output, report } = await runFixture(fixture, fixture.input);
  writeFileSync(fixture.reportPath, report);
  if (output !== fixture.input) writeFileSync(fixture.outputPath, output);
  else if (existsSync(fixture.outputPath)) rmSync(fixture.outputPath);
  console.log(`${fixture.rule}/${fixture.name}: ${output === fixture.input ? 'unchanged' : 'changed'}`);
}
