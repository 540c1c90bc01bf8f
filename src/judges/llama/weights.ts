import { createHash } from 'node:crypto';
import {
  createReadStream,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { iqaFolder } from '../../harness/iqa-folder.ts';

const digestsSchema = z.record(z.string(), z.string());

const underWay = new Map<string, Promise<string>>();

/**
 * SHA-256 (hex) of a file of weights. Gigabytes take seconds, so it is kept until the file changes.
 *
 * @throws Error it cannot be read
 */
export async function sha256OfWeights(path: string): Promise<string> {
  // A file put in its place may have its size and date; the time of that is the system's own.
  const { size, mtimeMs, ctimeMs } = statSync(path);
  const state = JSON.stringify([path, size, mtimeMs, ctimeMs]);
  const known = readDigests()[state];
  if (known !== undefined) return known;
  const running = underWay.get(state) ?? digestOf(path);
  underWay.set(state, running);
  const sha256 = await running;
  keepDigest(state, sha256);
  return sha256;
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 2 ** 20 }), hash);
  return hash.digest('hex');
}

const digestFile = (): string => join(iqaFolder(), 'llama', 'weights.json');

function readDigests(): Record<string, string> {
  try {
    return digestsSchema.parse(JSON.parse(readFileSync(digestFile(), 'utf8')));
  } catch {
    // What cannot be read is computed anew.
    return {};
  }
}

function keepDigest(state: string, sha256: string): void {
  const file = digestFile();
  const part = `${file}.${process.pid}.part`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(part, JSON.stringify({ ...readDigests(), [state]: sha256 }));
    renameSync(part, file);
  } catch {
    // What cannot be kept is computed anew.
  }
}
