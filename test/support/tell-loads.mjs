// Preloaded into a process: tells each module that is imported on the fourth pipe, one URL a line.
import { writeSync } from 'node:fs';
import { register } from 'node:module';
import { isMainThread } from 'node:worker_threads';

if (isMainThread) register(import.meta.url);

export async function load(url, context, next) {
  writeSync(3, `${url}\n`);
  return next(url, context);
}
