import pLimit from 'p-limit';
import { nameSome } from '../src/common/name-some.ts';
import { oneLine } from '../src/common/one-line.ts';
import { withoutSecrets } from '../src/common/without-secrets.ts';
import { imageName } from '../src/images/image-name.ts';
import { createProgress } from './counter-line.ts';

/** Images under way at once; how many questions are, the judge limits. */
const IMAGES_AT_ONCE = 8;

/** What came of an image, or why nothing did. */
export interface Asked<Result> {
  image: string;
  result?: Result;
  error?: string;
}

/** The error stands beside its image, so that it need not begin with its name. */
function withoutName(error: string, image: string): string {
  const named = `image "${oneLine(imageName(image))}": `;
  return error.startsWith(named) ? error.slice(named.length) : error;
}

/** The images that have no result, those with the same error in one line. */
export function failureLines(asked: readonly Asked<unknown>[]): string[] {
  const failed = asked.filter(({ error }) => error !== undefined);
  return [...Map.groupBy(failed, ({ error }) => error)].map(
    ([error, images]) => `${nameSome(images.map(({ image }) => oneLine(image)))}: ${error}`,
  );
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
      return { image, error: withoutName(withoutSecrets(oneLine(error)), image) };
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
