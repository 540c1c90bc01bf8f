import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { AnswerStore } from '../answers/store.ts';
import { versions } from '../common/versions.ts';
import type { EncodedImage } from '../images/encode.ts';
import type { ImageFile } from '../images/image-file.ts';
import { sheetRecipe, thumbnailRecipe } from '../images/recipe.ts';
import { biasText, rowPairs } from '../method/pair-result.ts';
import type { PixelPool } from '../method/pixel-pool.ts';
import type { PromptFile } from '../method/prompt-file.ts';
import type { RowOutput } from '../method/row-output.ts';
import type { Pictures } from '../method/score-image.ts';

/** How many rows of a run get pictures: the rows whose number, from 0, is below it. */
export function previewCount(preview: 'all' | 'none' | number): number {
  if (preview === 'all') return Number.POSITIVE_INFINITY;
  return preview === 'none' ? 0 : preview;
}

const METHODS: Record<RowOutput['method'], (weights: string) => string> = {
  debiased: (weights) => `debiased, ${weights} weights`,
  contrast: () => 'contrast with its copies',
  'single-image': () => 'single image',
  pair: () => 'pairs',
  'debiased-pair': (weights) => `prior pairs, ${weights} weights`,
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
  const compared = rowPairs(output.conditions);
  const drawn = {
    query: { width: image.width, height: image.height },
    conditions: output.conditions.filter(({ degradation }) => degradation !== null),
    ...(compared && {
      anchors: compared.anchors.map((anchor) => ({ ...anchor, name: basename(anchor.image) })),
      notes: [`position bias ${biasText(compared.positionBias)}`],
    }),
    score: output.score,
    method: methodText(output),
    qualityLabel: qualityLabel(prompt),
  };
  const recipe = sheetRecipe(image.sha256, drawn, versions['promptfoo-iqa']);
  const kept = store?.picture(recipe);
  if (kept) return kept;
  const shown = await pictures();
  const { anchors, ...rest } = drawn;
  const sheet = await pool.run('contactSheet', {
    ...rest,
    ...(anchors && {
      anchors: anchors.map(({ name, shownFirst, shownSecond }, index) => {
        const picture = shown.anchors[index];
        if (!picture) throw new Error(`anchor ${index + 1} has no picture`);
        return { image: picture, name, shownFirst, shownSecond };
      }),
    }),
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

/** A notice takes the place of the weights, as there are two lines. */
function methodText({ method, weights, notice }: RowOutput): string {
  const text = METHODS[method](weights);
  return notice === undefined ? text : `${notice}: ${text.split(',')[0]}`;
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
function qualityLabel({ condition, quality, pair }: PromptFile): string {
  if (pair) return 'score';
  if (condition === 'contrast') return 'contrast';
  const [{ choices, scale } = {}, ...others] = quality;
  if (others.length > 0) return 'mean answer';
  if (scale) return 'rating';
  const best = choices?.length === 2 ? choices.find(({ value }) => value === 1) : undefined;
  return best ? `P(${best.label})` : 'mean level';
}
