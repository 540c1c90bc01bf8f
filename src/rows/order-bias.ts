import { ConfigError } from '../common/config-error.ts';
import { readImageFile } from '../images/image-file.ts';
import type { JudgeImage } from '../images/judge-image.ts';
import { fileHash } from '../method/anchor-image.ts';
import { estimateOf } from '../method/answer-origin.ts';
import { noEffect } from '../method/no-effect.ts';
import { sharedPixelPool } from '../method/pixel-pool.ts';
import { prepareImage } from '../method/prepare-image.ts';
import { methodOf, type PromptFile, type PromptQuestion } from '../method/prompt-file.ts';
import { questionOf } from '../method/question.ts';
import type { Asker } from './scorer.ts';

/** What a judge answers about one image and one degraded copy of it, 0..1 each. */
export interface OrderAnswers {
  /** SHA-256 (hex) of the image's file. */
  sha256: string;
  degradation: string;
  severity: number;
  /** The image, beside its copy that is said to be poor: as in an evaluation. */
  asked: number;
  /** The copy, beside the image that is said to be poor: both have changed places, the words have not. */
  swapped: number;
  /** The image, beside itself said to be poor. */
  same: number;
}

/**
 * The first wording of a prompt, if it can be asked in both orders.
 *
 * @throws ConfigError it shows one image at a time, or further images
 */
export function orderedWording(prompt: PromptFile): PromptQuestion {
  if (prompt.pair) {
    throw new ConfigError(
      'the prompt compares two images in both orders already, and its scores come with the position bias; take one with condition: degraded, such as qdebias',
    );
  }
  const [wording] = prompt.quality;
  if (!wording || methodOf(prompt) !== 'debiased') {
    throw new ConfigError(
      'the prompt shows one image at a time, so there is no order of two; take one with condition: degraded, such as qdebias',
    );
  }
  if (prompt.anchors) {
    throw new ConfigError(
      'the prompt shows anchors beside the two images; take one without, such as qdebias',
    );
  }
  return wording;
}

/**
 * Asks a conditional question three times about each degraded copy of an image: as it stands, with the two images in
 * each other's place, and with the image in both places.
 *
 * @param wording of the asker's prompt, see `orderedWording`
 * @returns nothing for a copy that is like the image
 * @throws ImageError, JudgeError, BudgetError
 */
export async function orderAnswers(
  source: string | Uint8Array,
  wording: PromptQuestion,
  { config, prompt, askingFor }: Asker,
): Promise<OrderAnswers[]> {
  const file = await readImageFile(source, config);
  const { judge, facts, end } = await askingFor(source);
  const setting = { config, judge, pool: sharedPixelPool, facts, views: prompt.views };
  const ask = async (first: JudgeImage, second: JudgeImage): Promise<number> => {
    // What an image is in the question follows from its place, whichever it was made as.
    const question = questionOf('quality', wording, {
      degraded: { ...first, role: 'conditional' },
      query: { ...second, role: 'query' },
    });
    return estimateOf(question, await judge.ask(question, {})).quality;
  };
  try {
    const image = await prepareImage(file, { ...setting, withPictures: false });
    const query = image.query[0]!;
    const sha256 = fileHash(file);
    const answers: OrderAnswers[] = [];
    for (const condition of config.conditions) {
      const { psnrDb, images, release } = await image.degraded(condition);
      try {
        if (psnrDb !== undefined && noEffect(psnrDb) !== undefined) continue;
        const copy = images[0]!;
        const [asked, swapped, same] = await Promise.all([
          ask(copy, query),
          ask(query, copy),
          ask(query, query),
        ]);
        answers.push({ sha256, ...condition, asked, swapped, same });
      } finally {
        release();
      }
    }
    return answers;
  } finally {
    end();
  }
}
