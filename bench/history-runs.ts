/**
 * Three runs and their history: `node bench/history-runs.ts`. Built-in judges rate the sample photographs: `statistical`
 * in the last run from images of far fewer pixels, which stands for an update that makes it worse, and `simulated` from
 * fewer and fewer. Beside the outputs lies one that broke off. No key, no network. What is printed stands in
 * `docs/history.md`.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { checkout, createProject, projectConfig } from '../test/e2e/promptfoo.ts';

/** `image.maxPixels` of each run, by judge. */
const RUNS = [
  { statistical: 262_144, simulated: 262_144 },
  { statistical: 200_000, simulated: 40_000 },
  { statistical: 4096, simulated: 30_000 },
];

const configOf = (pixels: Readonly<Record<string, number>>) => ({
  ...projectConfig({ datasets: [], prompts: ['two-level'] }),
  providers: Object.entries(pixels).map(([judge, maxPixels]) => ({
    id: checkout('providers/debiased.ts'),
    label: judge,
    config: { judge, preview: 'none', image: { maxPixels } },
  })),
  tests: [{ path: checkout('datasets/sample.ts') }],
});

const project = await createProject(configOf(RUNS[0]!));
try {
  for (const [index, pixels] of RUNS.entries()) {
    await project.write('promptfooconfig.yaml', stringify(configOf(pixels)));
    const output = `runs/${index + 1}.json`;
    await project.write(output, '');
    const { exitCode, log } = await project.evaluate('-o', output);
    if (exitCode !== 0) throw new Error(log);
  }
  await project.write('runs/4.json', '{"evalId": "eval-');
  const cli = fileURLToPath(new URL('../cli/main.ts', import.meta.url));
  const args = [cli, 'history', 'runs', '-o', 'history.md', '--fail-on-drop'];
  const { status } = spawnSync(process.execPath, args, { cwd: project.folder, stdio: 'inherit' });
  console.log(`exit code ${status}`);
} finally {
  await project.remove();
}
