import type { AnswerStore } from '../../answers/store.ts';
import { dataUri } from '../../images/data-uri.ts';
import { type ImageFile, readImageFile } from '../../images/image-file.ts';
import { imageName } from '../../images/image-name.ts';
import type { RawImage } from '../../images/raw-image.ts';
import { fileHash } from '../../method/anchor-image.ts';
import { conditionSeed } from '../../method/condition-seed.ts';
import { providerConfigSchema } from '../../method/config.ts';
import { rowPairs } from '../../method/pair-result.ts';
import type { PixelPool } from '../../method/pixel-pool.ts';
import { parsePromptFile } from '../../method/prompt-file.ts';
import type { RowOutput } from '../../method/row-output.ts';
import { contactSheetOf } from '../../rows/row-preview.ts';
import type { ScoredImage } from '../verdict/column-sample.ts';

const { maxInputPixels } = providerConfigSchema.parse({ judge: 'statistical' }).image;

/** What a contact sheet shows. */
export interface SheetOf {
  /** As the judge rated it. */
  output: RowOutput;
  /** Of the file that was rated. */
  image: { sha256: string; width: number; height: number };
  /** Of the degraded copies. */
  seed: number;
  /** The prompt file's contents. */
  promptText: string;
}

/**
 * Draws a row's contact sheet from its image file, which must be the one that was scored: the degraded
 * copies follow from the recorded seed.
 *
 * @returns a data URI
 * @throws Error the file is not there, or another one is
 */
export async function remakeSheet(
  { row, scored }: Pick<ScoredImage, 'row' | 'scored'>,
  promptText: string,
  pool: PixelPool,
  store: AnswerStore | undefined,
): Promise<string> {
  const sheet = {
    output: scored.output,
    image: { sha256: scored.sha256, ...scored.size },
    seed: Number(scored.setting.seed),
    promptText,
  };
  return drawSheet(sheet, await readImageFile(row.image), imageName(row.image), pool, store);
}

/**
 * Draws a contact sheet from the file of its image.
 *
 * @param name what errors call the file
 * @returns a data URI
 * @throws Error it is another file
 */
export async function drawSheet(
  { output, image: scored, seed, promptText }: SheetOf,
  file: ImageFile,
  name: string,
  pool: PixelPool,
  store: AnswerStore | undefined,
): Promise<string> {
  if (fileHash(file) !== scored.sha256) {
    throw new Error(`${name} is not the file that was scored`);
  }
  const pictures = async () => {
    const image = await pool.run('decode', { file, maxInputPixels });
    const query = await pool.run('picture', { image });
    const size = { width: query.width, height: query.height };
    const conditions = [];
    for (const { degradation, severity } of output.conditions) {
      if (degradation === null || severity === null) continue;
      const { picture } = await pool.run('degradeAndView', {
        image,
        degradation,
        severity,
        seed: conditionSeed(seed, image.sha256, degradation),
        ...{ size, views: [] },
        withPicture: true,
      });
      if (picture) conditions.push(picture);
    }
    const { anchors = [] } = rowPairs(output.conditions) ?? {};
    return {
      query,
      conditions,
      anchors: await Promise.all(anchors.map((anchor) => anchorPicture(anchor, pool))),
    };
  };
  const prompt = parsePromptFile(promptText, name);
  return dataUri(await contactSheetOf({ output, image: scored }, pictures, prompt, pool, store));
}

async function anchorPicture(
  { image, sha256 }: { image: string; sha256: string },
  pool: PixelPool,
): Promise<RawImage> {
  const file = await readImageFile(image);
  if (fileHash(file) !== sha256) {
    throw new Error(`the anchor ${imageName(image)} is not the file that it was compared with`);
  }
  return pool.run('picture', { image: await pool.run('decode', { file, maxInputPixels }) });
}
