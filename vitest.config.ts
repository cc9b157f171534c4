import { defineConfig } from 'vitest/config';

const report = process.env['STACKMEND_REPORT'];

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
    testTimeout: 30_000,
  },
});
