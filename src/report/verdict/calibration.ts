import { LISTED } from '../../method/row-output.ts';
import { rangeOf } from '../../statistics/agreement.ts';
import { calibrationOf, type Statistic } from '../../statistics/index.ts';
import { LOGARITHM } from '../../statistics/interval.ts';
import type { EntryAgreement } from '../report-schema.ts';
import { ENSEMBLE } from '../run/ensembles.ts';
import type { Sample } from './column-sample.ts';
import { meanEstimate } from './mean-estimate.ts';
import { noEstimate, orReason } from './or-reason.ts';
import { type Outcome, statisticEstimate } from './statistic-estimate.ts';

/** Bins of a calibration plot; fewer where they would hold fewer images than this on average. */
const MOST_BINS = 10;
const IMAGES_A_BIN = 10;
const FEWEST_IMAGES = 20;

type Report = EntryAgreement['calibration'];

/** A sample's calibration before it is drawn, and the report that its draws make. */
interface Prepared {
  statistic: Statistic | { problem: string };
  report(drawn: Outcome): Report;
}

/** Scores against the MOS that they claim: a score of 0 the worst of the scale of MOS, 1 the best. */
export function calibrationOfSample(sample: Sample): Prepared {
  const { scores, ranked, mos, scale, units } = sample;
  const problem = problemOf(sample);
  if (problem !== undefined) return without(problem);
  const ends = scale ?? orReason(() => rangeOf(mos));
  if ('problem' in ends) return without(ends.problem);
  const [worst, best] = ends;
  const claimOf = (score: number) => worst + (best - worst) * score;
  const count = Math.min(MOST_BINS, Math.floor(scores.length / IMAGES_A_BIN));
  const found = calibrationOf(ranked, scores.map(claimOf), mos, count);
  return {
    statistic: found,
    report: (drawn) => ({
      scale: [worst, best],
      error: statisticEstimate(drawn, LOGARITHM),
      bins: found.bins.map(({ members, score }) => ({
        n: members.length,
        score,
        claimed: claimOf(score),
        mos: meanEstimate(
          members.map((i) => mos[i]!),
          members.map((i) => units[i]!),
        ).mean,
      })),
    }),
  };
}

function problemOf({ images, scores }: Sample): string | undefined {
  if (images.some(({ scored }) => scored.output.method === 'contrast')) {
    return 'scores are differences of answers, which claim no MOS';
  }
  if (images.some(({ scored }) => scored.output.conditions.some(({ pairs }) => pairs))) {
    return 'scores are probabilities of being preferred, which claim no MOS';
  }
  if (images.some(({ scored }) => scored.setting.judge === ENSEMBLE)) {
    return 'scores are means over columns, on a scale of their own, which claim no MOS';
  }
  if (images.some(({ scored }) => scored.output.source === LISTED)) {
    return 'scores were made elsewhere and are placed between the ends of their list, which claim no MOS';
  }
  return scores.length < FEWEST_IMAGES
    ? `a calibration needs at least ${FEWEST_IMAGES} images, there are ${scores.length}`
    : undefined;
}

const without = (problem: string): Prepared => ({
  statistic: { problem },
  report: () => ({ scale: null, error: noEstimate(problem), bins: [], problem }),
});
