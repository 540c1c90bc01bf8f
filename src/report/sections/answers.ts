import type { Block } from '../page/blocks.ts';
import { dollars, integer, milliseconds, NONE } from '../page/format.ts';
import type { PriorReport } from '../report-schema.ts';
import { modelOf } from './entry-cells.ts';
import { probabilitiesOf } from './leaderboard.ts';
import { columnName, perDataset, type Section } from './section.ts';

export const answers: Section = {
  id: 'answers',
  title: 'Answers, cost and time',
  async blocks(content) {
    const { priors } = content.report;
    return [
      ...(await perDataset(content, ({ report }) => [
        table(`${report.name}: ${CAPTION}`, report.entries),
        ...notes(report.entries),
      ])),
      ...(priors.length > 0
        ? [table(`Degraded copies by themselves: ${CAPTION}`, priors), ...notes(priors)]
        : []),
    ];
  },
};

/** A column over a data set, or one that rates degraded copies, as far as it was bought. */
type Bought = Omit<PriorReport, 'notes' | 'ranking'>;

const CAPTION = 'an answer is to one question about one image or pair of images';

const table = (caption: string, entries: readonly Bought[]): Block => ({
  kind: 'table',
  caption,
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
  rows: entries.map((entry) => [
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
});

/** Cost of all answers; what is unknown is said. */
function costOf({ cost, calls }: Bought): string {
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
function forNothing(entry: Bought): string[] {
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

function notes(entries: readonly Bought[]): Block[] {
  const items = [
    'Cost and time are of all answers, as they were when they were bought; "paid now" is what this evaluation paid, tries that failed included. "Without effect" counts degraded copies that could not be called poor and were left out.',
    ...entries.flatMap(forNothing),
    ...(entries.some(({ repetitions }) => repetitions > 0)
      ? ['Rows were repeated (--repeat): repetitions cost, what is measured is over the first.']
      : []),
  ];
  return [{ kind: 'list', items }];
}
