import { afterEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { checkout, createProject, type Project } from '../e2e/promptfoo.ts';

const TWO_MINUTES_MS = 120_000;

let project: Project | undefined;
afterEach(() => project?.remove());

/** Runs a configuration in a subfolder that reads `data/scores.csv` beside that subfolder. */
async function evaluate(csv: string, config: object) {
  project = await createProject({});
  await project.write('data/scores.csv', csv);
  for (const name of ['a', 'b']) await project.write(`data/${name}.png`, '');
  await project.write(
    'configs/own.yaml',
    stringify({
      providers: ['echo'],
      prompts: ['{{image}} {{mos}}'],
      tests: [
        { path: checkout('datasets/csv.ts'), config: { image: 'image', mos: 'mos', ...config } },
      ],
    }),
  );
  return project.evaluate('-c', 'configs/own.yaml');
}

describe('csv, as promptfoo calls it', () => {
  it(
    'resolves paths against the working directory, wherever the configuration lies',
    async () => {
      const { exitCode, output, log } = await evaluate('image,mos\na.png,3\nb.png,bad\n', {
        file: 'data/scores.csv',
      });
      expect(exitCode, log).toBe(0);
      const rows = output?.results.results ?? [];
      expect(rows.map(({ vars }) => vars)).toEqual([
        { image: 'data/a.png', mos: 3 },
        { image: 'data/b.png', mos: 'bad' },
      ]);
      expect(rows.map(({ metadata }) => metadata?.dataset)).toEqual(['data/scores', 'data/scores']);
      expect(rows[1]?.metadata?.problem).toBe(
        'data/scores.csv, line 3: column "mos" is "bad", which is not a number; give b.png one with a decimal point or remove the line',
      );
    },
    TWO_MINUTES_MS,
  );

  it.each<[string, object, string]>([
    ['a missing file', { file: 'scores.csv' }, 'scores.csv: no such file (looked for '],
    [
      'an environment variable that is not set',
      { file: '{{env.IQA_NOT_SET}}/scores.csv' },
      'datasets/csv.ts: config: file: the environment variable IQA_NOT_SET is not set',
    ],
  ])(
    'prints one line about %s',
    async (_, config, message) => {
      const { exitCode, log } = await evaluate('image,mos\na.png,3\n', config);
      expect(exitCode).toBe(1);
      expect(log).toContain(message);
      expect(log).not.toMatch(/\n\s+at /);
    },
    TWO_MINUTES_MS,
  );
});
