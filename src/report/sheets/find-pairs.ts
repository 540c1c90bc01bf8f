import { createHash } from 'node:crypto';
import type { AnswerStore } from '../../answers/store.ts';
import { dataUri } from '../../images/data-uri.ts';
import { readImageFile } from '../../images/image-file.ts';
import { createPixelPool, type PixelPool } from '../../method/pixel-pool.ts';
import { thumbnailOf } from '../../rows/row-preview.ts';
import type { Findings } from '../findings.ts';
import type { PairRow } from '../run/read-pair.ts';

/** A picture as a data URI, or why there is none. */
type Picture = string | { problem: string };

/** Both pictures of pairs that the report shows. */
export type PairPictures = ReadonlyMap<PairRow, readonly [Picture, Picture]>;

/** Images that were rated once may be shown whatever their size. */
const MAX_INPUT_PIXELS = 1e9;

/**
 * The pictures of the worst pairs: as the rows have them, else made of the files that they name. One that cannot be
 * had is no reason to have no report.
 *
 * @param store where thumbnails are kept
 */
export async function findPairs(
  { preferences }: Findings,
  store: AnswerStore | undefined,
): Promise<PairPictures> {
  const rows = [...new Set(preferences.flatMap(({ worst }) => worst.flat()))];
  const found = new Map<PairRow, readonly [Picture, Picture]>();
  if (rows.length === 0) return found;
  const pool = createPixelPool();
  try {
    for (const row of rows) {
      const [first, second] = row.pictures;
      found.set(row, [
        first ?? (await thumbnail(row.first, row.answered?.firstSha256, pool, store)),
        second ?? (await thumbnail(row.second, row.answered?.secondSha256, pool, store)),
      ]);
    }
  } finally {
    await pool.close();
  }
  return found;
}

async function thumbnail(
  path: string,
  sha256: string | undefined,
  pool: PixelPool,
  store: AnswerStore | undefined,
): Promise<Picture> {
  try {
    const file = await readImageFile(path);
    if (createHash('sha256').update(file.bytes).digest('hex') !== sha256) {
      return { problem: 'the file is not the one that was compared' };
    }
    return dataUri(await thumbnailOf(file, MAX_INPUT_PIXELS, pool, store));
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}
