/**
 * Makes the two pictures of the README: `node docs/pictures/readme.ts`. It runs the default matrix, as
 * `npm run eval` does, and draws its scores against the sample set's ground truth; and it shows the
 * stand-in judge a computed scene beside its four degraded copies.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { stringify } from 'yaml';
import { encodeImage } from '../../src/images/encode.ts';
import { createPixelPool } from '../../src/method/pixel-pool.ts';
import { buildReport } from '../../src/report/build-report.ts';
import { estimateText } from '../../src/report/page/format.ts';
import { scatterPicture } from '../../src/report/plots/scatter-picture.ts';
import { reportSettingsSchema, SEED } from '../../src/report/report-settings.ts';
import { readSavedOutput } from '../../src/report/run/saved-output.ts';
import { remakeSheet } from '../../src/report/sheets/remake.ts';
import { DEFAULT_CONFIDENCE } from '../../src/statistics/index.ts';
import { scene } from './scene.ts';

const JUDGE = 'simulated, no model';
const COLUMNS = [
  { prompt: 'two-level', says: 'asked about one image' },
  { prompt: 'qdebias', says: 'asked under the four priors' },
];

const root = fileURLToPath(new URL('../../', import.meta.url));
const picture = (name: string): string => join(root, 'docs/pictures', name);
const temporary = mkdtempSync(join(tmpdir(), 'iqa-pictures-'));

function evaluate(...args: string[]): void {
  execFileSync(
    process.execPath,
    [join(root, 'node_modules/.bin/promptfoo'), 'eval', '--no-table', '--no-progress-bar', ...args],
    { cwd: root, stdio: 'inherit', env: { ...process.env, PROMPTFOO_CONFIG_DIR: temporary } },
  );
}

async function drawScatter(): Promise<void> {
  const output = join(temporary, 'matrix.json');
  evaluate('-o', output);
  const { draws, disagreements } = reportSettingsSchema.parse({});
  const [dataset] = buildReport(await readSavedOutput(output), {
    draws: { draws, seed: SEED, confidence: DEFAULT_CONFIDENCE },
    disagreements,
    files: [],
  }).datasets;
  const panels: Buffer[] = [];
  for (const { prompt, says } of COLUMNS) {
    const figure = dataset?.figures.find(
      ({ entry }) => entry.provider === JUDGE && entry.prompt === prompt,
    );
    if (!figure) throw new Error(`the default matrix has no column ${JUDGE}, ${prompt}`);
    const { entry, sample } = figure;
    const { bytes } = await scatterPicture(
      { scores: sample.scores, mos: sample.mos, curve: null, numbered: [], truth: 'ground truth' },
      {
        title: `${JUDGE}: ${says}`,
        lines: [
          `SRCC ${estimateText(entry.SRCC)} over ${sample.images.length} pictures of the sample set`,
        ],
      },
    );
    panels.push(Buffer.from(bytes));
  }
  await beside(panels).then((both) => both.webp({ quality: 85 }).toFile(picture('scatter.webp')));
}

async function beside(panels: readonly Buffer[]) {
  const { width = 0, height = 0 } = await sharp(panels[0]).metadata();
  return sharp({
    create: { width: width * panels.length, height, channels: 3, background: '#000' },
  }).composite(panels.map((input, index) => ({ input, left: index * width, top: 0 })));
}

async function drawContactSheet(): Promise<void> {
  const images = join(temporary, 'images');
  const { bytes: file } = await encodeImage(scene(), 'png');
  mkdirSync(images);
  writeFileSync(join(images, 'scene.png'), file);
  const config = join(temporary, 'promptfooconfig.yaml');
  const local = (path: string) => `file://${join(root, path)}`;
  writeFileSync(
    config,
    stringify({
      providers: [
        { id: local('providers/debiased.ts'), label: JUDGE, config: { judge: 'simulated' } },
      ],
      prompts: [{ id: local('prompts/qdebias.yaml'), label: 'qdebias' }],
      tests: [{ path: local('datasets/folder.ts'), config: { root: images } }],
    }),
  );
  const output = join(temporary, 'scene.json');
  evaluate('-c', config, '-o', output);
  const [column] = (await readSavedOutput(output)).columns;
  const row = column?.rows[0];
  if (!row?.scored) throw new Error('the scene has no score');
  const pool = createPixelPool();
  try {
    const sheet = await remakeSheet(
      { row, scored: row.scored },
      column?.promptText ?? '',
      pool,
      undefined,
    );
    const bytes = Buffer.from(sheet.slice(sheet.indexOf(',') + 1), 'base64');
    await sharp(bytes).webp({ quality: 85 }).toFile(picture('contact-sheet.webp'));
  } finally {
    await pool.close();
  }
}

try {
  await drawScatter();
  await drawContactSheet();
} finally {
  rmSync(temporary, { recursive: true });
}
