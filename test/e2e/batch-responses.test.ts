import { afterEach, expect, it } from 'vitest';
import type { BatchServer } from '../servers/batches.ts';
import { startOpenaiBatchServer } from '../servers/openai-batch.ts';
import { batchProject, collect, IMAGES, QUESTIONS, submit } from './batch-runs.ts';
import type { Project, Run } from './promptfoo.ts';

let project: Project | undefined;
let server: Pick<BatchServer, 'close'> | undefined;
afterEach(async () => {
  await project?.remove();
  await server?.close();
});

const scoresOf = (run: Run) =>
  run.output?.results.results
    .filter((row) => row.metadata?.iqaCorrelation === undefined)
    .map((row) => [row.vars.image, row.promptIdx, row.namedScores.score])
    .sort((a, b) => String(a).localeCompare(String(b)));

it('a batch through Responses uploads each image once, and an evaluation goes on with the uploads', {
  timeout: 180_000,
}, async () => {
  const openai = await startOpenaiBatchServer({
    polls: 0,
    // The first request is refused for good: the evaluation asks it in the ordinary way.
    fault: (index) => (index === 0 ? 'error' : undefined),
  });
  server = openai;
  const { baseUrl } = openai;
  project = await batchProject({
    judgeOptions: { baseUrl, api: 'responses', imageTransfer: 'upload' },
  });
  const images = () => [...openai.uploads.values()].filter(({ type }) => type === 'image/png');
  expect((await submit(project)).log).toContain('submitted 27 requests to openai:gpt-4.1');
  // The image itself and its four copies.
  expect(images()).toHaveLength(IMAGES * 5);
  const lines = openai.submitted.map(({ body }) => JSON.stringify(body));
  expect(lines).toHaveLength(QUESTIONS);
  for (const line of lines) {
    expect(line).not.toContain('base64');
    expect(line).toContain('"file_id"');
    expect(line).toContain('message.output_text.logprobs');
    // A request is no longer than its words.
    expect(line.length).toBeLessThan(1500);
  }
  expect(new Set(images().map(({ bytes }) => bytes.toString('base64'))).size).toBe(IMAGES * 5);
  const collected = await collect(project);
  expect(collected.log).toMatch(/submitted 27, done 26, failed 1/);

  const run = await project.evaluate();
  expect(openai.directCalls()).toBe(1);
  // Of the one question that it asked itself nothing was uploaded again.
  expect(images()).toHaveLength(IMAGES * 5);
  expect(run.exitCode).toBe(0);
  const direct = await project.evaluate('--no-cache');
  expect(scoresOf(direct)).toEqual(scoresOf(run));
  expect(images()).toHaveLength(IMAGES * 5);
});
