import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { reportSchema } from '../../src/report/report-schema.ts';
import { startOpenaiBatchServer } from '../servers/openai-batch.ts';
import { collect, runCli, submit } from './batch-runs.ts';
import {
  checkout,
  createProject,
  OWN_HOOKS,
  type Project,
  projectConfig,
  writeDataset,
} from './promptfoo.ts';

let project: Project | undefined;
afterEach(() => project?.remove());

const PAIRS = 6;
const IMAGES = 2 * PAIRS;

const NEIGHBOURS = 12;

/** Pairs of which one is a little more blurred, the sharper one first where it is said so. */
function neighbours(isSharperFirst: (index: number) => boolean): string {
  const pairs = Array.from({ length: NEIGHBOURS }, (_, i) => {
    const [sharper, other] = [`images/${2 * i}.png`, `images/${2 * i + 1}.png`];
    const share = i % 2 === 0 ? 0.9 : 0.8;
    return isSharperFirst(i)
      ? `${sharper},${other},${share}`
      : `${other},${sharper},${(1 - share).toFixed(1)}`;
  });
  return `${['left,right,share', ...pairs].join('\n')}\n`;
}

/** Pairs of a sharper picture and a more blurred one, each picture in one pair; people prefer the sharper one. */
async function projectOf(
  config: object,
  { provider = {}, lines = [] as readonly string[], images = false } = {},
): Promise<Project> {
  const base = projectConfig({ datasets: images ? ['blur'] : [], prompts: ['pair'], provider }) as {
    tests: object[];
    defaultTest: { assert: object[] };
  };
  const tests = {
    path: checkout('datasets/pairs.ts'),
    config: { file: 'blur/pairs.csv', first: 'left', second: 'right', share: 'share' },
  };
  const value = checkout('assertions/pair-agreement.ts');
  const made = await createProject({
    ...base,
    tests: [...base.tests, tests],
    defaultTest: {
      assert: [...base.defaultTest.assert, { type: 'javascript', value, config }],
    },
    extensions: OWN_HOOKS,
  });
  await writeDataset(made, 'blur', IMAGES);
  const listed = Array.from({ length: PAIRS }, (_, i) => {
    const [sharp, blurred] = [`images/${i}.png`, `images/${i + PAIRS}.png`];
    return i % 2 === 0 ? `${sharp},${blurred},0.9` : `${blurred},${sharp},0.2`;
  });
  const rows = ['left,right,share', ...listed, ...lines];
  await made.write('blur/pairs.csv', `${rows.join('\n')}\n`);
  return made;
}

describe('a data set of pairs', () => {
  it('is answered, gated and reported, beside a data set of images', async () => {
    project = await projectOf({ min: 0.9, minUnits: 5 }, { images: true });
    const run = await project.evaluate();
    expect(run.exitCode, run.log).toBe(0);
    expect(run.log).toMatch(
      /blur\/pairs: pairs, agreement with people\n.*accuracy.*\n judge +pair +6 +1\.000/,
    );
    expect(run.log).toMatch(
      /^gate: ACCURACY 1\.00 \[0\.61, 1\.00\] on 6 pairs, at least 0\.9: passed/m,
    );
    const named = run.output?.results.prompts[0]?.metrics.namedScores;
    expect(named).toMatchObject({ ACCURACY: 1, KAPPA: 1 });
    expect(named?.SRCC).toBeGreaterThan(0.5);
    const results = run.output?.results.results ?? [];
    const pairs = results.filter(({ vars }) => vars.first !== undefined && vars.share !== '');
    expect(pairs).toHaveLength(PAIRS);
    for (const { vars, success } of pairs) {
      expect(success).toBe(true);
      expect(String(vars.preview)).toMatch(/^data:image/);
      expect(String(vars.preview2)).toMatch(/^data:image/);
    }
    const file = join(project.folder, 'iqa-report/report.json');
    const report = reportSchema.parse(JSON.parse(await readFile(file, 'utf8')));
    expect(report.datasets.map(({ name }) => name)).toEqual(['blur']);
    expect(report.preferences[0]?.entries[0]?.confusion).toEqual({
      first: { first: 3, tie: 0, second: 0 },
      tie: { first: 0, tie: 0, second: 0 },
      second: { first: 0, tie: 0, second: 3 },
    });
  }, 300_000);

  it('fails its gate over fewer pairs than the list has, and judges what a filter leaves', async () => {
    project = await projectOf(
      { min: 0.5, minUnits: 1 },
      { lines: ['images/0.png,images/99.png,0.9'] },
    );
    const run = await project.evaluate();
    expect(run.exitCode).toBe(100);
    expect(run.log).toMatch(/^gate: .*1 of 7 have no answer: .*99\.png.*: failed/m);
    const few = await project.evaluate('--filter-first-n', '3');
    expect(few.exitCode, few.log).toBe(0);
    expect(few.log).toMatch(/on 3 pairs, at least 0\.5: passed/);
  }, 300_000);

  it('is held against the last green run: the same judge passes, one that sees less fails', async () => {
    project = await projectOf({ metric: 'LOGLIK', min: -0.69, minUnits: NEIGHBOURS });
    await writeDataset(project, 'blur', 2 * NEIGHBOURS);
    await project.write(
      'blur/pairs.csv',
      neighbours((i) => i % 2 === 0),
    );
    const first = await project.evaluate('-o', 'runs/first.json');
    expect(first.exitCode, first.log).toBe(0);

    const written = await readFile(join(project.folder, 'promptfooconfig.yaml'), 'utf8');
    const { providers, defaultTest, ...rest } = parse(written);
    const held = defaultTest.assert.map((assertion: { value: string }) =>
      assertion.value.includes('pair-agreement')
        ? {
            ...assertion,
            config: { metric: 'LOGLIK', baseline: { lastGreen: 'runs' }, margin: 0.01 },
          }
        : assertion,
    );
    const config = { ...rest, defaultTest: { assert: held } };
    await project.write('promptfooconfig.yaml', stringify({ ...config, providers }));
    // Another list of the same pairs, each the other way round.
    await project.write(
      'blur/pairs.csv',
      neighbours((i) => i % 2 === 1),
    );
    const same = await project.evaluate();
    expect(same.exitCode, same.log).toBe(0);
    expect(same.log).toMatch(
      /^gate: LOGLIK (-0\.\d\d) .* on 12 pairs; baseline \1 .*; difference 0\.00 \[0\.00, 0\.00\] does not reach below the allowed -0\.01: passed\. the baseline is runs\/first\.json, the last green run/m,
    );

    const [judge] = providers;
    const poor = { ...judge, config: { ...judge.config, image: { maxPixels: 1500 } } };
    await project.write('promptfooconfig.yaml', stringify({ ...config, providers: [poor] }));
    const worse = await project.evaluate('-o', 'out.json', '-o', 'out.junit.xml');
    expect(worse.exitCode, worse.log).toBe(100);
    const sentence =
      /difference -0\.02 \[-0\.\d\d, 0\.\d\d\] reaches below the allowed -0\.01.*images sent: whole, as png in the baseline, of at most 1500 pixels, as png here/;
    expect(worse.log).toMatch(new RegExp(`^gate: LOGLIK -0\\.65 .*${sentence.source}`, 'm'));
    const junit = await readFile(join(project.folder, 'out.junit.xml'), 'utf8');
    expect(junit.match(/<failure/g)).toHaveLength(1);
    expect(junit).toMatch(sentence);

    const own = await project.evaluate('-o', 'runs/first.json');
    expect(own.exitCode).toBe(1);
    expect(own.log).toContain('baseline runs/first.json: it is among the outputs of this run');
  }, 300_000);

  it('is bought by a batch, estimated, and asks nothing more in the evaluation', async () => {
    const server = await startOpenaiBatchServer({ polls: 0 });
    try {
      const judgeOptions = { baseUrl: server.baseUrl };
      project = await projectOf({}, { provider: { judge: 'openai:gpt-4.1', judgeOptions } });
      const estimate = ['estimate', '-c', 'promptfooconfig.yaml'];
      expect((await runCli(project, ...estimate)).log).toMatch(
        /judge +openai:gpt-4\.1 +pair +12 +0 /,
      );
      expect((await submit(project)).log).toContain('submitted 12 requests');
      expect((await collect(project)).exitCode).toBe(0);
      expect((await runCli(project, ...estimate)).log).toMatch(
        /judge +openai:gpt-4\.1 +pair +0 +12 /,
      );
      const run = await project.evaluate();
      expect(run.exitCode, run.log).toBe(0);
      expect(server.submitted).toHaveLength(12);
      const answered =
        run.output?.results.results.filter(({ metadata }) => metadata?.answers) ?? [];
      expect(answered).toHaveLength(PAIRS);
      for (const { metadata } of answered) {
        expect(metadata?.cost).toMatchObject({ asked: 0, reused: 2 });
      }
    } finally {
      await server.close();
    }
  }, 300_000);
});
