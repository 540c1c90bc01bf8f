import { dollars, integer, milliseconds, NONE } from '../page/format.ts';
import type { Entry } from '../report-schema.ts';
import { modelOf, probabilitiesOf } from './leaderboard.ts';
import { perDataset, type Section } from './section.ts';

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
function costOf({ cost: { usd, unpriced }, calls: { bought, reused } }: Entry): string {
  if (unpriced === 0) return dollars(usd);
  return unpriced === bought + reused
    ? 'unknown'
    : `${dollars(usd)} + ${integer(unpriced)} of unknown price`;
}

function notes(entries: readonly Entry[]) {
  const repeated = entries.filter(({ repetitions }) => repetitions > 0);
  const items = [
    'Cost and time are of all answers, as they were when they were bought; "paid now" is what this run bought. "Without effect" counts degraded copies that could not be called poor and were left out.',
    ...(repeated.length > 0
      ? ['Rows were repeated (--repeat): repetitions cost, correlations are over the first.']
      : []),
  ];
  return [{ kind: 'list' as const, items }];
}
