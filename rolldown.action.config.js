/** The GitHub Action as the one file that a runner takes from the repository; made of the sources, not of `dist`. */
import { defineConfig } from 'rolldown';
import { factsAsText, licences } from './rolldown.config.js';

export default defineConfig({
  input: 'action/index.ts',
  platform: 'node',
  resolve: { mainFields: ['module', 'main'], extensionAlias: { '.js': ['.ts', '.js'] } },
  checks: { ineffectiveDynamicImport: false },
  plugins: [factsAsText(), licences()],
  output: {
    dir: 'action/dist',
    format: 'esm',
    entryFileNames: 'index.js',
    codeSplitting: false,
    minify: true,
  },
});
