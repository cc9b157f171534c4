// The command line in a process of its own, with the test catalog: what test/cli/process.test.ts starts.
import { main } from '../../cli/main.js';
import { testCatalog } from './test-catalog.js';

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

process.exitCode = await main(process.argv.slice(2), { catalog: async () => testCatalog });
