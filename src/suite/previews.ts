import type { TestCase, TestSuite } from 'promptfoo';
import { z } from 'zod';
import { sharedAnswerStore } from '../answers/store.ts';
import { storePath } from '../answers/store-file.ts';
import { literalVars } from '../harness/literal-text.ts';
import { isCorrelationTest, isPairTest, PREVIEW_KEY } from '../harness/row-keys.ts';
import { dataUri } from '../images/data-uri.ts';
import { readImageFile } from '../images/image-file.ts';
import { providerConfigSchema } from '../method/config.ts';
import { sharedPixelPool } from '../method/pixel-pool.ts';
import { previewCount, thumbnailOf } from '../rows/row-preview.ts';

const previewSchema = z.object({
  maxInputPixels: z.number(),
  /** Whether a rerun is to find it in the store. */
  isKept: z.boolean(),
});
type Preview = z.output<typeof previewSchema>;

/** Enough for the columns of the rows that are under way at once. */
const THUMBNAILS_KEPT = 64;
const thumbnails = new Map<string, Promise<string>>();

const debiasedProviderSchema = z.object({
  config: providerConfigSchema,
  keepsAnswers: z.boolean(),
});

/**
 * Marks the rows that get a thumbnail: as many as any of the suite's providers shows pictures of. promptfoo
 * puts the columns of vars in the order in which it first sees them, so the marked rows have an empty
 * `preview` before the others: the thumbnails stand first, however narrow the window is.
 */
export function markPreviews(suite: TestSuite): TestSuite {
  const providers = suite.providers.flatMap(
    (provider) => debiasedProviderSchema.safeParse(provider).data ?? [],
  );
  const configs = providers.map(({ config }) => config);
  const count = Math.max(0, ...configs.map(({ preview }) => previewCount(preview)));
  const preview: Preview = {
    maxInputPixels: Math.max(0, ...configs.map(({ image }) => image.maxInputPixels)),
    isKept: providers.some(({ keepsAnswers }) => keepsAnswers),
  };
  return {
    ...suite,
    ...(suite.tests && {
      tests: suite.tests.map((test, index) =>
        index < count && !isCorrelationTest(test)
          ? {
              ...test,
              vars: { ...emptyPreviews(test), ...test.vars },
              metadata: { ...test.metadata, [PREVIEW_KEY]: preview },
            }
          : test,
      ),
    }),
  };
}

/**
 * Adds a thumbnail of a marked row's image as its var `preview`, of a pair's second one as `preview2`, made now and not when the data set
 * loads. A picture that cannot be had leaves the row without: the provider says why. promptfoo's progress
 * line shows the first 40 characters of a row's vars, so the thumbnail is the last of them here.
 */
export async function addPreview(test: TestCase): Promise<TestCase> {
  const preview = previewSchema.safeParse(test.metadata?.[PREVIEW_KEY]);
  if (!preview.success) return test;
  const found = literalVars<Record<string, unknown>>(test);
  const named = isPairTest(test)
    ? { preview: found.first, preview2: found.second }
    : { preview: found.image };
  const made: Record<string, string> = {};
  for (const [name, image] of Object.entries(named)) {
    if (test.vars?.[name] || typeof image !== 'string') continue;
    made[name] = await thumbnailUri(image, preview.data).catch(() => '');
  }
  const others = Object.entries(test.vars ?? {}).filter(([name]) => !(name in made));
  return { ...test, vars: { ...Object.fromEntries(others), ...made } };
}

/** A pair has two. */
const emptyPreviews = (test: TestCase): Record<string, string> =>
  isPairTest(test) ? { preview: '', preview2: '' } : { preview: '' };

/** As long as what stands before the bytes, `data:image/webp;base64,`. */
const LINE_LENGTH = 23;

/**
 * A data URI in short lines, which browsers read as one: promptfoo's viewer makes the column of a var as wide
 * as its longest lines, up to 360 pixels, and a thumbnail needs 160.
 */
const inLines = (uri: string): string =>
  (uri.match(new RegExp(`.{1,${LINE_LENGTH}}`, 'g')) ?? []).join('\n');

/** Columns of one row share a thumbnail. */
function thumbnailUri(image: string, { maxInputPixels, isKept }: Preview): Promise<string> {
  const known = thumbnails.get(image);
  if (known) return known;
  const store = isKept ? sharedAnswerStore(storePath()) : undefined;
  const thumbnail = readImageFile(image)
    .then((file) => thumbnailOf(file, maxInputPixels, sharedPixelPool, store))
    .then((picture) => inLines(dataUri(picture)));
  thumbnails.set(image, thumbnail);
  const [oldest] = thumbnails.keys();
  if (thumbnails.size > THUMBNAILS_KEPT && oldest !== undefined) thumbnails.delete(oldest);
  return thumbnail;
}
