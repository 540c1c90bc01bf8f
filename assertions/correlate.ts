import type { CorrelationAnswer } from '../providers/correlation-row.ts';
import type { Weights } from '../providers/row-output.ts';
import { scoreConditions } from './score-conditions.ts';
import { krcc, plcc, srcc } from './statistics/index.ts';

/** Agreement of scores with MOS over `n` images: tau-b for KRCC, no mapping for PLCC. */
export interface Correlation {
  SRCC: number;
  KRCC: number;
  PLCC: number;
  n: number;
}

/**
 * Correlates the scores of a correlation row's images, aggregated as `debiased-score` does, with MOS.
 *
 * @throws UndefinedCorrelationError fewer than 3 images, or all scores or all MOS equal
 */
export function correlate(rows: CorrelationAnswer['rows'], weights?: Weights): Correlation {
  const scores = rows.map((row) => scoreConditions(row.conditions, weights).score);
  const mos = rows.map((row) => row.mos);
  return {
    SRCC: srcc(scores, mos),
    KRCC: krcc(scores, mos),
    PLCC: plcc(scores, mos),
    n: rows.length,
  };
}
