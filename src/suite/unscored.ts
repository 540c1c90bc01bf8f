import type { TestCase } from 'promptfoo';
import { isUnscoredTest } from '../harness/row-keys.ts';
import { datasetOf } from '../harness/row-place.ts';

const datasetOfTest = ({ vars, metadata }: TestCase): string => datasetOf({ vars, metadata });

/** One line for each data set of the run that has no scores: why it has no correlation. */
export function describeUnscored(tests: readonly TestCase[]): string {
  const rows = tests.filter(isUnscoredTest);
  return [...Map.groupBy(rows, datasetOfTest)]
    .map(
      ([dataset, images]) =>
        `${dataset}: ${images.length} images without human scores, so no correlation\n`,
    )
    .join('');
}
