import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { type OpenaiServer, startOpenaiServer } from '../servers/openai.ts';
import {
  createProject,
  makePromptfooDatabase,
  type Project,
  projectConfig,
  writeDataset,
} from './promptfoo.ts';

const TEN_MINUTES_MS = 600_000;

let projects: Project[] = [];
let server: OpenaiServer | undefined;
afterEach(async () => {
  vi.unstubAllEnvs();
  await server?.close();
  await Promise.all(projects.map((project) => project.remove()));
  projects = [];
});

async function project(images: number, provider: object): Promise<Project> {
  const made = await createProject(
    projectConfig({
      datasets: ['blur'],
      prompts: ['qdebias'],
      provider: { judge: 'openai:m', preview: 'none', ...provider },
    }),
  );
  projects.push(made);
  await writeDataset(made, 'blur', images);
  return made;
}

it(
  'two evaluations at once on one store buy every question once',
  async () => {
    // The first evaluation waits at its four questions until the second one, on a busy machine too, has begun.
    server = await startOpenaiServer({
      delayMs: () => ((server?.requests.length ?? 0) <= 4 ? 20_000 : 500),
    });
    const judgeOptions = { baseUrl: server.baseUrl, maxConcurrency: 4 };
    const both = [await project(6, { judgeOptions }), await project(6, { judgeOptions })];
    // From the other end: where both ask for the same rows, one may come first to every question.
    const list = join(both[1]?.folder ?? '', 'blur/scores.csv');
    const [head = '', ...lines] = (await readFile(list, 'utf8')).trim().split('\n');
    await writeFile(list, `${[head, ...lines.reverse()].join('\n')}\n`);
    vi.stubEnv('PROMPTFOO_IQA_STORE', join(both[0]?.folder ?? '', 'answers.sqlite'));
    for (const each of both) await makePromptfooDatabase(each);
    const runs = await Promise.all(both.map((each) => each.evaluate()));
    for (const run of runs) expect(run.exitCode, run.log).toBe(0);
    const scores = runs.map(({ output }) =>
      Object.fromEntries(
        (output?.results.results ?? []).map(({ vars, response }) => [
          basename(String(vars.image)),
          (response?.output as { score?: number } | undefined)?.score,
        ]),
      ),
    );
    expect(Object.keys(scores[0] ?? {})).toHaveLength(6 + 1);
    expect(scores[0]).toEqual(scores[1]);
    const bodies = server.requests.map(({ body }) => JSON.stringify(body));
    expect(new Set(bodies).size).toBe(48);
    expect(bodies).toHaveLength(48);
    // Both have bought some of them: they were at it at the same time.
    const asked = runs.map(({ output }) =>
      (output?.results.results ?? []).filter(({ metadata }) =>
        (metadata?.answers as { reused: boolean }[] | undefined)?.some(({ reused }) => !reused),
      ),
    );
    for (const rows of asked) expect(rows.length).toBeGreaterThan(0);
  },
  TEN_MINUTES_MS,
);

it(
  'a budget buys the scores of as many images as it lasts for, and no halves of others',
  async () => {
    server = await startOpenaiServer({ delayMs: () => 50 });
    const { evaluate } = await project(8, {
      // 900 tokens a question, 8 questions an image.
      budgetUsd: 0.9 * 8 * 5.5,
      judgeOptions: {
        baseUrl: server.baseUrl,
        price: { inputUsdPerMillionTokens: 1000, outputUsdPerMillionTokens: 0 },
      },
    });
    const { output, exitCode } = await evaluate('-j', '6');
    expect(exitCode).toBe(100);
    const rows = (output?.results.results ?? []).filter(({ vars }) => vars.mos !== '');
    expect(rows).toHaveLength(8);
    const scored = rows.filter(({ error }) => !error);
    // The first ones, in order.
    expect(scored).toEqual(rows.slice(0, scored.length));
    // An image is expected to cost more than it does, by less than three times.
    expect(scored.length).toBeGreaterThanOrEqual(3);
    expect(scored.length).toBeLessThanOrEqual(5);
    for (const { error, metadata } of rows.slice(scored.length)) {
      expect(error).toContain('and the next image costs about');
      expect(metadata?.answers).toEqual([]);
    }
    expect(server.requests).toHaveLength(scored.length * 8);
  },
  TEN_MINUTES_MS,
);
