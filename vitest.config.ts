import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Tests that start processes first, so that no long file is left to run alone at the end. */
class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification) => /\/test\/(e2e|browser)\//.test(moduleId);
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/folders-of-their-own.ts',
    setupFiles: ['test/temporary-folder.ts', 'test/lasting-worker.ts'],
    testTimeout: 120_000,
    // Most of the time goes by in processes that tests start: two files at once, on two cores too.
    maxWorkers: 2,
    sequence: { sequencer: LongFirst },
  },
});
