import type { BaselineConfig } from '../config-fields.ts';
import type { Verdict } from '../verdict.ts';
import { type BaselineSource, type DatasetAnswer, lacksDataset } from './baseline-source.ts';
import { remarksOnAsking } from './compare-asked.ts';
import type { ReadBaseline } from './read-baseline.ts';
import { type ResolvedBaseline, resolveBaseline } from './resolve-baseline.ts';

interface Comparing<Answer, Rows> {
  source: BaselineSource<Answer>;
  read: ReadBaseline<Answer>;
  /** Label of this column's provider, where it is known. */
  provider: string | undefined;
  /**
   * What of the two runs is compared, and in `differences` why it cannot be.
   *
   * @param earlier how phrases call the run before
   */
  rowsOf(before: Answer, earlier: string): Rows;
  judge(rows: Rows): Verdict;
}

/**
 * Holds an answer against that of the baseline's column over the same data set. What is not comparable is not judged, and
 * the verdict says why.
 *
 * @throws ConfigError as `resolveBaseline`; what `judge` throws
 */
export function compareWithBaseline<
  Answer extends DatasetAnswer,
  Rows extends { differences: readonly string[] },
>(
  now: DatasetAnswer,
  baseline: BaselineConfig,
  { source, read, provider, rowsOf, judge }: Comparing<Answer, Rows>,
): Verdict {
  const differencesFrom = (before: Answer) => rowsOf(before, 'that run').differences;
  const found = resolveBaseline(baseline, now, { source, read, provider, differencesFrom });
  const before = found.column.answers.get(now.dataset);
  if (!before) return notComparable(found, [lacksDataset(source, now.dataset)]);
  const rows = rowsOf(before, 'the baseline');
  if (rows.differences.length > 0) return notComparable(found, rows.differences);
  const verdict = judge(rows);
  return {
    ...verdict,
    remarks: [
      ...found.remarks,
      ...verdict.remarks,
      ...remarksOnAsking(now.asked, before.asked, 'the baseline'),
    ],
  };
}

const notComparable = (
  { name, remarks, isLastGreen }: ResolvedBaseline<unknown>,
  differences: readonly string[],
): Verdict => ({
  pass: false,
  judged: false,
  phrase: `; not comparable with ${name}: ${differences.join('; ')}`,
  remarks: [
    ...remarks,
    ...(isLastGreen
      ? [
          'to begin anew with what differs, give lastGreen another folder, and the output of a run that you accept as baseline.file beside it',
        ]
      : []),
  ],
});
