import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { patientClient } from '../../providers/judges/patient-client.ts';

let folder: string;
afterEach(() => rm(folder, { recursive: true, force: true }));

it.each([
  [1, 120_000],
  [10_000_000, 120_000],
  [200_000_000, 20 * 120_000],
])('gives a file of %d bytes %d milliseconds', async (bytes, timeout) => {
  folder = await mkdtemp(join(tmpdir(), 'iqa-upload-'));
  const file = join(folder, 'requests.jsonl');
  await writeFile(file, '');
  await truncate(file, bytes);
  const client = {
    timeout: 120_000,
    withOptions: (options: { timeout: number }) => ({ ...client, ...options }),
  };
  expect((await patientClient(client, file)).timeout).toBe(timeout);
});
