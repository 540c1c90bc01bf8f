import { oneLine } from '../common/one-line.ts';
import { plainTable } from '../common/plain-table.ts';
import {
  differenceText,
  estimateText,
  integer,
  NONE,
  pValueText,
  shortened,
} from './page/format.ts';
import type { GeneratedReport, GeneratorPair, GeneratorReport } from './report-schema.ts';
import { byMean, commonText, generatorOf, nameOf, promptsOf } from './sections/generators.ts';

const NAME_LENGTH = 44;
const PROMPT_LENGTH = 60;
/** A terminal shows no more pairs; the report has all. */
const PAIRS_SHOWN = 15;

/** What one `image-quality` says of the generators, as printed after a run. */
export function generatedText(report: GeneratedReport): string {
  const hasPeople = report.generators.some(({ people }) => people !== null);
  const means = plainTable(
    ['generator', 'prompts', 'mean quality', ...(hasPeople ? ['SRCC with MOS'] : []), 'worst'],
    byMean(report.generators).map((one) => [
      shortened(oneLine(one.name), NAME_LENGTH),
      promptsOf(one),
      estimateText(one.mean),
      ...(hasPeople ? [one.people ? estimateText(one.people.SRCC) : NONE] : []),
      worstText(one),
    ]),
    ['left', 'right', 'left', ...(hasPeople ? (['left'] as const) : []), 'left'],
  );
  // What has no picture at all is said once, and not pair by pair.
  const pairs = report.comparisons.filter(({ a, b }) =>
    [a, b].every((place) => generatorOf(report, place).prompts.scored > 0),
  );
  const shown = pairs.slice(0, PAIRS_SHOWN);
  const more = pairs.length - shown.length;
  const lines = [
    ...shown.map((pair) => pairText(report, pair)),
    ...(more > 0 ? [`and ${integer(more)} more pairs, which the report has`] : []),
    ...report.generators.flatMap(missingText),
  ];
  return [
    `quality of ${integer(report.prompts)} prompts' pictures, rated by ${oneLine(nameOf(report))}`,
    means,
    // Prompts, and what providers say, come from outside.
    ...lines.map((line) => `  ${oneLine(line)}`),
    '',
  ].join('\n');
}

const worstText = ({ worst: [first] }: GeneratorReport): string =>
  first ? `${first.score.toFixed(3)} ${shortened(oneLine(first.prompt), PROMPT_LENGTH)}` : NONE;

function pairText(report: GeneratedReport, pair: GeneratorPair): string {
  const [a, b] = [pair.a, pair.b].map((place) => generatorOf(report, place).name);
  const tested = report.comparisons.filter(({ pValue }) => pValue !== null).length;
  const p =
    pair.holmPValue === null
      ? []
      : [`p ${pValueText(pair.holmPValue)}${tested > 1 ? ` corrected for ${tested} pairs` : ''}`];
  const verdict =
    pair.verdict === null
      ? (pair.difference.problem ?? 'not compared')
      : { gain: `${a} is better`, loss: `${b} is better`, undecided: 'undecided' }[pair.verdict];
  const over = `over ${commonText(pair)} ${pair.prompts === 1 ? 'prompt' : 'prompts'}`;
  return `${a} minus ${b} ${[`${differenceText(pair.difference)} ${over}`, ...p].join(', ')}: ${verdict}`;
}

function missingText({ name, prompts: { total, scored, missing } }: GeneratorReport): string[] {
  const [first] = missing;
  if (!first) return [];
  return [
    `${name}: ${integer(total - scored)} of ${integer(total)} prompts without a rated picture, first of them "${shortened(first.prompt, PROMPT_LENGTH)}": ${first.reason}`,
  ];
}
