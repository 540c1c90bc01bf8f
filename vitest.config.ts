import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/folders-of-their-own.ts',
    testTimeout: 120_000,
    // Most of the time goes by in processes that tests start: two files at once, on two cores too.
    maxWorkers: 2,
  },
});
