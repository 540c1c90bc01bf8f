import type { AnswerStore } from '../../answers/store.ts';
import { versions } from '../../common/versions.ts';
import type { EncodedImage } from '../../images/encode.ts';
import type { Weights } from '../../method/row-output.ts';
import { scoreConditions } from '../../method/score-conditions.ts';
import type { CorrelationAnswer } from '../../rows/correlation-row.ts';
import { bootstrap, krcc, mapScores, plcc, srcc } from '../../statistics/index.ts';
import { rankScores } from '../../statistics/rank-scores.ts';
import { type ResamplingUnits, unitsOfImages } from '../../statistics/units.ts';
import { estimateText, fixed, integer } from '../page/format.ts';
import { estimateOf } from '../verdict/correlations.ts';
import { orReason } from '../verdict/or-reason.ts';
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
  { rows, method, notice }: Pick<CorrelationAnswer, 'rows' | 'method' | 'notice'>,
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
  const drawn = { scores, ranked: [...ranked], mos, units, truth, notice };
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
  notice: string | undefined;
}

function draw({ scores, ranked, mos, units, truth, notice }: Drawn): Promise<EncodedImage> {
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
        ...(notice === undefined ? [] : [notice]),
        `KRCC ${fixed(krcc(ranked, mos), 3)}   PLCC raw ${fixed(plcc(scores, mos), 3)}   ${integer(scores.length)} images${resampled}`,
      ],
    },
  );
}
