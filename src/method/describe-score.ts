import { basename } from 'node:path';
import { oneLine } from '../common/one-line.ts';
import { describeOrigin } from './answer-origin.ts';
import { biasText, rowPairs } from './pair-result.ts';
import { partName } from './part-scores.ts';
import type { RowOutput } from './row-output.ts';

/**
 * A score and what it was made of, in one line: `score 0.714, softmax weights (samples, n = 8): fog 4: 0.750 x 0.253, ...`.
 *
 * @param name what the score is called
 * @param made of the row's conditions: the score, each condition's weight, and what the weights are called
 */
export function describeScore(
  name: string,
  row: RowOutput,
  { score, weights, scheme }: { score: number; weights: readonly number[]; scheme: string },
): string {
  const origin = describeOrigin(row);
  if (row.method === 'single-image') {
    const error = plusMinus(row.conditions[0]?.standardError);
    const { parts = [] } = row.conditions[0] ?? {};
    const answers = parts.map((part) => `${partName(part)}: ${part.quality.toFixed(3)}`);
    const means = answers.length > 0 ? `, mean of ${answers.join(', ')}` : '';
    return `${name} ${score.toFixed(3)}${error} from one image (${origin})${means}`;
  }
  const compared = comparedText(row);
  if (row.method === 'pair') {
    const error = plusMinus(row.conditions[0]?.standardError);
    return `${name} ${score.toFixed(3)}${error} from comparisons (${origin})${compared}`;
  }
  const parts = row.conditions.map(
    ({ degradation, severity, quality, standardError, skipped, contrast }, index) =>
      quality === null
        ? `${degradation} ${severity} left out (${skipped})`
        : `${degradation} ${severity}: ${quality.toFixed(3)}${plusMinus(standardError)} x ${weights[index]!.toFixed(3)}${contrastText(contrast)}`,
  );
  return `${name} ${score.toFixed(3)}, ${scheme} weights (${origin}): ${parts.join(', ')}${compared}`;
}

/** What came of the comparisons with each anchor, and what its place did. */
function comparedText({ conditions }: RowOutput): string {
  const compared = rowPairs(conditions);
  if (!compared) return '';
  const { anchors, positionBias, inconsistent, pairs } = compared;
  const each = anchors.map(
    ({ image, shownFirst, shownSecond }) =>
      `${oneLine(basename(image))} ${((shownFirst + shownSecond) / 2).toFixed(2)} (shown first ${shownFirst.toFixed(2)}, second ${shownSecond.toFixed(2)})`,
  );
  return `; better than ${each.join(', ')}; position bias ${biasText(positionBias)}, the orders disagree about ${inconsistent} of ${pairs} pairs`;
}

const contrastText = (contrast: RowOutput['conditions'][number]['contrast']): string =>
  contrast
    ? ` (image alone ${contrast.query.toFixed(3)}, copy alone ${contrast.copy.toFixed(3)})`
    : '';

/** A standard error, where there is one. */
const plusMinus = (standardError: number | undefined): string =>
  standardError === undefined ? '' : ` ± ${standardError.toFixed(3)}`;
