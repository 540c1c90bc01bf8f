import type { TestCase, TestSuite } from 'promptfoo';
import { z } from 'zod';
import { sharedAnswerStore } from '../providers/answers/store.ts';
import { storePath } from '../providers/answers/store-file.ts';
import { providerConfigSchema } from '../providers/config.ts';
import { CORRELATION_KEY } from '../providers/correlation-row.ts';
import { dataUri } from '../providers/images/data-uri.ts';
import { readImageFile } from '../providers/images/source.ts';
import { literalVars } from '../providers/literal-text.ts';
import { sharedPixelPool } from '../providers/pixel-pool.ts';
import { previewCount, thumbnailOf } from '../providers/row-preview.ts';

/** In a test's metadata: this row gets a thumbnail. */
const PREVIEW_KEY = 'iqaPreview';

const previewSchema = z.object({
  maxInputPixels: z.number(),
  /** Whether a rerun is to find it in the store. */
  isKept: z.boolean(),
});
type Preview = z.output<typeof previewSchema>;

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
  const preview: Preview = {
    maxInputPixels: Math.max(0, ...configs.map(({ image }) => image.maxInputPixels)),
    isKept: configs.some(({ judge }) => judge !== 'statistical'),
  };
  return {
    ...suite,
    ...(suite.tests && {
      tests: suite.tests.map((test, index) =>
        index < count && !test.metadata?.[CORRELATION_KEY]
          ? { ...test, metadata: { ...test.metadata, [PREVIEW_KEY]: preview } }
          : test,
      ),
    }),
  };
}

export const hasPreviews = ({ tests }: TestSuite): boolean =>
  tests?.some(({ metadata }) => metadata?.[PREVIEW_KEY] !== undefined) ?? false;

/**
 * Adds a thumbnail of a marked row's image as its var `preview`, made now and not when the data set
 * loads. A picture that cannot be had leaves the row as it is: the provider says why.
 */
export async function addPreview(test: TestCase): Promise<TestCase> {
  const preview = previewSchema.safeParse(test.metadata?.[PREVIEW_KEY]);
  const { image } = literalVars<Record<string, unknown>>(test);
  if (!preview.success || typeof image !== 'string') return test;
  try {
    return { ...test, vars: { preview: await thumbnailUri(image, preview.data), ...test.vars } };
  } catch {
    return test;
  }
}

/** Columns of one row share a thumbnail. */
function thumbnailUri(image: string, { maxInputPixels, isKept }: Preview): Promise<string> {
  const known = thumbnails.get(image);
  if (known) return known;
  const store = isKept ? sharedAnswerStore(storePath()) : undefined;
  const thumbnail = readImageFile(image)
    .then((file) => thumbnailOf(file, maxInputPixels, sharedPixelPool, store))
    .then(dataUri);
  thumbnails.set(image, thumbnail);
  const [oldest] = thumbnails.keys();
  if (thumbnails.size > THUMBNAILS_KEPT && oldest !== undefined) thumbnails.delete(oldest);
  return thumbnail;
}
