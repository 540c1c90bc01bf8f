import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it, vi } from 'vitest';
import type { ChatRequestBody } from '../servers/openai.ts';
import { contentOf, type OpenaiServer, startOpenaiServer } from '../servers/openai.ts';
import { createProject, type Project, projectConfig, writeDataset } from './promptfoo.ts';

const FIVE_MINUTES_MS = 300_000;
const IMAGES = 3;
const QUESTIONS_OF_QDEBIAS = 8;

let project: Project | undefined;
let server: OpenaiServer | undefined;
afterEach(async () => {
  vi.unstubAllEnvs();
  await project?.remove();
  await server?.close();
});

const promptFile = (name: string): Promise<string> =>
  readFile(fileURLToPath(new URL(`../../prompts/${name}.yaml`, import.meta.url)), 'utf8');

it(
  'asks only the questions of the column whose prompt file was changed',
  async () => {
    server = await startOpenaiServer();
    vi.stubEnv('OPENAI_API_KEY', 'a key for the test');
    const config = projectConfig({
      datasets: ['set'],
      provider: {
        judge: 'openai:gpt-4.1',
        judgeOptions: { baseUrl: server.baseUrl },
        preview: 'none',
      },
    });
    project = await createProject({
      ...config,
      prompts: ['two-level', 'qdebias'].map((name) => ({ id: `file://${name}.yaml`, label: name })),
    });
    await writeDataset(project, 'set', IMAGES);
    const twoLevel = await promptFile('two-level');
    await project.write('two-level.yaml', twoLevel);
    await project.write('qdebias.yaml', await promptFile('qdebias'));
    const asked = async (): Promise<string[]> => {
      const before = server?.requests.length ?? 0;
      const run = await project?.evaluate();
      expect(run?.output?.results.stats.errors, run?.log).toBe(0);
      return (server?.requests.slice(before) ?? []).map(
        ({ body }) => contentOf(body as ChatRequestBody).text,
      );
    };
    expect(await asked()).toHaveLength(IMAGES * (1 + QUESTIONS_OF_QDEBIAS));
    expect(await asked()).toEqual([]);
    await project.write(
      'two-level.yaml',
      twoLevel.replace('Rate the quality', 'Judge the quality'),
    );
    const again = await asked();
    expect(again).toHaveLength(IMAGES);
    for (const text of again) expect(text).toContain('Judge the quality');
    // Back to the words that were asked before: nothing is asked.
    await project.write('two-level.yaml', twoLevel);
    expect(await asked()).toEqual([]);
  },
  FIVE_MINUTES_MS,
);
