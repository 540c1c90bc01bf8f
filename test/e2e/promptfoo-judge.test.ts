import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type OpenaiServer, startOpenaiServer } from '../servers/openai.ts';
import { createProject, type Project, projectConfig, writeDataset } from './promptfoo.ts';

let project: Project | undefined;
let server: OpenaiServer | undefined;
afterEach(async () => {
  vi.unstubAllEnvs();
  await project?.remove();
  await server?.close();
});

/** Five runs of promptfoo, on a busy machine. */
const FIVE_RUNS_MS = 300_000;

describe('a provider of promptfoo’s as judge, through the command line', () => {
  it('makes 8 requests for 8 samples, with and without --no-cache, twice', {
    timeout: FIVE_RUNS_MS,
  }, async () => {
    server = await startOpenaiServer();
    const judgeOptions = { baseUrl: server.baseUrl, timeoutMs: 20_000 };
    project = await createProject(
      projectConfig({
        datasets: ['set'],
        prompts: ['two-level'],
        provider: { judge: 'promptfoo:openai:chat:gpt-4.1', judgeOptions, preview: 'none' },
      }),
    );
    await writeDataset(project, 'set', 2);
    vi.stubEnv('OPENAI_API_KEY', 'a key for the test');
    const requests = async (store: string, ...args: string[]) => {
      // A store of its own for each run: promptfoo's cache, on its disk, is the one under test.
      vi.stubEnv('PROMPTFOO_IQA_STORE', join(project?.folder ?? '', store));
      const before = server?.requests.length ?? 0;
      const { output, log } = (await project?.evaluate('-n', '1', ...args)) ?? {};
      const [row] = output?.results.results ?? [];
      expect(row?.response?.error, log).toBeUndefined();
      return (server?.requests.length ?? 0) - before;
    };
    expect(await requests('first.db')).toBe(8);
    expect(await requests('second.db')).toBe(8);
    expect(await requests('third.db', '--no-cache')).toBe(8);
    expect(await requests('third.db', '--no-cache')).toBe(8);
    // With its answers in the store, a run asks for nothing.
    expect(await requests('first.db')).toBe(0);
  });
});
