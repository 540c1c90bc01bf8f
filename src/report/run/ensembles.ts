import { endsOf } from '../../statistics/ends.ts';
import { midranks } from '../../statistics/midranks.ts';
import { rankScores } from '../../statistics/rank-scores.ts';
import type { AnswerSummary } from './answer-summary.ts';
import type { Column, EnsembleSettings, ImageRow, Run, ScoredPart } from './scored-run.ts';

/** In the place of a judge: nobody was asked. */
export const ENSEMBLE = 'ensemble';

/** As the source of scores that are sums: exact but for their last bits. */
const COMPUTED = 'computed';

/**
 * The run with columns made of its own: nothing is asked for them. Their scores depend on the other images of
 * the data set, so that they rank images of one set and stand for no image alone.
 *
 * @returns `problems`: a line for each ensemble that cannot be made, as when a filter left out its columns
 */
export function withEnsembles(
  run: Run,
  ensembles: readonly EnsembleSettings[],
): { run: Run; problems: string[] } {
  const columns = [...run.columns];
  const problems: string[] = [];
  for (const ensemble of ensembles) {
    const made = combined(run, ensemble);
    if ('problem' in made)
      problems.push(`ensemble "${ensemble.name}" is left out: ${made.problem}`);
    else columns.push(made);
  }
  return { run: { ...run, columns }, problems };
}

const nameOf = ({ provider, prompt }: Column): string => `${provider}, ${prompt}`;

function combined(
  { columns }: Run,
  { name, of, combine }: EnsembleSettings,
): Column | { problem: string } {
  const found = of.map((wanted) => columns.filter((column) => nameOf(column) === wanted));
  const unclear = found.findIndex((each) => each.length !== 1);
  if (unclear >= 0) {
    const count = found[unclear]!.length;
    return {
      problem: `the run has ${count === 0 ? 'no column' : `${count} columns`} "${of[unclear]}"; it has ${columns.map((column) => `"${nameOf(column)}"`).join(', ')}`,
    };
  }
  const members = found.flat();
  const [first] = members as [Column, ...Column[]];
  const prior = members.find((member) =>
    member.rows.some(({ scored }) => scored?.output.method === 'prior'),
  );
  if (prior) {
    return { problem: `"${nameOf(prior)}" rates degraded copies and not the images` };
  }
  const rows = [...Map.groupBy(first.rows, ({ dataset }) => dataset).values()].flatMap((own) =>
    combinedRows(own, members, combine),
  );
  return {
    provider: name,
    prompt: `mean of ${combine} of ${members.length} columns`,
    promptText: first.promptText,
    settings: first.settings,
    rows,
    levels: undefined,
    pairs: [],
    pairRepetitions: [],
    pairCoverage: new Map(),
    repetitions: [],
    pooled: new Map(members.flatMap(({ pooled }) => [...pooled])),
    gates: [],
    ensemble: { of: [...of], combine },
  };
}

/** @param rows of the first member, of one data set */
function combinedRows(
  rows: readonly ImageRow[],
  members: readonly Column[],
  combine: EnsembleSettings['combine'],
): ImageRow[] {
  const tables = members.map((member) => Map.groupBy(member.rows, rowKey));
  const groups = rows.map((row) => tables.map((table) => table.get(rowKey(row))?.shift()));
  const scoredGroups = groups.filter((group) => group.every(isScored));
  // Scores that are equal but for rounding are equal: standardized, or as places, their last bits would be a spread.
  const placed = members.map((_, member) => {
    const own = scoredGroups.map((group) => group[member]!.scored!);
    const scores = own.map(({ score }) => score);
    const ranked = rankScores(
      scores,
      own.map(({ output }) => output.source),
    );
    return combine === 'ranks' ? placesOf(ranked) : standardized(scores, ranked);
  });
  const means = scoredGroups.map((_, image) => mean(placed.map((own) => own[image]!)));
  const spread = scaled([...rankScores(means, [COMPUTED])]);
  const scoreOf = new Map(scoredGroups.map((group, image) => [group, spread[image]!]));
  return rows.map((row, index) => {
    const group = groups[index]!;
    const answers = together(group.flatMap((member) => member?.answers ?? []));
    const score = scoreOf.get(group);
    if (score === undefined) {
      const lacking = members.find((_, member) => !isScored(group[member]));
      return {
        ...row,
        answers,
        scored: undefined,
        error: `it has no score in ${lacking ? nameOf(lacking) : 'a column'}`,
      };
    }
    return { ...row, answers, error: undefined, scored: scoredPart(row.scored!, score, group) };
  });
}

const rowKey = ({ dataset, image }: ImageRow): string => JSON.stringify([dataset, image]);

const isScored = (row: ImageRow | undefined): boolean => row?.scored !== undefined;

function scoredPart(
  first: ScoredPart,
  score: number,
  group: readonly (ImageRow | undefined)[],
): ScoredPart {
  const outputs = group.flatMap((row) => row?.scored?.output ?? []);
  const alone = { degradation: null, severity: null, similarity: null, psnrDb: null, weight: 1 };
  const isAnchor = outputs.some((output) => output.isAnchor);
  return {
    ...first,
    score,
    output: {
      score,
      conditions: [{ ...alone, quality: score }],
      method: 'single-image',
      weights: 'uniform',
      source: [...new Set(outputs.map(({ source }) => source))].sort().join('+'),
      ...(isAnchor && { isAnchor: true }),
    },
    setting: { judge: ENSEMBLE, seed: 0 },
  };
}

/** Places in 0..1, ties sharing theirs. */
const placesOf = (scores: Float64Array): number[] =>
  [...midranks(scores)].map((rank) => (rank - 0.5) / scores.length);

/**
 * In standard deviations from the mean; a column that says the same of every image says nothing.
 *
 * @param ranked the same, as `rankScores` gives them
 */
function standardized(scores: readonly number[], ranked: Float64Array): number[] {
  if (new Set(ranked).size <= 1) return scores.map(() => 0);
  const middle = mean(scores);
  const deviation = Math.sqrt(mean(scores.map((score) => (score - middle) ** 2)));
  return scores.map((score) => (score - middle) / deviation);
}

/** Onto 0..1, from the worst to the best. */
function scaled(values: readonly number[]): number[] {
  const [low, high] = endsOf(values);
  return values.map((value) => (high === low ? 0.5 : (value - low) / (high - low)));
}

/** All answers that the members rest on: what they cost, an ensemble costs. */
function together(answers: readonly AnswerSummary[]): AnswerSummary {
  const sum = (count: (one: AnswerSummary) => number) =>
    answers.reduce((total, one) => total + count(one), 0);
  return {
    models: [...new Set(answers.flatMap(({ models }) => models))],
    samples: answers.flatMap(({ samples }) => samples),
    choices: answers.flatMap(({ choices }) => choices),
    invalid: sum(({ invalid }) => invalid),
    bought: sum(({ bought }) => bought),
    reused: sum(({ reused }) => reused),
    unusable: sum(({ unusable }) => unusable),
    costUsd: sum(({ costUsd }) => costUsd),
    paidUsd: sum(({ paidUsd }) => paidUsd),
    unpriced: sum(({ unpriced }) => unpriced),
    latenciesMs: answers.flatMap(({ latenciesMs }) => latenciesMs),
  };
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
