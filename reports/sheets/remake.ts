import { createHash } from 'node:crypto';
import type { AnswerStore } from '../../providers/answers/store.ts';
import { conditionSeed } from '../../providers/condition-seed.ts';
import { providerConfigSchema } from '../../providers/config.ts';
import { dataUri } from '../../providers/images/data-uri.ts';
import { imageName } from '../../providers/images/image-name.ts';
import { readImageFile } from '../../providers/images/source.ts';
import type { PixelPool } from '../../providers/pixel-pool.ts';
import { parsePromptFile } from '../../providers/prompt-file.ts';
import { contactSheetOf } from '../../providers/row-preview.ts';
import type { ScoredImage } from '../verdict/sample.ts';

const { maxInputPixels } = providerConfigSchema.parse({ judge: 'statistical' }).image;

/**
 * Draws a row's contact sheet from its image file, which must be the one that was scored: the degraded
 * copies follow from the recorded seed.
 *
 * @returns a data URI
 * @throws Error the file is not there, or another one is
 */
export async function remakeSheet(
  { row, scored }: ScoredImage,
  promptText: string,
  pool: PixelPool,
  store: AnswerStore | undefined,
): Promise<string> {
  const file = await readImageFile(row.image);
  if (createHash('sha256').update(file.bytes).digest('hex') !== scored.sha256) {
    throw new Error(`${imageName(row.image)} is not the file that was scored`);
  }
  const pictures = async () => {
    const image = await pool.run('decode', { file, maxInputPixels });
    const query = await pool.run('picture', { image });
    const size = { width: query.width, height: query.height };
    const conditions = [];
    for (const { degradation, severity } of scored.output.conditions) {
      if (degradation === null || severity === null) continue;
      const seed = conditionSeed(Number(scored.setting.seed), image.sha256, degradation);
      const { picture } = await pool.run('degradeAndResize', {
        image,
        degradation,
        severity,
        seed,
        size,
        withPicture: true,
      });
      if (picture) conditions.push(picture);
    }
    return { query, conditions };
  };
  const drawn = { output: scored.output, image: { sha256: scored.sha256, ...scored.size } };
  const prompt = parsePromptFile(promptText, row.image);
  return dataUri(await contactSheetOf(drawn, pictures, prompt, pool, store));
}
