import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { OutputOfRow } from '../../../src/harness/result-schema.ts';
import { rawInput } from '../../../src/images/resize.ts';
import { buildReport } from '../../../src/report/build-report.ts';
import { readRun } from '../../../src/report/run/read-run.ts';
import { findPictures } from '../../../src/report/sheets/find-pictures.ts';
import { picture } from '../../images/pictures.ts';
import { generated } from './made-generators.ts';

let folder = '';
let bytes: Buffer;
let sha256 = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iqa-pictures-'));
  vi.stubEnv('PROMPTFOO_CONFIG_DIR', folder);
  bytes = await rawInput(picture(64, 48)).png().toBuffer();
  sha256 = createHash('sha256').update(bytes).digest('hex');
  await writeFile(join(folder, 'a.png'), bytes);
  const place = join(folder, 'blobs', sha256.slice(0, 2), sha256.slice(2, 4));
  await mkdir(place, { recursive: true });
  await writeFile(join(place, sha256), bytes);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

/** The one picture of a run whose answer is this. */
async function found(response: OutputOfRow, config: object = {}) {
  const score = 0.5;
  const evaluation = generated([
    {
      provider: 'g',
      config: { judge: 'openai:gpt-4.1', prompt: 'two-level', ...config },
      pictures: [{ vars: { subject: 'boat' }, score }],
    },
  ]);
  const [result] = evaluation.results;
  const recorded = result?.gradingResult?.componentResults?.[0]?.metadata?.iqaQuality;
  Object.assign(recorded as object, { image: { sha256, width: 64, height: 48 } });
  const findings = buildReport(readRun({ ...evaluation, results: [{ ...result!, response }] }), {
    draws: { draws: 1000, seed: 0, confidence: 0.95 },
    disagreements: 1,
    files: [],
  });
  const [one] = (await findPictures(findings, undefined)).values();
  return one;
}

const dataUri = () => `data:image/png;base64,${bytes.toString('base64')}`;

it.each<[string, () => OutputOfRow, object?]>([
  ['a data URI', () => ({ output: dataUri() })],
  ["promptfoo's store", () => ({ output: `promptfoo://blob/${sha256}` })],
  ['a list of pictures', () => ({ output: 'done', images: [{ blobRef: { hash: sha256 } }] })],
  [
    'a file, where files are allowed',
    () => ({ output: join(folder, 'a.png') }),
    { allowFiles: true },
  ],
])('a picture is found in %s', async (_, response, config) => {
  expect(await found(response(), config)).toMatch(/^data:image\/\w+;base64,/);
});

it.each<[string, () => OutputOfRow, RegExp]>([
  ['an address', () => ({ output: 'http://127.0.0.1:9/a.png' }), /the report fetches nothing/],
  ['a file, where none are allowed', () => ({ output: join(folder, 'a.png') }), /names a file/],
  [
    'what the store lacks',
    () => ({ output: `promptfoo://blob/${'0'.repeat(64)}` }),
    /store has no picture 0000/,
  ],
  [
    'another file than the one that was rated',
    () => ({ output: `data:image/png;base64,${Buffer.from('other').toString('base64')}` }),
    /is not the file that was scored/,
  ],
])('a picture is not shown of %s, and the report says why', async (_, response, reason) => {
  expect(await found(response())).toEqual({ problem: expect.stringMatching(reason) });
});
