import {
  bootstrapInterval,
  bootstrapStatistics,
  MIN_UNITS,
  meanStatistic,
  SHARE,
  unitsOf,
} from '../../statistics/index.ts';
import { midranks } from '../../statistics/midranks.ts';
import { rankScores } from '../../statistics/rank-scores.ts';
import type {
  Estimate,
  GeneratedReport,
  GeneratorPair,
  GeneratorReport,
} from '../report-schema.ts';
import type { AnswerSummary } from '../run/answer-summary.ts';
import type { Generated, Measure } from '../run/generated-run.ts';
import type { Draws } from './correlations.ts';
import { compareGenerators, fewPrompts } from './generator-pairs.ts';
import {
  type GeneratorSample,
  type RatedPicture,
  type Samples,
  samplesOf,
} from './generator-sample.ts';
import { letterGroups } from './letter-groups.ts';
import { meanEstimate } from './mean-estimate.ts';
import { noEstimate, orReason } from './or-reason.ts';
import { statisticEstimate } from './statistic-estimate.ts';

/** Prompts without a picture that are listed by generator; their number is always said. */
const MISSING_LISTED = 5;

/** What one `image-quality` says of the generators, with the pictures that the page shows. */
export interface GeneratedVerdict {
  report: GeneratedReport;
  measure: Measure;
  samples: Samples;
  /** The pictures of `worst`, generator by generator, in the same order. */
  worst: RatedPicture[][];
}

/**
 * Compares generators over the same prompts.
 *
 * @param worst pictures with the lowest scores that are listed of each
 */
export function generatedVerdicts(
  { generators, measures }: Generated,
  { draws, worst }: { draws: Draws; worst: number },
): GeneratedVerdict[] {
  return measures.map((measure) => {
    const samples = samplesOf(generators, measure);
    const comparisons = compareGenerators(samples.generators, samples.prompts, draws);
    const lowest = samples.generators.map((sample) => lowestOf(sample, worst));
    const reports = samples.generators.map((sample, index) =>
      reportOf(sample, samples, lowest[index]!, draws),
    );
    const all = samples.generators.flatMap(ratedOf);
    const ofPictures = all.filter(({ picture }) => picture.mosOf === 'picture');
    return {
      measure,
      samples,
      worst: lowest,
      report: {
        name: measure.name,
        judge: measure.judge,
        prompt: measure.prompt,
        notice: all.find(({ quality }) => quality.notice !== undefined)?.quality.notice ?? null,
        prompts: samples.prompts.size,
        generators: withRanks(reports, comparisons),
        comparisons,
        // A score of the test is the same for every generator's picture, so it tells none of them apart.
        people: agreementOf(ofPictures, draws),
      },
    };
  });
}

const ratedOf = ({ pictures }: GeneratorSample): (RatedPicture & { prompt: string })[] =>
  pictures.flatMap(({ prompt, picture, rating }) =>
    rating.quality ? [{ prompt, picture, quality: rating.quality }] : [],
  );

/** In the order of their scores, those of equal scores as in the run. */
const lowestOf = (sample: GeneratorSample, count: number): RatedPicture[] =>
  ratedOf(sample)
    .sort((a, b) => a.quality.score - b.quality.score)
    .slice(0, count);

function reportOf(
  sample: GeneratorSample,
  { prompts }: Samples,
  worst: readonly RatedPicture[],
  draws: Draws,
): GeneratorReport {
  const { provider, template, name, pictures, scores } = sample;
  const rated = ratedOf(sample);
  const answers = pictures.flatMap(({ rating }) => (rating.quality ? [rating.answers] : []));
  return {
    name,
    provider,
    template: template ?? null,
    prompts: {
      total: prompts.size,
      scored: scores.size,
      missing: missingOf(sample, prompts).slice(0, MISSING_LISTED),
    },
    pictures: { total: pictures.length, scored: rated.length },
    mean: meanOf(scores, draws),
    rank: null,
    letters: [],
    people: peopleOf(sample, draws),
    models: [...new Set(answers.flatMap(({ models }) => models))],
    source: [...new Set(rated.map(({ quality }) => quality.source))].join('+') || null,
    cost: costOf(answers),
    worst: worst.map(({ picture, quality }) => ({
      prompt: picture.shown,
      sha256: quality.image.sha256,
      score: quality.score,
    })),
  };
}

function missingOf(
  { pictures, scores }: GeneratorSample,
  prompts: ReadonlyMap<string, string>,
): { prompt: string; reason: string }[] {
  const own = Map.groupBy(pictures, ({ prompt }) => prompt);
  return [...prompts].flatMap(([prompt, shown]) => {
    if (scores.has(prompt)) return [];
    const [first] = own.get(prompt) ?? [];
    if (!first) return [{ prompt: shown, reason: 'it has no row of this prompt' }];
    const { picture, rating } = first;
    return [
      { prompt: picture.shown, reason: rating.quality ? 'it was not rated' : rating.problem },
    ];
  });
}

function meanOf(scores: ReadonlyMap<string, number>, draws: Draws): Estimate {
  if (scores.size === 0) return noEstimate('none of its pictures has a score');
  const mean = meanStatistic([...scores.values()]);
  if (scores.size < MIN_UNITS) {
    return { ...noEstimate(fewPrompts(scores.size)), estimate: mean.estimate };
  }
  const [series] = bootstrapStatistics([mean], unitsOf(scores.size, [...scores.keys()]), draws);
  return statisticEstimate(series!, SHARE);
}

function peopleOf(sample: GeneratorSample, draws: Draws): GeneratorReport['people'] {
  const agreement = agreementOf(ratedOf(sample), draws);
  if (!agreement) return null;
  const { mean } = meanEstimate([...sample.mos.values()], [...sample.mos.keys()]);
  return { ...agreement, MOS: mean };
}

/** SRCC of the judge's scores with those of people, over pictures; prompts are resampled. */
function agreementOf(
  rated: readonly (RatedPicture & { prompt: string })[],
  draws: Draws,
): GeneratedReport['people'] {
  const both = rated
    .filter(({ picture }) => picture.mos !== undefined)
    .sort((a, b) => (a.prompt < b.prompt ? -1 : a.prompt > b.prompt ? 1 : 0));
  if (both.length === 0) return null;
  const ranked = rankScores(
    both.map(({ quality }) => quality.score),
    both.map(({ quality }) => quality.source),
  );
  const mos = both.map(({ picture }) => picture.mos as number);
  const units = both.map(({ prompt }) => prompt);
  const found = orReason(() => bootstrapInterval('SRCC', ranked, mos, { ...draws, units }));
  if ('problem' in found) return { pictures: both.length, SRCC: noEstimate(found.problem) };
  const { estimate, low, high } = found;
  return { pictures: both.length, SRCC: { estimate, low, high } };
}

const costOf = (answers: readonly AnswerSummary[]): GeneratorReport['cost'] => ({
  usd: answers.reduce((sum, { costUsd }) => sum + costUsd, 0),
  unpriced: answers.reduce((sum, { unpriced }) => sum + unpriced, 0),
});

/** Places by mean, and letters for the groups that are not told apart, where that was tested. */
function withRanks(
  reports: readonly GeneratorReport[],
  comparisons: readonly GeneratorPair[],
): GeneratorReport[] {
  const isTested = comparisons.some(({ verdict }) => verdict !== null);
  const measured = [...reports.keys()].filter((index) => reports[index]!.mean.estimate !== null);
  const ranks = midranks(measured.map((index) => -reports[index]!.mean.estimate!));
  const order = [...measured.keys()].sort((a, b) => ranks[a]! - ranks[b]!);
  const undecided = new Set(
    comparisons.flatMap(({ a, b, verdict }) =>
      verdict === 'undecided' ? [`${a} ${b}`, `${b} ${a}`] : [],
    ),
  );
  const letters = letterGroups(
    order.length,
    (first, second) => !undecided.has(`${measured[order[first]!]} ${measured[order[second]!]}`),
  );
  return reports.map((report, index) => {
    const own = measured.indexOf(index);
    if (own < 0) return report;
    return {
      ...report,
      rank: ranks[own]!,
      letters: isTested ? (letters[order.indexOf(own)] ?? []) : [],
    };
  });
}
