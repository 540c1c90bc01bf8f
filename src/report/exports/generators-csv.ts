import type { GeneratedVerdict } from '../verdict/generators.ts';
import { type CsvCell, csvOf } from './csv-text.ts';

/**
 * The generators as CSV: a line for each `image-quality` and generator, the best of each first; numbers in full, what
 * does not exist empty.
 */
export const generatorsCsv = (generated: readonly GeneratedVerdict[]): string =>
  csvOf(
    [
      ...['rated by', 'generator', 'provider', 'template', 'rank', 'groups'],
      ...['prompts', 'prompts rated', 'pictures', 'pictures rated'],
      ...['mean quality', 'mean quality low', 'mean quality high'],
      ...['mean MOS', 'mean MOS low', 'mean MOS high', 'SRCC', 'SRCC low', 'SRCC high'],
      ...['models', 'probabilities', 'cost of judging USD', 'answers of unknown price', 'problem'],
    ],
    generated.flatMap(({ report }) =>
      [...report.generators]
        .sort((a, b) => (a.rank ?? Number.MAX_VALUE) - (b.rank ?? Number.MAX_VALUE))
        .map((one): CsvCell[] => [
          ...[report.name, one.name, one.provider, one.template, one.rank, one.letters.join(' ')],
          ...[one.prompts.total, one.prompts.scored, one.pictures.total, one.pictures.scored],
          ...[one.mean.estimate, one.mean.low, one.mean.high],
          ...[one.people?.MOS, one.people?.SRCC].flatMap((figure): CsvCell[] => [
            figure?.estimate ?? null,
            figure?.low ?? null,
            figure?.high ?? null,
          ]),
          ...[one.models.join(', '), one.source, one.cost.usd, one.cost.unpriced],
          one.mean.problem ?? null,
        ]),
    ),
  );

/** Every pair of generators as CSV, over the prompts of both. */
export const generatorPairsCsv = (generated: readonly GeneratedVerdict[]): string =>
  csvOf(
    [
      ...['rated by', 'first', 'second', 'prompts', 'only first', 'only second', 'neither'],
      ...['first minus second', 'low', 'high', 'p', 'p corrected', 'verdict', 'problem'],
      ...['prompts told apart by judge and people', 'share of the same preference'],
    ],
    generated.flatMap(({ report }) =>
      report.comparisons.map((pair): CsvCell[] => [
        report.name,
        report.generators[pair.a]?.name ?? null,
        report.generators[pair.b]?.name ?? null,
        ...[pair.prompts, pair.leftOut.onlyA, pair.leftOut.onlyB, pair.leftOut.neither],
        ...[pair.difference.estimate, pair.difference.low, pair.difference.high],
        ...[pair.pValue, pair.holmPValue, verdictText(pair.verdict)],
        pair.difference.problem ?? null,
        ...[pair.people?.prompts ?? null, pair.people?.same.estimate ?? null],
      ]),
    ),
  );

const verdictText = (verdict: 'gain' | 'loss' | 'undecided' | null): string | null =>
  verdict && { gain: 'first is better', loss: 'second is better', undecided: verdict }[verdict];

/** Every picture as CSV: its prompt, its score or why there is none, and what people say of it. */
export const picturesCsv = (generated: readonly GeneratedVerdict[]): string =>
  csvOf(
    ['rated by', 'generator', 'prompt', 'vars', 'sha256', 'score', 'mos', 'probabilities', 'error'],
    generated.flatMap(({ report, samples }) =>
      samples.generators.flatMap(({ name, pictures }) =>
        pictures.map(({ picture, rating }): CsvCell[] => [
          ...[report.name, name, picture.shown, picture.vars],
          ...[rating.quality?.image.sha256 ?? null, rating.quality?.score ?? null],
          ...[picture.mos ?? null, rating.quality?.source ?? null],
          rating.quality ? null : rating.problem,
        ]),
      ),
    ),
  );
