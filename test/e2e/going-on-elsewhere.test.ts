import { readFile, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import {
  checkout,
  createProject,
  type Project,
  projectConfig,
  runPromptfoo,
  writeDataset,
} from './promptfoo.ts';

const TEN_MINUTES_MS = 600_000;

let project: Project;
let right: Buffer;
/** A configuration in a subfolder that names its files from there, begun above it with a row in error. */
beforeEach(async () => {
  project = await createProject({});
  await rm(join(project.folder, 'promptfooconfig.yaml'));
  await symlink(fileURLToPath(checkout('')), join(project.folder, 'plugin'));
  await writeDataset(project, 'blur', 5);
  right = await readFile(join(project.folder, 'blur/images/2.png'));
  await project.write('blur/images/2.png', 'no image');
});
afterEach(() => project.remove());

/** As a configuration in `configs/` writes it. */
const fromConfigs = (path: string): string => `file://../plugin/${path}`;

async function writeConfig(label: string, provider = fromConfigs('providers/debiased.ts')) {
  const config = projectConfig({ datasets: ['blur'], prompts: ['two-level'] });
  const given = JSON.parse(
    JSON.stringify(config).replaceAll(checkout(''), fromConfigs('')),
  ) as object;
  const entry = { id: provider, label, config: { judge: 'statistical', preview: 'none' } };
  await project.write('configs/gate.yaml', stringify({ ...given, providers: [entry] }));
}

async function begin(): Promise<string> {
  const { output, exitCode, log } = await project.evaluate('-c', 'configs/gate.yaml');
  expect(exitCode, log).toBe(100);
  expect(output?.results.stats).toMatchObject({ errors: 2 });
  await project.write('blur/images/2.png', right);
  return output?.evalId ?? '';
}

const promptfoo = (...args: string[]) =>
  runPromptfoo(args, {
    folder: project.folder,
    configDirectory: join(project.folder, '.promptfoo'),
  });

describe('an evaluation whose configuration lies in a subfolder', () => {
  it(
    'is gone on with from above it by promptfoo retry, which is told where the configuration is',
    async () => {
      await writeConfig('judge');
      const id = await begin();

      await writeConfig('another');
      const other = await promptfoo('retry', id, '-c', 'configs/gate.yaml');
      expect(other.exitCode, other.log).toBe(1);
      expect(other.log).toContain(
        'this evaluation was begun with 1 column and would go on with 1 that is not the same ("judge, two-level" is gone)',
      );

      await writeConfig('judge');
      const { exitCode, log } = await promptfoo('retry', id, '-c', 'configs/gate.yaml');
      expect(exitCode, log).toBe(0);
      await promptfoo('export', 'eval', id, '-o', 'out.json');
      const { results } = JSON.parse(await readFile(join(project.folder, 'out.json'), 'utf8'));
      expect(results.prompts).toHaveLength(1);
      expect(results.stats).toMatchObject({ successes: 6, errors: 0 });
      // As the five are made: the more blurred, the lower the score.
      expect(results.prompts[0].metrics.namedScores.SRCC).toBeCloseTo(1, 12);
    },
    TEN_MINUTES_MS,
  );

  it(
    'is refused in one line where only the provider is found from above it',
    async () => {
      await writeConfig('judge', checkout('providers/debiased.ts'));
      const id = await begin();
      for (const option of ['--retry-errors', '--resume']) {
        const { exitCode, log } = await promptfoo('eval', option);
        expect(exitCode, log).toBe(1);
        expect(log).toContain(
          `judge: this evaluation was begun with a configuration in another folder: ../plugin/datasets/csv.ts is not there from ${project.folder}`,
        );
        expect(log).toContain(`promptfoo retry ${id} -c <configuration>`);
        expect(log).not.toMatch(/^\s+at /m);
      }
    },
    TEN_MINUTES_MS,
  );
});
