import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { photographsAttribution } from './src/datasets/sample/attribution.ts';
import { PHOTOGRAPHS } from './src/datasets/sample/photographs.ts';

/**
 * `npm run build`: compiles what the package ships into `dist/`, and copies what the code reads
 * beside itself (a font, its licence) to the same places there, with the photographs of the sample set.
 */

const FOLDERS = ['assertions', 'cli', 'datasets', 'providers', 'reports', 'src'];

/** TypeScript is compiled; of the sample set only the photographs are shipped. */
const isAsset = (path: string): boolean => !path.endsWith('.ts') && !path.includes('generated');

const root = import.meta.dirname;
const dist = join(root, 'dist');
rmSync(dist, { recursive: true, force: true });

const typescript = dirname(createRequire(import.meta.url).resolve('typescript/package.json'));
const { status } = spawnSync(
  process.execPath,
  [join(typescript, 'bin/tsc'), '--project', join(root, 'tsconfig.build.json')],
  { stdio: 'inherit' },
);
if (status !== 0) process.exit(status ?? 1);

for (const folder of FOLDERS) {
  cpSync(join(root, folder), join(dist, folder), { recursive: true, filter: isAsset });
}
const photographs = join(dist, 'src/datasets/sample/photographs');
mkdirSync(photographs);
for (const { name, file } of PHOTOGRAPHS) {
  cpSync(createRequire(import.meta.url).resolve(file), join(photographs, `${name}.jpg`));
}
writeFileSync(join(photographs, 'ATTRIBUTION.md'), photographsAttribution());

chmodSync(join(dist, 'cli/main.js'), 0o755);
