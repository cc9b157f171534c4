#!/usr/bin/env node
import module from 'node:module';

const entry = new URL('../dist/bin/main.js', import.meta.url);

// Node 22 and later keep what they compiled for the next run, in the folder for temporary files.
module.enableCompileCache?.();

// A reader that goes away (`| head`) must neither end a run half-way nor change its exit code.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

try {
  const { main } = await import(entry.href);
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const unbuilt = error?.code === 'ERR_MODULE_NOT_FOUND' && error.url === entry.href;
  console.error(unbuilt ? 'stackmend: not built yet; run `npm run build` in its folder first' : error);
  process.exitCode = 2;
}
