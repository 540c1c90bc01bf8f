import type { TestCase, TestSuite } from 'promptfoo';
import { z } from 'zod';
import { providerConfigSchema } from '../providers/config.ts';
import { CORRELATION_KEY } from '../providers/correlation-row.ts';
import { readImageFile } from '../providers/images/source.ts';
import { sharedPixelPool } from '../providers/pixel-pool.ts';
import { dataUri, previewCount } from '../providers/row-preview.ts';

/** In a test's metadata: this row gets a thumbnail of at most so many input pixels. */
const PREVIEW_KEY = 'iqaPreview';

/** Enough for the columns of the rows that are under way at once. */
const THUMBNAILS_KEPT = 64;
const thumbnails = new Map<string, Promise<string>>();

const debiasedProviderSchema = z.object({ config: providerConfigSchema });

/** Marks the rows that get a thumbnail: as many as any of the suite's providers shows pictures of. */
export function markPreviews(suite: TestSuite): TestSuite {
  const configs = suite.providers.flatMap((provider) => {
    const parsed = debiasedProviderSchema.safeParse(provider);
    return parsed.success ? [parsed.data.config] : [];
  });
  const count = Math.max(0, ...configs.map(({ preview }) => previewCount(preview)));
  const maxInputPixels = Math.max(0, ...configs.map(({ image }) => image.maxInputPixels));
  return {
    ...suite,
    ...(suite.tests && {
      tests: suite.tests.map((test, index) =>
        index < count && !test.metadata?.[CORRELATION_KEY]
          ? { ...test, metadata: { ...test.metadata, [PREVIEW_KEY]: maxInputPixels } }
          : test,
      ),
    }),
  };
}

/**
 * Adds a thumbnail of a marked row's image as its var `preview`, made now and not when the data set
 * loads. A picture that cannot be had leaves the row as it is: the provider says why.
 */
export async function addPreview(test: TestCase): Promise<TestCase> {
  const maxInputPixels = test.metadata?.[PREVIEW_KEY];
  const image = test.vars?.image;
  if (typeof maxInputPixels !== 'number' || typeof image !== 'string') return test;
  try {
    return { ...test, vars: { preview: await thumbnailOf(image, maxInputPixels), ...test.vars } };
  } catch {
    return test;
  }
}

/** Columns of one row share a thumbnail. */
function thumbnailOf(image: string, maxInputPixels: number): Promise<string> {
  const known = thumbnails.get(image);
  if (known) return known;
  const thumbnail = readImageFile(image)
    .then((file) => sharedPixelPool.run('thumbnail', { file, maxInputPixels }))
    .then(dataUri);
  thumbnails.set(image, thumbnail);
  const [oldest] = thumbnails.keys();
  if (thumbnails.size > THUMBNAILS_KEPT && oldest !== undefined) thumbnails.delete(oldest);
  return thumbnail;
}
