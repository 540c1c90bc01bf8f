import { readFileSync } from 'node:fs';
import { stringify } from 'csv-stringify/sync';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { rawInput } from '../../src/images/resize.ts';
import { runCli } from '../cli/run-cli.ts';
import { picture } from '../images/pictures.ts';
import { type OpenaiServer, startOpenaiServer } from '../servers/openai.ts';
import { checkout, createProject, type Project } from './promptfoo.ts';

const TWO_MINUTES_MS = 120_000;
const VARIABLES = ['LIVE_CHALLENGE', 'KONIQ_10K', 'AGIQA_3K', 'KADID_10K', 'SPAQ'];

let project: Project | undefined;
let server: OpenaiServer | undefined;
afterEach(async () => {
  vi.unstubAllEnvs();
  await server?.close();
  await project?.remove();
});

/** configs/paper.yaml as it is, but for where it lies and where the model listens. */
function paperConfig(baseUrl: string): object {
  const text = readFileSync(new URL('../../configs/paper.yaml', import.meta.url), 'utf8')
    .replaceAll(/file:\/\/\.\.\/([^:}\s]+)/g, (_, path: string) => checkout(path))
    .replace('http://127.0.0.1:8000/v1', baseUrl);
  return parse(text) as object;
}

const mosOf = (index: number) => 5 - index;

async function writeImages(project: Project, folder: string): Promise<string[]> {
  return Promise.all(
    [0, 1, 2, 3].map(async (index) => {
      const bytes = await rawInput(picture(64, 64))
        .blur(0.3 + index)
        .png()
        .toBuffer();
      await project.write(`${folder}/${index}.png`, bytes);
      return `${index}.png`;
    }),
  );
}

describe('configs/paper.yaml', () => {
  it(
    'runs the data sets that are here on any judge, and says which are left out',
    async () => {
      server = await startOpenaiServer();
      project = await createProject(paperConfig(server.baseUrl));
      const koniq = await writeImages(project, 'koniq/512x384');
      await project.write(
        'koniq/koniq10k_distributions_sets.csv',
        stringify([
          ['image_name', 'MOS', 'set'],
          ...koniq.map((name, index) => [name, mosOf(index), 'test']),
        ]),
      );
      const kadid = await writeImages(project, 'kadid/images');
      await project.write(
        'kadid/dmos.csv',
        stringify([
          ['dist_img', 'ref_img', 'dmos'],
          ...kadid.map((name, index) => [name, 'I01.png', mosOf(index)]),
        ]),
      );
      for (const name of VARIABLES) vi.stubEnv(`${name}_ROOT`, undefined);
      vi.stubEnv('KONIQ_10K_ROOT', 'koniq');
      vi.stubEnv('KADID_10K_ROOT', 'kadid');
      const { exitCode, log, output } = await project.evaluate();
      expect(exitCode, log).toBe(0);
      for (const name of ['LIVE_CHALLENGE', 'AGIQA_3K', 'SPAQ']) {
        expect(log).toContain(`is left out: ${name}_ROOT is not set`);
      }
      expect(log).toContain('KonIQ-10k: agreement with MOS');
      const report = await runCli(['report', 'out.json'], project.folder);
      expect(report.status, report.stderr).toBe(0);
      expect(report.stdout).toContain('KADID-10k: agreement with MOS');
      const correlations = (output?.results.results ?? []).filter(
        (row) => row.metadata?.iqaCorrelation,
      );
      expect(correlations.map((row) => row.metadata?.dataset).sort()).toEqual([
        ...Array(3).fill('KADID-10k'),
        ...Array(3).fill('KonIQ-10k'),
      ]);
      for (const row of correlations) {
        expect(Object.keys(row.namedScores)).toContain(`SRCC ${row.metadata?.dataset}`);
      }
    },
    TWO_MINUTES_MS,
  );
});
