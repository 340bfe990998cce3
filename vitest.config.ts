import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const door = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  resolve: {
    alias: [
      { find: /^wavetank$/, replacement: door('./src/index.ts') },
      { find: /^wavetank\/sim$/, replacement: door('./src/sim/index.ts') },
    ],
  },
  test: {
    include: ['{src,examples,scenarios,properties,test,bench}/**/*.test.ts'],
    // Far more than any test takes, also on a machine that does other things at the same time.
    testTimeout: 300_000,
    pool: 'forks',
    // Two cores are the least that is supposed; by default vitest would leave one of them idle.
    maxWorkers: 2,
  },
});
