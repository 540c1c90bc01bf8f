import { basename } from 'node:path';
import { PREFERENCE_METRICS } from '../../statistics/index.ts';
import type { Block } from '../page/blocks.ts';
import {
  differenceText,
  dollars,
  estimateText,
  fixed,
  integer,
  NONE,
  pValueText,
} from '../page/format.ts';
import type { ReportContent } from '../report-content.ts';
import type { PreferenceEntry, PreferencePair, PreferenceReport } from '../report-schema.ts';
import type { PreferenceVerdict } from '../verdict/preferences.ts';
import { columnName, type Section } from './section.ts';

export const preferences: Section = {
  id: 'preferences',
  title: 'Does the judge prefer what people prefer?',
  blocks: (content) =>
    content.preferences.flatMap((verdict) => [
      ...(content.preferences.length > 1
        ? [{ kind: 'heading' as const, text: verdict.report.name }]
        : []),
      ...blocksOf(verdict, content),
    ]),
};

function blocksOf({ report, worst }: PreferenceVerdict, content: ReportContent): Block[] {
  return [
    metricsTable(report),
    { kind: 'list', items: notes(report) },
    ...differencesTable(report),
    ...gatesTable(report),
    ...report.entries.flatMap((entry, index): Block[] => [
      ...(report.entries.length > 1 ? [{ kind: 'heading' as const, text: columnName(entry) }] : []),
      confusionTable(entry),
      ...missingBlocks(entry),
      ...entry.worst.flatMap((pair, place) => {
        const row = worst[index]?.[place];
        return worstBlocks(pair, place, row && content.pairPictures.get(row));
      }),
    ]),
  ];
}

/** The best first; those without an accuracy last. */
export const byAccuracy = (entries: readonly PreferenceEntry[]): PreferenceEntry[] =>
  [...entries].sort(
    (a, b) => (b.metrics.ACCURACY.estimate ?? -1) - (a.metrics.ACCURACY.estimate ?? -1),
  );

export const METRICS_HEAD = ['accuracy', 'weighted', '2AFC', 'kappa', 'log-likelihood'];

export const metricsCells = ({ metrics }: PreferenceEntry): string[] => [
  estimateText(metrics.ACCURACY),
  estimateText(metrics.WEIGHTED),
  estimateText(metrics['2AFC']),
  estimateText(metrics.KAPPA),
  estimateText(metrics.LOGLIK),
];

export const pairsOf = ({ answered, pairs }: PreferenceEntry): string =>
  answered === pairs ? integer(pairs) : `${integer(answered)} of ${integer(pairs)}`;

function metricsTable({ name, entries }: PreferenceReport): Block {
  return {
    kind: 'table',
    caption: `${name}: agreement with people over pairs`,
    head: ['model, prompt', 'pairs', ...METRICS_HEAD, 'position bias', 'orders differ', 'cost'],
    align: 'lrrrrrrrrr',
    rows: byAccuracy(entries).map((entry) => [
      columnName(entry),
      pairsOf(entry),
      ...metricsCells(entry),
      entry.positionBias === null ? NONE : fixed(entry.positionBias, 3),
      integer(entry.inconsistent),
      entry.cost.unpriced > 0 ? `${dollars(entry.cost.usd)} + unknown` : dollars(entry.cost.usd),
    ]),
  };
}

/** What the figures are, and what has to be known of them. */
export function notes({ entries, bound }: PreferenceReport): string[] {
  const [first] = entries;
  const held = entries.map((entry) => `${columnName(entry)} ${integer(entry.bounded)}`);
  return [
    'Accuracy is the share of pairs on which the judge prefers what most people prefer; it counts half where it prefers neither, and pairs on which people are evenly divided are left out. Weighted: each pair counts by people’s agreement, |2 share - 1|. 2AFC: mean share of people who prefer what the judge prefers. Kappa is Cohen’s, over first, tie and second.',
    ...(first && first.bestLogLikelihood !== null
      ? [
          `The log-likelihood is a mean over pairs, in nats: ${fixed(Math.log(0.5), 3)} for a judge that knows nothing, ${fixed(first.bestLogLikelihood, 3)} for one that knows people’s shares. Probabilities are held within ${bound} and ${1 - bound}: ${held.join(', ')}.`,
        ]
      : []),
    ...(first
      ? [
          `Intervals are at 95 %, from a bootstrap over ${integer(first.units.count)} ${first.units.kind}: pairs that share an image or a group are drawn together. Accuracy and weighted draw those alone on which people are not evenly divided. Where judge and people agree on all, or on none, the interval is Wilson’s, of as many cases as these sets are worth by their sizes.`,
        ]
      : []),
    ...(entries.some(({ repetitions }) => repetitions > 0)
      ? ['Pairs were repeated (--repeat): repetitions cost, what is measured is over the first.']
      : []),
    ...problemLines(entries),
  ];
}

/**
 * Why figures or intervals are missing, each reason once: with the metrics and columns that it holds for, unless it is for
 * all.
 */
export function problemLines(entries: readonly PreferenceEntry[]): string[] {
  const found = entries.flatMap((entry) =>
    PREFERENCE_METRICS.flatMap((metric, place) => {
      const { problem } = entry.metrics[metric];
      return problem === undefined ? [] : [{ problem, metric: METRICS_HEAD[place]!, entry }];
    }),
  );
  return [...Map.groupBy(found, ({ problem }) => problem)].map(([problem, held]) => {
    if (held.length === entries.length * PREFERENCE_METRICS.length) return problem;
    const metrics = [...new Set(held.map(({ metric }) => metric))];
    const columns = [...new Set(held.map(({ entry }) => columnName(entry)))];
    const names = columns.length < entries.length ? columns.join(' and ') : '';
    const what = metrics.length < PREFERENCE_METRICS.length ? metrics.join(', ') : '';
    return `${[names, what].filter((each) => each !== '').join(': ')}: ${problem}`;
  });
}

/** What is said of a comparison, by the names of its columns. */
export function verdictText({ verdict, ACCURACY }: PreferencePair, a: string, b: string): string {
  if (verdict === null) return ACCURACY.problem ?? NONE;
  return { gain: `${a} agrees more`, loss: `${b} agrees more`, undecided: 'undecided' }[verdict];
}

/** Which columns differ, by the rule of all comparisons. */
function differencesTable({ name, entries, comparisons }: PreferenceReport): Block[] {
  if (comparisons.length === 0) return [];
  const named = new Map(entries.map((entry) => [entry.column, columnName(entry)]));
  const tested = comparisons.filter(({ pValue }) => pValue !== null).length;
  return [
    {
      kind: 'table',
      caption: `${name}: accuracy of the first column minus that of the second, over the same pairs of images; p is corrected for ${integer(tested)} ${tested === 1 ? 'pair' : 'pairs'} of columns`,
      head: ['first', 'second', 'pairs', 'accuracy', 'p', 'verdict'],
      align: 'llrrrl',
      rows: comparisons.map((pair) => {
        const [first = '', second = ''] = [pair.a, pair.b].map((column) => named.get(column));
        return [
          ...[first, second, integer(pair.pairs), differenceText(pair.ACCURACY)],
          ...[pValueText(pair.holmPValue), verdictText(pair, first, second)],
        ];
      }),
    },
  ];
}

function gatesTable({ entries }: PreferenceReport): Block[] {
  const judged = entries.flatMap((entry) =>
    entry.gates.map((gate) => ({ name: columnName(entry), ...gate })),
  );
  if (judged.length === 0) return [];
  return [
    {
      kind: 'table',
      caption: 'What pair-agreement demanded of each column',
      head: ['column', 'verdict', 'reason'],
      align: 'lll',
      rows: judged.map(({ name, passed, reason, repetitions }) => [
        name,
        passed ? { text: 'passed', tone: 'good' } : { text: 'failed', tone: 'bad' },
        repetitions ? `repetition ${repetitions.join(', ')}: ${reason}` : reason,
      ]),
    },
  ];
}

const SIDES = ['first', 'tie', 'second'] as const;

function confusionTable({ confusion }: PreferenceEntry): Block {
  const name = { first: 'the first', tie: 'neither', second: 'the second' };
  return {
    kind: 'table',
    caption: 'Pairs by what most people prefer, and what the judge prefers',
    head: ['people prefer', ...SIDES.map((side) => `judge: ${name[side]}`)],
    align: 'lrrr',
    rows: SIDES.map((side) => [
      name[side],
      ...SIDES.map((judge) => integer(confusion[side][judge])),
    ]),
  };
}

/** Rows without an answer that are named; report.json has all. */
const MISSING_NAMED = 10;

function missingBlocks({ missing }: PreferenceEntry): Block[] {
  if (missing.length === 0) return [];
  const more = missing.length - MISSING_NAMED;
  return [
    {
      kind: 'list',
      items: [
        ...missing
          .slice(0, MISSING_NAMED)
          .map(({ first, second, reason }) => `${first} | ${second} has no answer: ${reason}`),
        ...(more > 0 ? [`and ${integer(more)} more without an answer`] : []),
      ],
    },
  ];
}

type Picture = string | { problem: string };

/** Both pictures beside each other. */
function worstBlocks(
  pair: PreferenceEntry['worst'][number],
  place: number,
  pictures: readonly [Picture, Picture] | undefined,
): Block[] {
  const none = { problem: 'none was made' };
  const [first = none, second = none] = pictures ?? [];
  const { share, probability, shownFirst, shownSecond } = pair;
  return [
    {
      kind: 'picture',
      data: first,
      caption: `${place + 1}. First: ${basename(pair.first)}. ${percent(share)} of people prefer it; judge ${fixed(probability, 2)} (${fixed(shownFirst, 2)} where it is shown first, ${fixed(shownSecond, 2)} where second)`,
    },
    {
      kind: 'picture',
      data: second,
      caption: `${place + 1}. Second: ${basename(pair.second)}. ${percent(1 - share)} of people prefer it; judge ${fixed(1 - probability, 2)}`,
    },
  ];
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;
