import { nameSome } from '../../common/name-some.ts';
import { priorSuitability } from '../../statistics/index.ts';
import { differences } from '../run/run-settings.ts';
import { sameImage } from '../run/same-image.ts';
import type { Column, ImageRow, Run } from '../run/scored-run.ts';
import { ratesCopies } from '../verdict/priors.ts';
import { type Condition, conditionName } from './condition-sets.ts';

/** What the same model says of the copies by themselves (`prompts/prior.yaml`). */
export interface Suitabilities {
  /** Of each condition, in their order; null where it was not measured. Null: no such column. */
  values: (number | null)[] | null;
  notes: string[];
}

/**
 * The suitability of conditions over some images, where a column of the same provider rated their copies.
 *
 * @param rows about the images
 */
export function suitabilitiesOf(
  run: Run,
  column: Column,
  rows: readonly ImageRow[],
  conditions: readonly Condition[],
): Suitabilities {
  const all = run.columns.filter(
    (other) => other.provider === column.provider && ratesCopies(other),
  );
  const [prior, ...others] = all;
  if (!prior) return { values: null, notes: [] };
  const leftOut = (reason: string) => ({
    values: null,
    notes: [`suitability is left out: ${reason}`],
  });
  if (others.length > 0) {
    return leftOut(
      `several columns rate the copies: ${nameSome(all.map(({ prompt }) => prompt))}; keep one`,
    );
  }
  const different = differences([...column.rows, ...prior.rows]).filter((text) =>
    /^(judge|seed|sent|model) is /.test(text),
  );
  if (different.length > 0) {
    return leftOut(`${prior.prompt} was not asked alike: ${different.join('; ')}`);
  }
  const find = sameImage(prior.rows);
  const rated = rows.flatMap((row) => find(row)?.scored ?? []);
  const answers = Map.groupBy(
    rated.flatMap(({ output }) => output.conditions),
    conditionName,
  );
  const values = conditions.map(
    (condition) =>
      priorSuitability(
        (answers.get(conditionName(condition)) ?? []).map(({ quality, similarity }) => ({
          good: quality,
          same: similarity,
        })),
      ).suitability,
  );
  if (values.every((value) => value === null)) {
    return leftOut(`${prior.prompt} rated none of these conditions on the picking half`);
  }
  return {
    values,
    notes:
      rated.length < rows.length
        ? [
            `suitability is over the ${rated.length} of ${rows.length} images of the picking half that ${prior.prompt} scored`,
          ]
        : [],
  };
}

/**
 * The most suitable conditions, each degradation at its most suitable severity, as the paper takes one of
 * each; equal ones in their order.
 *
 * @returns places in `conditions`, the most suitable first
 */
export function mostSuitable(
  conditions: readonly Condition[],
  values: readonly (number | null)[],
  count: number,
): number[] {
  const taken = new Set<string>();
  return [...conditions.keys()]
    .filter((place) => values[place] !== null)
    .sort((a, b) => values[b]! - values[a]! || a - b)
    .filter((place) => {
      const { degradation } = conditions[place]!;
      const isFirst = !taken.has(degradation);
      taken.add(degradation);
      return isFirst;
    })
    .slice(0, count);
}
