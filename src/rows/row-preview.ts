import { createHash } from 'node:crypto';
import type { AnswerStore } from './answers/store.ts';
import { sheetRecipe, thumbnailRecipe } from './images/recipe.ts';
import type { ImageFile } from './images/source.ts';
import type { EncodedImage } from './judges/judge.ts';
import type { PixelPool } from './pixel-pool.ts';
import type { PromptFile } from './prompt-file.ts';
import type { RowOutput } from './row-output.ts';
import type { Pictures } from './score-image.ts';
import { versions } from './versions.ts';

/** How many rows of a run get pictures: the rows whose number, from 0, is below it. */
export function previewCount(preview: 'all' | 'none' | number): number {
  if (preview === 'all') return Number.POSITIVE_INFINITY;
  return preview === 'none' ? 0 : preview;
}

const METHODS: Record<RowOutput['method'], (weights: string) => string> = {
  debiased: (weights) => `debiased, ${weights} weights`,
  'single-image': () => 'single image',
  prior: (weights) => `the prior alone, ${weights} weights`,
};

/**
 * The contact sheet of a row, as promptfoo's viewer shows it inside the cell. A rerun finds it in the
 * store, so that nothing is degraded for it.
 */
export async function contactSheetOf(
  {
    output,
    image,
  }: { output: RowOutput; image: { sha256: string; width: number; height: number } },
  pictures: () => Promise<Pictures>,
  prompt: PromptFile,
  pool: PixelPool,
  store: AnswerStore | undefined,
): Promise<EncodedImage> {
  const drawn = {
    query: { width: image.width, height: image.height },
    conditions: output.method === 'single-image' ? [] : output.conditions,
    score: output.score,
    method: METHODS[output.method](output.weights),
    qualityLabel: qualityLabel(prompt),
  };
  const recipe = sheetRecipe(image.sha256, drawn, versions['promptfoo-iqa']);
  const kept = store?.picture(recipe);
  if (kept) return kept;
  const shown = await pictures();
  const sheet = await pool.run('contactSheet', {
    ...drawn,
    query: { ...drawn.query, image: shown.query },
    conditions: drawn.conditions.map((condition, index) => {
      const picture = shown.conditions[index];
      if (!picture) throw new Error(`condition ${index + 1} has no picture`);
      return {
        ...condition,
        image: picture,
        degradation: condition.degradation ?? '',
        severity: condition.severity ?? 0,
      };
    }),
  });
  await store?.keepPicture(recipe, sheet);
  return sheet;
}

/** A small picture of an image file, for a row's `preview` var; kept where the store is in use. */
export async function thumbnailOf(
  file: ImageFile,
  maxInputPixels: number,
  pool: PixelPool,
  store: AnswerStore | undefined,
): Promise<EncodedImage> {
  const fileSha256 = createHash('sha256').update(file.bytes).digest('hex');
  const recipe = thumbnailRecipe(fileSha256, versions['promptfoo-iqa']);
  const kept = store?.picture(recipe);
  if (kept) return kept;
  const thumbnail = await pool.run('thumbnail', { file, maxInputPixels });
  await store?.keepPicture(recipe, thumbnail);
  return thumbnail;
}

/** What the number of one answer is: the probability of the choice that stands for 1, or a mean. */
function qualityLabel({ quality: { choices, scale } }: PromptFile): string {
  if (scale) return 'rating';
  const best = choices?.length === 2 ? choices.find(({ value }) => value === 1) : undefined;
  return best ? `P(${best.label})` : 'mean level';
}
