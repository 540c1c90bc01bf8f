import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { historySchema } from '../../src/report/history/history-schema.ts';
import { runCli } from '../cli/run-cli.ts';
import {
  checkout,
  createProject,
  type Project,
  projectConfig,
  type Run,
  writeDataset,
} from './promptfoo.ts';

const TEN_MINUTES_MS = 600_000;
const IMAGES = 24;

let project: Project | undefined;
afterEach(() => project?.remove());

/** The simulated judge, and beside it listed scores, which an update of who made them can spoil. */
function config() {
  const own = projectConfig({
    datasets: ['blur'],
    prompts: ['two-level'],
    rankConfig: { baseline: { lastGreen: 'runs', file: 'first.json' }, margin: 0.1 },
  });
  const { providers } = own as { providers: object[] };
  const simulated = { judge: 'simulated', preview: 'none' };
  const listed = { file: 'blur/listed.csv', image: 'file', score: 'score' };
  return {
    ...own,
    providers: [
      { ...providers[0], label: 'simulated', config: simulated },
      { id: checkout('providers/scores.ts'), label: 'listed', config: listed },
    ],
  };
}

const GOOD = (index: number): number => 100 - index;
const SPOILT = (index: number): number => (index * 7) % IMAGES;

async function run(scoreOf: (index: number) => number, output: string): Promise<Run> {
  if (!project) throw new Error('there is no project');
  const lines = Array.from({ length: IMAGES }, (_, i) => `images/${i}.png,${scoreOf(i)}`);
  await project.write('blur/listed.csv', ['file,score', ...lines].join('\n'));
  return project.evaluate('-o', output);
}

it(
  'runs that are kept in a folder: each is held against the last green one, and history joins them',
  async () => {
    project = await createProject(config());
    await writeDataset(project, 'blur', IMAGES, (index) => 100 - index * 4);
    const { folder } = project;
    await project.write('runs/.keep', '');

    const first = await run(GOOD, 'first.json');
    expect(first.exitCode).toBe(100);
    expect(first.log).toMatch(
      /gate: .*no comparison: no green run in runs: it has no output; baseline first\.json: no such file in .*: failed/,
    );

    const second = await run(GOOD, 'runs/1.json');
    expect(second.log).toContain('it has no output, so the baseline is first.json');
    expect(second.exitCode).toBe(0);

    const poor = await run(SPOILT, 'runs/2.json');
    expect(poor.log).toMatch(
      /reaches below the allowed -0\.1: failed \(listed, two-level\)\. the baseline is runs\/1\.json, the last green run, of 20\d\d-\d\d-\d\d \d\d:\d\d UTC/,
    );
    expect(poor.exitCode).toBe(100);

    const third = await run(GOOD, 'runs/3.json');
    expect(third.log).toMatch(
      /passed \(listed, two-level\)\. the baseline is runs\/1\.json, the last green run, .*; passed over, as newer and not it: runs\/2\.json \(a gate failed: /,
    );
    expect(third.exitCode).toBe(0);

    const overwriting = await run(GOOD, 'runs/1.json');
    expect(overwriting.log).toMatch(
      /baseline runs\/1\.json: it is among the outputs of this run, which would overwrite it/,
    );
    expect(overwriting.exitCode).toBe(1);

    const dropped = await runCli(
      ['history', 'runs/1.json', 'runs/2.json', '--fail-on-drop', '-o', 'drop.html'],
      folder,
    );
    expect(dropped.stdout).toMatch(/\ndrop: blur: listed, two-level: SRCC/);
    expect(dropped.status).toBe(100);

    const { status, stdout, stderr } = await runCli(
      ['history', 'runs', '--fail-on-drop', '-o', 'h.json', '-o', 'h.html'],
      folder,
    );
    expect(stderr).toBe('');
    expect(stdout).toContain('drops: 0 of 2\n');
    expect(status).toBe(0);
    const { runs, series } = historySchema.parse(
      JSON.parse(await readFile(join(folder, 'h.json'), 'utf8')),
    );
    expect(runs.map(({ file, dateFrom }) => [file, dateFrom])).toEqual(
      ['runs/1.json', 'runs/2.json', 'runs/3.json'].map((file) => [file, 'evaluation']),
    );
    const [simulated, listed] = series;
    expect(simulated!.points.map(({ models, images }) => [models, images])).toEqual(
      Array(3).fill([['simulated, no model'], IMAGES]),
    );
    // The same answers each time: the runs agree to the last digit.
    expect(new Set(simulated!.points.map(({ values }) => values[0]?.estimate)).size).toBe(1);
    expect(simulated!.steps.map(({ verdict }) => verdict)).toEqual([
      null,
      'undecided',
      'undecided',
    ]);
    // Their MOS fall with the number of the image, as the good list does.
    expect(listed!.points[0]!.values[0]!.estimate).toBeCloseTo(1, 12);
    expect(listed!.steps.map(({ verdict }) => verdict)).toEqual([null, 'loss', 'gain']);
  },
  TEN_MINUTES_MS,
);
