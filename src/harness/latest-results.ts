import { literalVars } from './literal-text.ts';
import { promptFileName } from './prompt-label.ts';
import { type Evaluation, FAILURE_IS_ERROR, type Result } from './result-schema.ts';
import { isCorrelationTest } from './row-keys.ts';
import { placedVars } from './row-place.ts';

/** The results of one provider with one prompt. */
export interface ColumnResults {
  provider: string;
  prompt: string;
  promptText: string;
  /** One a test, in the order of the tests. */
  results: Result[];
}

/** What counts of an evaluation's results, column by column. */
export function resultsByColumn({
  prompts,
  results,
}: Pick<Evaluation, 'prompts' | 'results'>): ColumnResults[] {
  const byColumn = Map.groupBy(latest(results.map(literal)), ({ promptIdx }) => promptIdx);
  return [...byColumn]
    .sort(([a], [b]) => a - b)
    .flatMap(([promptIdx, ofColumn]) => {
      const [first] = ofColumn;
      const prompt = prompts[promptIdx];
      if (!first || !prompt) return [];
      return [
        {
          provider: first.provider.label || first.provider.id || prompt.provider || 'provider',
          prompt: promptFileName(prompt.label),
          promptText: prompt.raw,
          results: ofColumn,
        },
      ];
    });
}

export const isCorrelation = (result: Result): boolean => isCorrelationTest(result.testCase);

/** A result whose vars are what its data set's loader found, with data set and group. */
const literal = (result: Result): Result => ({
  ...result,
  vars: placedVars({
    vars: literalVars({ ...result.testCase, vars: result.vars }),
    metadata: result.testCase.metadata,
  }),
});

/**
 * One result per test and column, in the order of the tests. After `--retry-errors` the hook is given
 * old errors beside the new results.
 */
function latest(results: readonly Result[]): Result[] {
  const byPlace = new Map<string, Result>();
  for (const result of results) {
    const place = `${result.testIdx} ${result.promptIdx}`;
    const known = byPlace.get(place);
    const isAnswer = result.failureReason !== FAILURE_IS_ERROR;
    if (!known || isAnswer || known.failureReason === FAILURE_IS_ERROR) byPlace.set(place, result);
  }
  return [...byPlace.values()].sort((a, b) => a.testIdx - b.testIdx);
}
