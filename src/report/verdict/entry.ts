import { FEW_UNITS, METRICS } from '../../assertions/statistics/index.ts';
import { imageName } from '../../providers/images/image-name.ts';
import type { Entry } from '../report-schema.ts';
import type { Column, ImageRow } from '../run/run.ts';
import { type Bootstrapped, estimateOf } from './correlations.ts';
import { noEstimate } from './estimate.ts';
import type { Mapped } from './mapping.ts';
import type { Sample } from './sample.ts';
import { skippedConditions, spending } from './spending.ts';

/** Failed images that an entry names. */
const FAILED_NAMED = 5;

export interface Measured {
  number: number;
  column: Column;
  rows: ImageRow[];
  repetitions: ImageRow[];
  sample: Sample;
  series: Bootstrapped | { problem: string };
  mapping: Mapped;
}

/** The leaderboard's line of a column and data set. */
export function entryOf(
  { number, column, rows, repetitions, sample, series, mapping }: Measured,
  dataset: string,
  disagreements: Entry['disagreements'],
): Entry {
  const failed = rows.filter(({ scored }) => !scored);
  const scored = rows.flatMap((row) => row.scored ?? []);
  const [SRCC, KRCC, PLCC] = METRICS.map((metric) => {
    if ('problem' in series) return noEstimate(series.problem as string);
    const one = series[metric];
    return one ? estimateOf(one) : noEstimate('not computed');
  }) as [Entry['SRCC'], Entry['KRCC'], Entry['PLCC']];
  const units = new Set(sample.units).size;
  return {
    column: number,
    provider: column.provider,
    prompt: column.prompt,
    method: scored[0]?.output.method ?? null,
    images: {
      total: rows.length,
      scored: scored.length,
      failed: failed
        .slice(0, FAILED_NAMED)

        .map(({ image, error }) => ({ image: imageName(image), reason: error ?? 'no answer' })),
    },
    SRCC,
    KRCC,
    PLCC,
    mapping: mapping.mapping,
    units: units > 0 ? { count: units, kind: sample.unitKind, few: units < FEW_UNITS } : null,
    ...spending([...rows, ...repetitions]),
    repetitions: repetitions.length,
    skippedConditions: skippedConditions(scored),
    gates: column.gates
      .filter((gate) => gate.dataset === dataset)
      .map(({ passed, reason, repetitions }) => ({
        passed,
        reason,
        ...(repetitions && { repetitions }),
      })),
    disagreements,
  };
}
