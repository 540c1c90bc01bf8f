import type { AnswerStore } from '../../answers/store.ts';
import { createPixelPool, type PixelPool } from '../../method/pixel-pool.ts';
import type { Findings } from '../findings.ts';
import type { ScoredImage } from '../verdict/column-sample.ts';
import { remakeSheet } from './remake.ts';

/** Contact sheets as data URIs, or why there is none. */
export type Sheets = ReadonlyMap<ScoredImage | undefined, string | { problem: string }>;

/**
 * The contact sheets of the images that the findings list: as the answer or the store has them, else made
 * again from the image file. A sheet that cannot be had is no reason to have no report.
 *
 * @param store where sheets that are made again are kept
 */
export async function findSheets(
  { report, datasets }: Findings,
  store: AnswerStore | undefined,
): Promise<Sheets> {
  const sheets = new Map<ScoredImage | undefined, string | { problem: string }>();
  let pool: PixelPool | undefined;
  try {
    for (const { figures } of datasets) {
      for (const { entry, disagreeing } of figures) {
        const promptText = report.columns[entry.column]?.promptText ?? '';
        for (const image of disagreeing) {
          const { picture } = image.scored;
          if (picture === undefined) pool ??= createPixelPool();
          sheets.set(image, picture ?? (await remade(image, promptText, pool as PixelPool, store)));
        }
      }
    }
  } finally {
    await pool?.close();
  }
  return sheets;
}

const remade = (
  image: ScoredImage,
  promptText: string,
  pool: PixelPool,
  store: AnswerStore | undefined,
): Promise<string | { problem: string }> =>
  remakeSheet(image, promptText, pool, store).catch((error: unknown) => ({
    problem: `it cannot be made again: ${error instanceof Error ? error.message : String(error)}`,
  }));
