import { rankScores } from '../../assertions/rank-scores.ts';
import { scoreConditions } from '../../assertions/score-conditions.ts';
import { bootstrap, krcc, mapScores, plcc, srcc } from '../../assertions/statistics/index.ts';
import { type ResamplingUnits, unitsOfImages } from '../../assertions/units.ts';
import type { AnswerStore } from '../../providers/answers/store.ts';
import type { CorrelationAnswer } from '../../providers/correlation-row.ts';
import type { EncodedImage } from '../../providers/judges/judge.ts';
import type { Weights } from '../../providers/row-output.ts';
import { versions } from '../../providers/versions.ts';
import { estimateText, fixed, integer } from '../page/format.ts';
import { estimateOf } from '../verdict/correlations.ts';
import { orReason } from '../verdict/estimate.ts';
import { scatterPicture } from './scatter-picture.ts';

/**
 * The picture in a correlation row's cell: scores against ground truth, the fitted curve, SRCC with
 * its interval.
 *
 * @param truth what the ground truth is, where it is no opinion of people
 * @param store where the picture is kept: a rerun draws none
 * @returns undefined where there is no correlation, as `rank-correlation` then says
 */
export async function correlationPicture(
  { rows, method }: Pick<CorrelationAnswer, 'rows' | 'method'>,
  { weights, truth }: { weights?: Weights | undefined; truth?: string | undefined },
  store: AnswerStore | undefined,
): Promise<EncodedImage | undefined> {
  if (method === 'prior') return undefined;
  const scores = rows.map(({ conditions }) => scoreConditions(conditions, weights).score);
  const ranked = rankScores(
    scores,
    rows.map(({ source }) => source),
  );
  const mos = rows.map((row) => row.mos);
  if (typeof orReason(() => srcc(ranked, mos)) !== 'number') return undefined;
  const units = unitsOfImages(rows);
  const drawn = { scores, ranked: [...ranked], mos, units, truth };
  const recipe = ['correlation picture', drawn, versions['promptfoo-iqa']];
  const kept = store?.picture(recipe);
  if (kept) return kept;
  const picture = await draw(drawn);
  await store?.keepPicture(recipe, picture);
  return picture;
}

interface Drawn {
  scores: number[];
  ranked: number[];
  mos: number[];
  units: ResamplingUnits;
  truth: string | undefined;
}

function draw({ scores, ranked, mos, units, truth }: Drawn): Promise<EncodedImage> {
  const [series] = bootstrap([{ metric: 'SRCC', scores: ranked, mos }], { units: units.names });
  const fit = orReason(() => mapScores(scores, mos));
  const count = new Set(units.names).size;
  const resampled = units.kind === 'groups' ? `, in ${integer(count)} groups` : '';
  return scatterPicture(
    {
      scores,
      mos,
      curve: 'predict' in fit ? fit.predict : null,
      numbered: [],
      truth: truth === undefined ? 'MOS' : 'ground truth',
    },
    {
      title: `SRCC ${series ? estimateText(estimateOf(series)) : ''}`,
      lines: [
        `KRCC ${fixed(krcc(ranked, mos), 3)}   PLCC raw ${fixed(plcc(scores, mos), 3)}   ${integer(scores.length)} images${resampled}`,
      ],
    },
  );
}
