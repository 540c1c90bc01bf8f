import type { TestCase } from 'promptfoo';
import { literalVars } from '../providers/literal-text.ts';
import { UNNAMED_DATASET, UNSCORED_KEY } from '../providers/row-input.ts';

/** One line for each data set of the run that has no scores: why it has no correlation. */
export function describeUnscored(tests: readonly TestCase[]): string {
  const rows = tests.filter(({ metadata }) => metadata?.[UNSCORED_KEY] === true);
  return [...Map.groupBy(rows, (test) => String(literalVars(test).dataset ?? UNNAMED_DATASET))]
    .map(
      ([dataset, images]) =>
        `${dataset}: ${images.length} images without human scores, so no correlation\n`,
    )
    .join('');
}
