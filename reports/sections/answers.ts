import { dollars, integer, milliseconds, NONE } from '../page/format.ts';
import type { Entry } from '../report-schema.ts';
import { modelOf, probabilitiesOf } from './leaderboard.ts';
import { columnName, perDataset, type Section } from './section.ts';

export const answers: Section = {
  id: 'answers',
  title: 'Answers, cost and time',
  blocks: (content) =>
    perDataset(content, ({ report }) => [
      {
        kind: 'table',
        caption: `${report.name}: an answer is to one question about one image or pair of images`,
        head: [
          'model',
          'prompt',
          'probabilities',
          'invalid samples',
          'bought',
          'reused',
          'cost',
          'paid now',
          'median time',
          '95 % within',
          'without effect',
        ],
        align: 'lllrrrrrrrr',
        rows: report.entries.map((entry) => [
          modelOf(entry),
          entry.prompt,
          probabilitiesOf(entry),
          integer(entry.probabilities.invalid),
          integer(entry.calls.bought),
          integer(entry.calls.reused),
          costOf(entry),
          dollars(entry.cost.paidUsd),
          entry.latencyMs ? milliseconds(entry.latencyMs.median) : NONE,
          entry.latencyMs ? milliseconds(entry.latencyMs.p95) : NONE,
          integer(entry.skippedConditions),
        ]),
      },
      ...notes(report.entries),
    ]),
};

/** Cost of all answers; what is unknown is said. */
function costOf({ cost, calls }: Entry): string {
  return costText(cost, calls.bought + calls.reused + calls.unusable);
}

/** @param all answers and replies that it is the cost of, where they are counted */
function costText({ usd, unpriced }: { usd: number; unpriced: number }, all?: number): string {
  if (unpriced === 0) return dollars(usd);
  return unpriced === all || usd === 0
    ? 'unknown'
    : `${dollars(usd)} + ${integer(unpriced)} of unknown price`;
}

/** What an entry cost without a score coming of it. */
function forNothing(entry: Entry): string[] {
  const { images, calls, cost } = entry;
  const failed = images.total - images.scored;
  const parts = [
    ...(failed > 0
      ? [`${costText(cost.failedRows)} for ${integer(failed)} images without a score`]
      : []),
    ...(calls.unusable > 0
      ? [`${integer(calls.unusable)} replies that brought no answer and were paid for`]
      : []),
  ];
  return parts.length > 0 ? [`${columnName(entry)}: part of the cost: ${parts.join('; ')}.`] : [];
}

function notes(entries: readonly Entry[]) {
  const repeated = entries.filter(({ repetitions }) => repetitions > 0);
  const items = [
    'Cost and time are of all answers, as they were when they were bought; "paid now" is what this evaluation paid, tries that failed included. "Without effect" counts degraded copies that could not be called poor and were left out.',
    ...entries.flatMap(forNothing),
    ...(repeated.length > 0
      ? ['Rows were repeated (--repeat): repetitions cost, correlations are over the first.']
      : []),
  ];
  return [{ kind: 'list' as const, items }];
}
