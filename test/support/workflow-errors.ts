// Reads a JSON list of workflows of GitHub Actions and writes the list of what is wrong with each.
import { text } from 'node:stream/consumers';
import { NoOperationTraceWriter, parseWorkflow } from '@actions/workflow-parser';

const contents = JSON.parse(await text(process.stdin)) as readonly string[];
const errors = contents.map((content) =>
  parseWorkflow({ name: 'workflow.yml', content }, new NoOperationTraceWriter()).context.errors.getErrors().map(String),
);
process.stdout.write(JSON.stringify(errors));
