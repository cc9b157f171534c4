import { defineConfig } from 'vitest/config';

const report = process.env['STACKMEND_MATRIX_REPORT'];

/** The fault matrices stand apart from the main suite: several hundred lives of a pull request, each with real git. */
export default defineConfig({
  test: {
    include: ['test/matrix/*.matrix.ts'],
    reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
