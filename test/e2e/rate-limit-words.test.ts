import { afterEach, expect, it } from 'vitest';
import { startOpenaiServer } from '../servers/openai.ts';
import type { LocalServer } from '../servers/server.ts';
import { checkout, createProject, type Project, projectConfig, writeDataset } from './promptfoo.ts';

const TWO_MINUTES_MS = 120_000;
/** promptfoo pauses a queue for a minute at what it takes for a rate limit. */
const PROMPTFOO_PAUSE_MS = 60_000;

let project: Project | undefined;
let server: LocalServer | undefined;
afterEach(async () => {
  await server?.close();
  await project?.remove();
});

it(
  'a broken file and a limited vendor pause nothing, whatever their words, and keep their reasons',
  async () => {
    const limited = {
      status: 429,
      body: { error: { message: 'Rate limit reached', type: 'requests', code: null } },
    };
    server = await startOpenaiServer({ reply: () => limited });
    const config = projectConfig({ datasets: ['blur'], prompts: ['two-level'] }) as {
      providers: object[];
    };
    project = await createProject({
      ...config,
      providers: [
        ...config.providers,
        {
          id: checkout('providers/debiased.ts'),
          label: 'limited',
          config: {
            judge: 'openai:m',
            judgeOptions: { baseUrl: `${server.url}/v1`, maxRetries: 0 },
          },
        },
      ],
    });
    await writeDataset(project, 'blur', 4);
    await project.write('blur/images/DSC_0429.png', Buffer.from([0x89, 0x50, 0x4e, 0x47]));
    await project.write(
      'blur/scores.csv',
      `file,score\nimages/DSC_0429.png,3\n${[0, 1, 2, 3].map((i) => `images/${i}.png,${i}`).join('\n')}\n`,
    );
    const startMs = performance.now();
    const { output, log } = await project.evaluate('-j', '2');
    expect(performance.now() - startMs).toBeLessThan(PROMPTFOO_PAUSE_MS);
    const rows = output?.results.results ?? [];
    const errors = (promptIdx: number) =>
      rows.flatMap((row) => (row.promptIdx === promptIdx && row.error ? [row.error] : []));
    expect(rows).toHaveLength(12);
    // The broken file, and the correlation row that lacks it.
    expect(errors(0)).toHaveLength(2);
    expect(errors(0)[0]).toMatch(/DSC_0429\.png/);
    expect(errors(1)).toHaveLength(6);
    expect(
      errors(1).filter((error) => error.includes('HTTP 429: Rate limit reached')),
    ).toHaveLength(5);
    expect([...errors(0), ...errors(1), log].join('\n')).not.toContain('Rate limit exceeded for');
    // Each row is called once, so a vendor gets each question once.
    expect(server.requests).toHaveLength(4);
  },
  TWO_MINUTES_MS,
);
