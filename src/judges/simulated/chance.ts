import { createHash } from 'node:crypto';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { JudgeImage } from '../../images/judge-image.ts';
import type { Question } from '../question.ts';

/** Random numbers of one question: the same images and words give the same ones. */
export interface Chance {
  /** Of [0, 1). */
  uniform(): number;
  /** Of the standard normal distribution. */
  normal(): number;
}

/**
 * The order of the choices is no part of the seed, nor is the number of samples. Of two images that are compared it
 * is one question which of them is shown first, whichever is the one that is rated.
 */
export function chanceOf({ kind, images, system, content, prefill }: Question): Chance {
  const roleOf = ({ role }: JudgeImage) =>
    kind === 'pair' && role !== 'conditional' ? 'compared' : role;
  const shown = images.map((image) => [roleOf(image), image.sha256]);
  const asked = [kind, shown, system, content, prefill];
  const seed = createHash('sha256').update(JSON.stringify(asked)).digest().readInt32BE(0);
  const generator = xoroshiro128plus(seed);
  const uniform = () => uniformFloat64(generator);
  return {
    uniform,
    // Box and Muller's transform; 1 - u is never 0.
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
  };
}
