import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

/**
 * Runs once before all tests; its variables reach every test and every process that one starts. So no
 * test touches the answer store, the database or the cache of the person who runs them, however it calls
 * the code under test.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'iqa-test-'));
  for (const name of OF_THE_PERSON) delete process.env[name];
  project.provide('testFolder', folder);
  process.env.PROMPTFOO_CONFIG_DIR = join(folder, '.promptfoo');
  // Hundreds of processes compile the same code: promptfoo's and this package's.
  process.env.NODE_COMPILE_CACHE = join(folder, 'compiled');
  return () => rm(folder, { recursive: true, force: true, maxRetries: 3 });
}

declare module 'vitest' {
  interface ProvidedContext {
    /** Holds all that the tests write; removed after them. */
    testFolder: string;
  }
}

/** Settings that would lead elsewhere, or change what a test expects. */
const OF_THE_PERSON = [
  'PROMPTFOO_CACHE_ENABLED',
  'PROMPTFOO_CACHE_PATH',
  'PROMPTFOO_CACHE_TYPE',
  'PROMPTFOO_FAILED_TEST_EXIT_CODE',
  'PROMPTFOO_PASS_RATE_THRESHOLD',
  'PROMPTFOO_IQA_MODE',
  'PROMPTFOO_IQA_REPORT',
  'PROMPTFOO_IQA_STORE',
  'GITHUB_STEP_SUMMARY',
];
