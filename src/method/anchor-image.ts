import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type ImageFacts, imageFactSchema } from '../answers/image-facts.ts';
import { readSize, refuseTooLarge } from '../images/decode.ts';
import { encodingName } from '../images/encode.ts';
import { type ImageFile, readImageFile } from '../images/image-file.ts';
import { createJudgeImage, type JudgeImage } from '../images/judge-image.ts';
import type { Look } from '../images/look.ts';
import { lookRecipe, resizedRecipe } from '../images/recipe.ts';
import type { Judge } from '../judges/judge.ts';
import type { ProviderConfig } from './config.ts';
import type { PixelPool } from './pixel-pool.ts';
import { sentSizeFor } from './prepare-image.ts';

export interface AnchorImageSetting {
  config: ProviderConfig;
  judge: Pick<Judge, 'kind'>;
  pool: PixelPool;
  facts: ImageFacts;
}

/** What an image file looks like; it is decoded for that once. */
export async function knownLook(
  file: ImageFile,
  fileSha256: string,
  { config, pool, facts }: Pick<AnchorImageSetting, 'config' | 'pool' | 'facts'>,
): Promise<Look> {
  const { maxInputPixels } = config.image;
  const text = await facts.recall(lookRecipe(fileSha256), z.string(), async () =>
    Buffer.from(await pool.run('seenFromAfar', { file, maxInputPixels })).toString('base64'),
  );
  return new Uint8Array(Buffer.from(text, 'base64'));
}

/**
 * An anchor as it is sent: at the size at which a query image of its size would be. Its encoding is kept, as
 * it is part of many questions; its pixels are not, and the file is read again where they are wanted.
 *
 * @throws ImageError
 */
export async function anchorImage(
  source: string,
  file: ImageFile,
  { config, judge, pool, facts }: AnchorImageSetting,
): Promise<JudgeImage> {
  const { maxInputPixels, format } = config.image;
  const fileSha256 = fileHash(file);
  const original = await readSize(file);
  refuseTooLarge(file.name, original, maxInputPixels);
  const size = sentSizeFor(original, { config, judge });
  const pixelsOf = async (read: ImageFile) => {
    const image = await pool.run('decode', { file: read, maxInputPixels });
    return pool.run('resize', { image, size: sentSizeFor(image, { config, judge }) });
  };
  const fact = await facts.recall(
    ['anchor', resizedRecipe(fileSha256, size)],
    imageFactSchema,
    async () => {
      const { sha256, width, height } = await pixelsOf(file);
      return { sha256, width, height };
    },
  );
  return createJudgeImage(
    'anchor',
    fact,
    encodingName(format),
    async () => pixelsOf(await readImageFile(source, config)),
    (image) => pool.run('encode', { image, format }),
  );
}

export const fileHash = ({ bytes }: ImageFile): string =>
  createHash('sha256').update(bytes).digest('hex');
