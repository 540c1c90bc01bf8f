import { plainTable } from '../../common/plain-table.ts';
import { differenceText, estimateText, fixed, NONE, pValueText } from '../page/format.ts';
import { columnName } from '../sections/section.ts';
import { PAPER, PICKED, type PriorChoice } from './choose-priors.ts';
import type { SetDifference } from './compare-sets.ts';
import { type Condition, conditionName } from './condition-sets.ts';
import type { HalfSize } from './halves.ts';

/** Candidates that a terminal shows. */
const SHOWN = 10;

/** What `promptfoo-iqa priors` prints. */
export function printedChoice(choice: PriorChoice): string {
  const { dataset, picking, other, unitKind, seed, candidates } = choice;
  const few = other.few
    ? [`only ${other.units} independent ${unitKind} in the other half, so intervals are Student's`]
    : [];
  return [
    '',
    `${columnName(choice)}, over ${dataset}: picked on ${sizeText(picking, unitKind)} (seed ${seed}), measured on the other ${sizeText(other, unitKind)}`,
    '',
    `Conditions by themselves on the picking half, the best ${Math.min(SHOWN, candidates.length)} of ${candidates.length}`,
    candidateTable(choice),
    '',
    'Sets of conditions: SRCC',
    setTable(choice),
    ...[...problemsOf(choice), ...few, ...choice.notes].map((line) => `  ${line}`),
    '',
    ...verdictLines(choice),
    'What was picked looks better on the picking half than it is, since its luck there was picked with it. The figures of the other half hold for one look: picking with other seeds until they look good is the trap.',
    '',
    ...configurationLines(choice),
    '',
  ].join('\n');
}

const sizeText = ({ images, units }: HalfSize, kind: PriorChoice['unitKind']): string =>
  kind === 'groups' ? `${images} images in ${units} groups` : `${images} images`;

function candidateTable({ candidates }: PriorChoice): string {
  const hasSuitability = candidates.some(({ suitability }) => suitability !== null);
  const number = (value: number | null) => (value === null ? NONE : fixed(value, 3));
  return plainTable(
    ['degradation', 'severity', 'SRCC', ...(hasSuitability ? ['suitability'] : [])],
    candidates
      .slice(0, SHOWN)
      .map(({ degradation, severity, srcc, suitability }) => [
        degradation,
        severity,
        number(srcc),
        ...(hasSuitability ? [number(suitability)] : []),
      ]),
    ['left', 'right', 'right', 'right'],
  );
}

function setTable({ sets, candidates }: PriorChoice): string {
  return plainTable(
    ['set', 'picking half', 'other half', 'conditions'],
    sets.map(({ name, picking, other, conditions }) => [
      name,
      picking === null ? NONE : fixed(picking, 3),
      estimateText(other),
      conditions === null
        ? 'none'
        : conditions.length === candidates.length
          ? 'all of them'
          : conditions.map(conditionName).join(', '),
    ]),
    ['left', 'right', 'left', 'left'],
  );
}

const problemsOf = ({ sets }: PriorChoice): string[] =>
  sets.flatMap(({ name, other }) =>
    other.problem === undefined ? [] : [`${name}, on the other half: ${other.problem}`],
  );

function verdictLines({ lackingOfPaper, differences, sets }: PriorChoice): string[] {
  if (lackingOfPaper.length > 0) {
    return [
      `There is no comparison with the paper's four: ${lackingOfPaper.map(conditionName).join(', ')} ${lackingOfPaper.length === 1 ? 'was' : 'were'} not asked about.`,
    ];
  }
  const isPaper = !differences.some(({ set }) => set === PICKED);
  return [
    ...(isPaper
      ? [`What was picked is ${PAPER} (${sets[0]?.conditions?.map(conditionName).join(', ')}).`]
      : []),
    ...differences.map((difference) => verdictText(difference, differences.length)),
  ];
}

const VERDICTS = {
  gain: { head: 'Gain', says: (set: string) => `${set} agrees better with MOS than ${PAPER}` },
  loss: {
    head: 'Loss',
    says: (set: string) => `${set} agrees worse with MOS than ${PAPER}; keep those`,
  },
  undecided: {
    head: 'Undecided',
    says: (set: string) =>
      `the other half does not tell ${set} from ${PAPER}, so nothing speaks for leaving those`,
  },
} as const;

function verdictText({ set, SRCC, holmPValue, verdict }: SetDifference, tested: number): string {
  const name = `"${set}"`;
  if (verdict === null) return `No verdict on ${name}: ${SRCC.problem}.`;
  const { head, says } = VERDICTS[verdict];
  const p = `p ${pValueText(holmPValue)}${tested > 1 ? ` corrected for ${tested} comparisons` : ''}`;
  return `${head}: ${says(name)}: SRCC ${differenceText(SRCC)}, ${p}.`;
}

/** To paste under the provider's `config`. */
function configurationLines({ sets }: PriorChoice): string[] {
  const picked: readonly Condition[] = sets[0]?.conditions ?? [];
  return [
    'conditions:',
    ...picked.map(
      ({ degradation, severity }) => `  - { degradation: ${degradation}, severity: ${severity} }`,
    ),
  ];
}
