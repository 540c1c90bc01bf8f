import type { ProviderResponse } from 'promptfoo';
import type { EncodedImage } from './judges/judge.ts';
import type { PixelPool } from './pixel-pool.ts';
import type { PromptFile } from './prompt-file.ts';
import type { ImageScore, Pictures } from './score-image.ts';

/** How many rows of a run get pictures: the rows whose number, from 0, is below it. */
export function previewCount(preview: 'all' | 'none' | number): number {
  if (preview === 'all') return Number.POSITIVE_INFINITY;
  return preview === 'none' ? 0 : preview;
}

/** The contact sheet of a row, as promptfoo's viewer shows it inside the cell. */
export async function contactSheetOf(
  { output, image }: ImageScore,
  pictures: Pictures,
  prompt: PromptFile,
  pool: PixelPool,
): Promise<NonNullable<ProviderResponse['images']>> {
  const debiased = output.method === 'debiased';
  const sheet = await pool.run('contactSheet', {
    query: { image: pictures.query, width: image.width, height: image.height },
    conditions: pictures.conditions.map((picture, index) => {
      const condition = output.conditions[index];
      if (!condition) throw new Error(`there is a picture ${index + 1} without a condition`);
      return {
        ...condition,
        image: picture,
        degradation: condition.degradation ?? '',
        severity: condition.severity ?? 0,
      };
    }),
    score: output.score,
    method: debiased ? `debiased, ${output.weights} weights` : 'single image',
    qualityLabel: qualityLabel(prompt),
  });
  return [{ data: dataUri(sheet), mimeType: sheet.mimeType }];
}

/** What the number of one answer is: the probability of the choice that stands for 1, or a mean. */
function qualityLabel({ quality: { choices, scale } }: PromptFile): string {
  if (scale) return 'rating';
  const best = choices?.length === 2 ? choices.find(({ value }) => value === 1) : undefined;
  return best ? `P(${best.label})` : 'mean level';
}

export const dataUri = ({ bytes, mimeType }: EncodedImage): string =>
  `data:${mimeType};base64,${Buffer.from(bytes).toString('base64')}`;
