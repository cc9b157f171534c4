import { defineConfig } from 'vitest/config';

/** Faults at every call, generated from the log of a clean run: too long for every test run. */
export default defineConfig({ test: { include: ['test/**/*.matrix.ts'], testTimeout: 600_000 } });
