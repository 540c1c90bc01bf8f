import { PAIR_MODELS, type PairModelName, pairScores } from '../statistics/index.ts';
import { type PairReply, pairOutcome } from './ask-pair.ts';
import type { PairResult } from './pair-result.ts';
import type { Anchor } from './question.ts';

/** An anchor and what was answered about the image (a) and it (b). */
export interface ComparedAnchor extends Pick<Anchor, 'name' | 'sha256'> {
  replies: readonly PairReply[];
}

/**
 * The score of an image from comparisons with anchors. The anchors are the origin of the scale: all stand at 0, as
 * images do that were taken from the middle of the range, and the image's score has a normal prior of mean 0 and
 * variance 1 around them. Taken is the score with the largest posterior density; as a quality it is mapped to the
 * probability, by the same model, that the image is preferred to an anchor.
 *
 * @param compared at least one anchor
 * @returns `quality` in 0..1, and its standard error: that of the score times the slope of the mapping there
 */
export function pairScore(
  compared: readonly ComparedAnchor[],
  model: PairModelName,
): { quality: number; standardError: number; pairs: PairResult } {
  const outcomes = compared.map(({ replies, ...anchor }) => ({
    ...anchor,
    ...pairOutcome(replies),
  }));
  const { scores, standardErrors } = pairScores(
    2,
    outcomes.map(({ wins, losses }) => ({ ...{ first: 0, second: 1 }, wins, losses })),
    { model, fixed: new Map([[1, 0]]) },
  );
  const [score, error] = [scores[0]!, standardErrors[0]!];
  const { probability, density } = PAIR_MODELS[model];
  const total = outcomes.reduce((sum, { positionBias }) => sum + positionBias, 0);
  return {
    quality: probability(score),
    standardError: density(score) * error,
    pairs: {
      ...{ model, score, standardError: error },
      positionBias: total / outcomes.length,
      inconsistent: outcomes.filter(({ isInconsistent }) => isInconsistent).length,
      anchors: outcomes.map(({ name, sha256, shownFirst, shownSecond, tie }) => ({
        ...{ image: name, sha256, shownFirst, shownSecond, tie },
      })),
    },
  };
}
