import { once } from 'node:events';
import { afterEach, expect, it } from 'vitest';
import type { BatchServer } from '../servers/batches.ts';
import { startOpenaiBatchServer } from '../servers/openai-batch.ts';
import {
  batchProject,
  bodiesOf,
  collect,
  inStore,
  startSubmit,
  submit,
  untilWritten,
} from './batch-runs.ts';
import { makePromptfooDatabase, type Project } from './promptfoo.ts';

const TWO_MINUTES_MS = 120_000;
let project: Project | undefined;
let server: Pick<BatchServer, 'close'> | undefined;
afterEach(async () => {
  await project?.remove();
  await server?.close();
});

it(
  'submits everything once when two processes share a data set and a store',
  async () => {
    const images = 24;
    const openai = await startOpenaiBatchServer({
      polls: 0,
      // The first to submit is still at it when the other has written its share.
      intercept: async (request) => {
        if (request === 'POST /v1/files') await new Promise((done) => setTimeout(done, 1_500));
        return undefined;
      },
    });
    server = openai;
    const judgeOptions = { baseUrl: openai.baseUrl };
    project = await batchProject({ judgeOptions, prompts: ['two-level'], images });
    const of = project;
    await makePromptfooDatabase(of);
    const shares = await Promise.all(
      ['0:4', `4:${images}`].map((range) => submit(of, '-j', '1', '--filter-range', range)),
    );
    for (const { exitCode, log } of shares) expect(exitCode, log).toBe(0);
    expect(openai.submitted).toHaveLength(images);
    expect(new Set(bodiesOf(openai)).size).toBe(images);
    expect((await collect(of)).log).toMatch(/done 24, failed 0/);
    const ids = inStore(of, 'SELECT vendor_id FROM batches').map(({ vendor_id }) => vendor_id);
    expect(ids.toSorted()).toEqual([...openai.batches.keys()].toSorted());
  },
  TWO_MINUTES_MS,
);

it(
  'lets one of two commands find out what became of an interrupted submission',
  async () => {
    let phase: 'first' | 'killed' = 'first';
    let lists = 0;
    const openai = await startOpenaiBatchServer({
      polls: 0,
      intercept: async (request) => {
        if (phase === 'first' && request === 'POST /v1/batches') {
          phase = 'killed';
          first.kill('SIGKILL');
          return 'reset';
        }
        if (phase === 'killed' && request === 'GET /v1/batches') {
          lists += 1;
          await new Promise((done) => setTimeout(done, lists * 2_000));
        }
        return undefined;
      },
    });
    server = openai;
    const judgeOptions = { baseUrl: openai.baseUrl };
    project = await batchProject({ judgeOptions, prompts: ['two-level'] });
    const of = project;
    const first = startSubmit(of);
    await once(first, 'close');
    expect(inStore(of, 'SELECT state FROM batches')).toEqual([{ state: 'submitting' }]);
    await Promise.all([submit(of), submit(of)]);
    expect(openai.batches.size).toBe(1);
    expect(inStore(of, 'SELECT state FROM batches')).toEqual([{ state: 'submitted' }]);
  },
  TWO_MINUTES_MS,
);

it(
  'submits everything with one call after another was killed while it wrote',
  async () => {
    const images = 24;
    const openai = await startOpenaiBatchServer({ polls: 0 });
    server = openai;
    const judgeOptions = { baseUrl: openai.baseUrl };
    project = await batchProject({ judgeOptions, prompts: ['two-level'], images });
    const killed = startSubmit(project, '-j', '1');
    await untilWritten(project, 2);
    killed.kill('SIGKILL');
    const again = await submit(project);
    expect(again.exitCode).toBe(0);
    expect(openai.submitted).toHaveLength(images);
    expect(new Set(bodiesOf(openai)).size).toBe(images);
    await collect(project);
    expect((await project.evaluate()).exitCode).toBe(0);
    expect(openai.directCalls()).toBe(0);
  },
  TWO_MINUTES_MS,
);
