import { defineConfig } from 'vitest/config';

const report = process.env['STACKMEND_ORACLE_REPORT'];

/** The oracles stand apart from the main suite: they install Pulumi itself, and take their time. */
export default defineConfig({
  test: {
    include: ['test/oracles/*.oracle.ts'],
    globalSetup: ['test/oracles/install.ts'],
    reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
    testTimeout: 60_000,
    hookTimeout: 300_000,
    // A graph that nobody has looked at is no expectation: only `--update` writes one.
    update: 'none',
  },
});
