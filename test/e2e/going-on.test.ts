import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { checkout, createProject, type Project, projectConfig, writeDataset } from './promptfoo.ts';

const TEN_MINUTES_MS = 600_000;

let project: Project | undefined;
afterEach(() => project?.remove());

it(
  'an evaluation of several providers and prompts keeps its columns when its errors are tried again',
  async () => {
    const entry = (label: string) => ({
      id: checkout('providers/debiased.ts'),
      label,
      config: { judge: 'statistical', preview: 'none' },
    });
    project = await createProject({
      ...projectConfig({ datasets: ['blur'] }),
      providers: [entry('a'), entry('b')],
    });
    await writeDataset(project, 'blur', 5);
    const right = await readFile(join(project.folder, 'blur/images/2.png'));
    await project.write('blur/images/2.png', 'no image');
    expect((await project.evaluate('-o', 'out.json')).exitCode).toBe(100);
    await project.write('blur/images/2.png', right);
    const mended = await project.evaluate('--retry-errors');
    expect(mended.exitCode, mended.log).toBe(0);
    expect(mended.output?.results.prompts.map(({ provider, label }) => [provider, label])).toEqual([
      ['a', 'two-level'],
      ['a', 'qdebias'],
      ['b', 'two-level'],
      ['b', 'qdebias'],
    ]);
    expect(mended.output?.results.stats).toMatchObject({ successes: 24, errors: 0 });
  },
  TEN_MINUTES_MS,
);
