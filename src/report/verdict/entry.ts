import { imageName } from '../../images/image-name.ts';
import { FEW_UNITS, METRICS } from '../../statistics/index.ts';
import type { Entry } from '../report-schema.ts';
import type { Column, ImageRow } from '../run/scored-run.ts';
import { skippedConditions, spending } from './column-cost.ts';
import type { Sample } from './column-sample.ts';
import { type Bootstrapped, estimateOf } from './correlations.ts';
import type { Mapped } from './map-sample.ts';
import { noEstimate } from './or-reason.ts';
import { positionBiasOf } from './position-bias.ts';

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
  agreement: Entry['agreement'];
}

/** Images with the lowest scores that an entry names. */
const LOWEST_NAMED = 5;

/** What there is to say of a data set without human scores. */
function scoresOf(rows: readonly ImageRow[]): Pick<Entry, 'scores'> {
  const scored = rows.flatMap(({ image, scored }) =>
    scored ? [{ image: imageName(image), score: scored.score }] : [],
  );
  if (scored.length === 0 || rows.some(({ mos }) => mos !== undefined)) return {};
  const mean = scored.reduce((sum, { score }) => sum + score, 0) / scored.length;
  const lowest = scored.toSorted((a, b) => a.score - b.score).slice(0, LOWEST_NAMED);
  return { scores: { mean, lowest } };
}

/** The leaderboard's line of a column and data set. */
export function entryOf(
  { number, column, rows, repetitions, sample, series, mapping, agreement }: Measured,
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
    method: column.ensemble ? 'ensemble' : (scored[0]?.output.method ?? null),
    images: {
      total: rows.length,
      scored: scored.length,
      failed: failed
        .slice(0, FAILED_NAMED)

        .map(({ image, error }) => ({ image: imageName(image), reason: error ?? 'no answer' })),
      anchors: sample.anchors.length,
    },
    ...scoresOf(rows),
    SRCC,
    KRCC,
    PLCC,
    mapping: mapping.mapping,
    agreement,
    ...positionBiasOf(rows),
    units: units > 0 ? { count: units, kind: sample.unitKind, few: units < FEW_UNITS } : null,
    ...spending([...rows, ...repetitions]),
    repetitions: repetitions.length,
    skippedConditions: skippedConditions(scored),
    gates: column.gates
      .filter((gate) => gate.of === 'images' && gate.dataset === dataset)
      .map(({ passed, reason, repetitions }) => ({
        passed,
        reason,
        ...(repetitions && { repetitions }),
      })),
    disagreements,
  };
}
