import { imageName } from '../../images/image-name.ts';
import type { ConditionResult } from '../../method/row-output.ts';
import { type PriorAnswer, priorSuitability } from '../../statistics/index.ts';
import { rankScores } from '../../statistics/rank-scores.ts';
import type { PriorReport } from '../report-schema.ts';
import { differences } from '../run/run-settings.ts';
import type { Column, ImageRow, ScoredPart } from '../run/scored-run.ts';
import { skippedConditions, spending } from './column-cost.ts';

/** Whether a column's prompt rates the degraded copies, so that it says nothing of the images. */
export const ratesCopies = ({ rows }: Column): boolean =>
  rows.some(({ scored }) => scored?.output.method === 'prior');

/** Ranks the degradations of a column as priors, the best first, over the images of all data sets. */
export function priorsOf(column: Column, number: number): PriorReport {
  const { provider, prompt, rows, repetitions } = column;
  const scored = rows.flatMap((row) => row.scored ?? []);
  const byCondition = Map.groupBy(
    scored.flatMap(({ output }) => output.conditions),
    ({ degradation, severity }) => `${degradation} ${severity}`,
  );
  const measured = [...byCondition.values()].map((conditions) => {
    const { degradation, severity } = conditions[0]!;
    return {
      degradation: String(degradation),
      severity: Number(severity),
      ...priorSuitability(conditions.map(answerOf)),
    };
  });
  return {
    column: number,
    provider,
    prompt,
    images: { total: rows.length, scored: scored.length },
    ...spending([...rows, ...repetitions]),
    repetitions: repetitions.length,
    skippedConditions: skippedConditions(scored),
    notes: notesOn(rows, scored),
    ranking: bestFirst(
      measured,
      scored.map(({ output }) => output.source),
    ),
  };
}

/** By suitability; those that have the same one, by name. */
function bestFirst(
  measured: PriorReport['ranking'],
  sources: readonly string[],
): PriorReport['ranking'] {
  const values = measured.map(({ suitability }) => suitability ?? Number.NEGATIVE_INFINITY);
  const ranked = rankScores(values, sources);
  const name = (index: number) => {
    const { degradation, severity } = measured[index]!;
    return `${degradation} ${severity}`;
  };
  return [...measured.keys()]
    .sort((a, b) => {
      const [ofA, ofB] = [ranked[a]!, ranked[b]!];
      return ofA === ofB ? (name(a) < name(b) ? -1 : 1) : ofB - ofA;
    })
    .map((index) => measured[index]!);
}

function notesOn(rows: readonly ImageRow[], scored: readonly ScoredPart[]): string[] {
  const different = differences(rows);
  const failed = rows.find(({ error }) => error !== undefined);
  const same = scored.flatMap(({ output }) =>
    output.conditions.flatMap(({ similarity }) => similarity ?? []),
  );
  return [
    ...(different.length > 0 ? [`the rows were not asked alike: ${different.join('; ')}`] : []),
    ...(failed ? [`first without an answer: ${imageName(failed.image)}: ${failed.error}`] : []),
    ...(same.length === 0
      ? ['P(same) was not asked, so recognition plays no part in the order']
      : new Set(same).size === 1
        ? [
            `P(same) is ${same[0]?.toFixed(3)} for every copy, so recognition plays no part in the order`,
          ]
        : []),
  ];
}

const answerOf = ({ quality, similarity }: ConditionResult): PriorAnswer => ({
  good: quality,
  same: similarity,
});
