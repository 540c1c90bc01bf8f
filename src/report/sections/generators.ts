import { FEW_UNITS } from '../../statistics/index.ts';
import type { Block, Cell } from '../page/blocks.ts';
import {
  differenceText,
  dollars,
  estimateText,
  integer,
  measureText,
  NONE,
  pValueText,
  shortened,
} from '../page/format.ts';
import { intervalPlot } from '../plots/intervals.ts';
import { PAGE_THEME } from '../plots/theme.ts';
import type { ReportContent } from '../report-content.ts';
import type { GeneratedReport, GeneratorPair, GeneratorReport, Report } from '../report-schema.ts';
import type { GeneratedVerdict } from '../verdict/generators.ts';
import type { Section } from './section.ts';

/** Of a prompt in lists; report.json has it whole. */
const PROMPT_LENGTH = 120;

export const generators: Section = {
  id: 'generators',
  title: 'Which generator makes better pictures?',
  blocks: async (content) => {
    const parts = [];
    for (const verdict of content.generated) {
      if (content.generated.length > 1) {
        parts.push({ kind: 'heading' as const, text: nameOf(verdict.report) });
      }
      parts.push(...(await blocksOf(verdict, content)));
    }
    return parts;
  },
};

/** How its configuration calls it, who was asked how, and what its answers want to be said beside their numbers. */
export function nameOf({
  name,
  judge,
  prompt,
  notice,
}: Pick<GeneratedReport, 'name' | 'judge' | 'prompt' | 'notice'>): string {
  const asked = `${judge}, ${prompt}`;
  const named = name.startsWith(asked) ? name : `${name} (${asked})`;
  return notice === null || named.includes(notice) ? named : `${named} (${notice})`;
}

/** The best first, those without a mean last. */
export const byMean = (list: readonly GeneratorReport[]): GeneratorReport[] =>
  [...list].sort(
    (a, b) => (a.rank ?? Number.POSITIVE_INFINITY) - (b.rank ?? Number.POSITIVE_INFINITY),
  );

async function blocksOf({ report }: GeneratedVerdict, content: ReportContent): Promise<Block[]> {
  return [
    { kind: 'list', items: notes(report, content.report) },
    meansTable(report),
    ...(await figure(report, content)),
    ...(report.comparisons.length > 0 ? [pairsTable(report)] : []),
    ...missingBlocks(report),
  ];
}

function notes(report: GeneratedReport, { bootstrap }: Report): string[] {
  const confidence = Number((bootstrap.confidence * 100).toFixed(4));
  const few = report.prompts < FEW_UNITS;
  return [
    `Rated by ${nameOf(report)}, 0 the worst and 1 the best. A generator's mean is over the prompts of which it has a rated picture; several pictures of one prompt are averaged before.`,
    `In brackets: ${confidence} % intervals of what other prompts of this kind would give, from ${integer(bootstrap.draws)} bootstrap draws of prompts${few ? ` (Student's, as there are fewer than ${FEW_UNITS})` : ''}. They do not say whether the judge is right.`,
    ...(report.comparisons.length > 0 ? [decidedText(report, bootstrap.confidence)] : []),
    peopleText(report),
  ];
}

/** What is known of the judge itself on these pictures. */
function peopleText({ people, generators: all }: GeneratedReport): string {
  if (people) {
    return `The judge's scores agree with those of people on ${integer(people.pictures)} pictures with SRCC ${people.SRCC.problem ?? estimateText(people.SRCC)}.`;
  }
  return all.some((one) => one.people !== null)
    ? "The scores of people are those of the test cases, the same for every generator's picture: they say how the judge agrees with people within a generator, and nothing between two."
    : 'The pictures have no scores of people, so it is not known how well this judge agrees with them.';
}

/** When one generator is called better. */
export function decidedText({ comparisons }: GeneratedReport, confidence: number): string {
  const tested = comparisons.filter(({ pValue }) => pValue !== null).length;
  const alpha = Number((1 - confidence).toFixed(6));
  const p = tested > 1 ? `p, corrected by Holm's method for ${integer(tested)} pairs,` : 'p';
  return `Each pair is compared over the prompts of which both have a rated picture. One is called better where ${p} is at most ${alpha}; otherwise these prompts do not decide it. Generators that share a letter of "group" are not told apart.`;
}

export const promptsOf = ({ prompts }: GeneratorReport): string =>
  prompts.scored === prompts.total
    ? integer(prompts.total)
    : `${integer(prompts.scored)} of ${integer(prompts.total)}`;

function meansTable(report: GeneratedReport): Block {
  const hasPeople = report.generators.some(({ people }) => people !== null);
  const hasRepetitions = report.generators.some(
    ({ pictures, prompts }) => pictures.total > prompts.total,
  );
  const hasGroups = report.generators.some(({ letters }) => letters.length > 0);
  const hasCosts = report.generators.some(({ cost }) => cost.usd > 0 || cost.unpriced > 0);
  return {
    kind: 'table',
    caption: `Generators by mean quality, rated by ${nameOf(report)}`,
    head: [
      'generator',
      'prompts',
      ...(hasRepetitions ? ['pictures'] : []),
      'mean quality',
      ...(hasGroups ? ['group'] : []),
      ...(hasPeople ? ['mean MOS', 'SRCC with MOS'] : []),
      ...(hasCosts ? ['cost of judging'] : []),
    ],
    align: `lr${hasRepetitions ? 'r' : ''}r${hasGroups ? 'l' : ''}${hasPeople ? 'rr' : ''}${hasCosts ? 'r' : ''}`,
    rows: byMean(report.generators).map((one) => [
      one.name,
      promptsOf(one),
      ...(hasRepetitions ? [picturesOf(one)] : []),
      estimateText(one.mean),
      ...(hasGroups ? [one.letters.join(' ')] : []),
      ...(hasPeople
        ? [
            one.people ? measureText(one.people.MOS) : NONE,
            one.people ? (one.people.SRCC.problem ?? estimateText(one.people.SRCC)) : NONE,
          ]
        : []),
      ...(hasCosts ? [costText(one)] : []),
    ]),
  };
}

const picturesOf = ({ pictures }: GeneratorReport): string =>
  pictures.scored === pictures.total
    ? integer(pictures.total)
    : `${integer(pictures.scored)} of ${integer(pictures.total)}`;

const costText = ({ cost }: GeneratorReport): string =>
  cost.unpriced > 0
    ? `${dollars(cost.usd)} and ${integer(cost.unpriced)} answers of unknown price`
    : dollars(cost.usd);

async function figure(report: GeneratedReport, { renderPlot }: ReportContent): Promise<Block[]> {
  const values = byMean(report.generators)
    .filter(({ mean }) => mean.low !== null)
    .map(({ name, mean }) => ({ name, ...mean }));
  if (values.length < 2) return [];
  return [
    {
      kind: 'figure',
      svg: await renderPlot(intervalPlot(values, { title: 'mean quality' }), PAGE_THEME),
      label: `Mean quality of each generator: ${values.map(({ name, ...mean }) => `${name} ${estimateText(mean)}`).join('; ')}`,
      caption:
        'Mean quality with its interval. Prompts may differ more than generators, so overlap does not tell whether two differ: see the pairs.',
    },
  ];
}

function pairsTable(report: GeneratedReport): Block {
  const hasPeople = report.comparisons.some(({ people }) => people !== null);
  return {
    kind: 'table',
    caption: 'Mean quality of the first minus that of the second, over the prompts of both',
    head: [
      'first',
      'second',
      'prompts',
      'difference',
      'p',
      'p corrected',
      'verdict',
      ...(hasPeople ? ['people prefer the same'] : []),
    ],
    align: `llrrrrl${hasPeople ? 'r' : ''}`,
    rows: report.comparisons.map((pair) => [
      generatorOf(report, pair.a).name,
      generatorOf(report, pair.b).name,
      commonText(pair),
      differenceText(pair.difference),
      pValueText(pair.pValue),
      pValueText(pair.holmPValue),
      verdictCell(pair),
      ...(hasPeople
        ? [
            pair.people
              ? `${estimateText(pair.people.same, 2)} of ${integer(pair.people.prompts)}`
              : NONE,
          ]
        : []),
    ]),
  };
}

export const generatorOf = ({ generators: all }: GeneratedReport, place: number): GeneratorReport =>
  all[place] as GeneratorReport;

/** `40 of 42` where a prompt was left out. */
export function commonText({ prompts, leftOut }: GeneratorPair): string {
  const all = prompts + leftOut.onlyA + leftOut.onlyB + leftOut.neither;
  return all === prompts ? integer(prompts) : `${integer(prompts)} of ${integer(all)}`;
}

function verdictCell({ verdict, difference }: GeneratorPair): Cell {
  if (verdict === null) return difference.problem ?? NONE;
  if (verdict === 'undecided') return 'undecided';
  return verdict === 'gain' ? 'first is better' : 'second is better';
}

/** What each generator lacks, and so which pairs are over fewer prompts. */
function missingBlocks(report: GeneratedReport): Block[] {
  const lacking = report.generators.filter(({ prompts }) => prompts.scored < prompts.total);
  if (lacking.length === 0) return [];
  return [
    {
      kind: 'text',
      text: 'Prompts without a rated picture. Each is left out of the pairs of that generator, and of no other.',
    },
    {
      kind: 'list',
      items: lacking.flatMap(({ name, prompts: { total, scored, missing } }) => [
        `${name}: ${integer(total - scored)} of ${integer(total)}`,
        ...missing.map(
          ({ prompt, reason }) => `${name}: "${shortened(prompt, PROMPT_LENGTH)}": ${reason}`,
        ),
        ...(total - scored > missing.length
          ? [`${name}: and ${integer(total - scored - missing.length)} more`]
          : []),
      ]),
    },
  ];
}
