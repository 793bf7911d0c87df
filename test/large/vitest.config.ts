import { defineConfig } from 'vitest/config';

/** `npm run test:large`: networks at full size. Minutes each on a software adapter, so no part of `npm test`. */
export default defineConfig({
  test: {
    include: ['test/large/**/*.test.ts'],
    globalSetup: 'test/support/install_oracle.ts',
    reporters: ['./test/support/reporter.ts'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 3_600_000,
    hookTimeout: 300_000,
  },
});
