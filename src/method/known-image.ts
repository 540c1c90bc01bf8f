import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { degradedFactSchema, type ImageFact, imageFactSchema } from '../answers/image-facts.ts';
import { readSize, refuseTooLarge } from '../images/decode.ts';
import { encodingName } from '../images/encode.ts';
import type { ImageFile } from '../images/image-file.ts';
import type { JudgeImage } from '../images/judge-image.ts';
import { croppedRecipe, decodedRecipe, resizedRecipe } from '../images/recipe.ts';
import type { Judge } from '../judges/judge.ts';
import { conditionSeed } from './condition-seed.ts';
import type { ProviderConfig } from './config.ts';
import type { PlannedImages } from './plan.ts';
import { degradedViewRecipe, refuseUndegradable, sentSizeFor, viewsFor } from './prepare-image.ts';
import type { Views } from './views.ts';

interface Setting {
  config: ProviderConfig;
  judge: Pick<Judge, 'kind'>;
  views: Views;
  /** What is known under a recipe; undefined: nothing. */
  factOf(recipe: unknown): unknown;
}

/**
 * An image and its degraded copies as an estimate needs them: nothing is decoded or degraded. Their hashes
 * are those of earlier runs where those are known, else stand-ins that equal no hash.
 *
 * @throws ImageError the image is too large, or cannot be degraded
 */
export async function knownImage(
  file: ImageFile,
  { config, judge, views: asked, factOf }: Setting,
): Promise<PlannedImages> {
  const known = <Fact>(recipe: unknown, schema: z.ZodType<Fact>): Fact | undefined =>
    schema.safeParse(factOf(recipe)).data;
  const fileSha256 = createHash('sha256').update(file.bytes).digest('hex');
  const decoded = known(decodedRecipe(fileSha256), imageFactSchema);
  const original = decoded ?? (await readSize(file));
  refuseTooLarge(file.name, original, config.image.maxInputPixels);
  refuseUndegradable(file.name, original, config.conditions);
  const sent = sentSizeFor(original, { config, judge });
  const isOriginalSize = sent.width === original.width && sent.height === original.height;
  const views = viewsFor(file.name, original, { config, judge, views: asked });
  return {
    views,
    query: views.map(({ crop }) => {
      const recipe = crop ? croppedRecipe(fileSha256, crop) : resizedRecipe(fileSha256, sent);
      const fact = !crop && isOriginalSize ? decoded : known(recipe, imageFactSchema);
      return unmadeImage('query', crop ?? sent, config, fact?.sha256 ?? JSON.stringify(recipe));
    }),
    async degraded({ degradation, severity }) {
      // Without the pixels' hash the copy's own seed is not known, and neither is the copy.
      const seed = seedOf(decoded, degradation, config);
      const copies = views.map((view) => {
        const recipe = degradedViewRecipe(fileSha256, { degradation, severity, seed }, view, sent);
        return { view, recipe, fact: decoded && known(recipe, degradedFactSchema) };
      });
      return {
        seed,
        psnrDb: copies[0]?.fact?.psnrDb,
        images: copies.map(({ view: { crop }, recipe, fact }) =>
          unmadeImage('conditional', crop ?? sent, config, fact?.sha256 ?? JSON.stringify(recipe)),
        ),
        release() {},
      };
    },
  };
}

const seedOf = (
  decoded: ImageFact | undefined,
  degradation: string,
  { seed }: ProviderConfig,
): number => (decoded ? conditionSeed(seed, decoded.sha256, degradation) : seed);

/** An image that is counted and never sent. */
function unmadeImage(
  role: JudgeImage['role'],
  { width, height }: { width: number; height: number },
  config: ProviderConfig,
  sha256: string,
): JudgeImage {
  const unmade = () => Promise.reject(new Error('an estimate makes no images'));
  const encoding = encodingName(config.image.format);
  return { role, width, height, sha256, encoding, pixels: unmade, encoded: unmade };
}
