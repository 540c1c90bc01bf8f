import pLimit from 'p-limit';
import { oneLine } from '../src/common/one-line.ts';
import { withoutSecrets } from '../src/common/without-secrets.ts';
import { createProgress } from './counter-line.ts';

/** Images under way at once; how many questions are, the judge limits. */
const IMAGES_AT_ONCE = 8;

/** What came of an image, or why nothing did. */
export interface Asked<Result> {
  image: string;
  result?: Result;
  error?: string;
}

/** Asks about several images at once and shows how many are done; an error stays with its image. */
export async function askAboutImages<Result>(
  images: readonly string[],
  ask: (image: string) => Promise<Result>,
): Promise<Asked<Result>[]> {
  const limit = pLimit(IMAGES_AT_ONCE);
  const progress = createProgress('images', images.length);
  const askOne = async (image: string): Promise<Asked<Result>> => {
    try {
      return { image, result: await ask(image) };
    } catch (error) {
      return { image, error: withoutSecrets(oneLine(error)) };
    } finally {
      progress.advance();
    }
  };
  try {
    return await Promise.all(images.map((image) => limit(() => askOne(image))));
  } finally {
    progress.end();
  }
}
