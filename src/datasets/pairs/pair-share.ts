import type { ListedLine } from '../files/listed-line.ts';
import { describeColumn, isNumber, shortened } from '../score-text.ts';
import type { PairsConfig } from './pair-config.ts';

/** What a line says of people's preference. */
export interface PeopleShare {
  /** Of those who prefer the first image, 0..1; the text of the line where it says none. */
  share: number | string;
  /** People who were asked, where it is known. */
  raters?: number;
  /** Why there is no share, in words. */
  problem?: string;
}

/** Reads the share of people who prefer the first image, or the votes that it follows from. */
export function readShare(line: ListedLine, settings: PairsConfig): PeopleShare {
  return settings.votes
    ? fromVotes(line, settings.votes)
    : { ...fromShare(line, settings), ...ratersOf(line, settings) };
}

function fromVotes(line: ListedLine, votes: NonNullable<PairsConfig['votes']>): PeopleShare {
  const columns = [votes.first, votes.second, ...(votes.tie === undefined ? [] : [votes.tie])];
  const texts = columns.map((column) => line.cell(column));
  const wrong = columns.find((_, index) => !isCount(texts[index]!));
  if (wrong !== undefined) {
    const text = line.cell(wrong);
    return {
      share: texts.join(' : '),
      problem: `${describeColumn(wrong)} is ${text === '' ? 'empty' : `"${shortened(text)}"`}; give the number of people, at least 0`,
    };
  }
  const [first = 0, second = 0, tie = 0] = texts.map(Number);
  const all = first + second + tie;
  if (all === 0) {
    return { share: texts.join(' : '), problem: 'nobody voted on this pair; remove the line' };
  }
  return { share: (first + tie / 2) / all, raters: all };
}

const isCount = (text: string): boolean => isNumber(text) && Number(text) >= 0;

function fromShare(line: ListedLine, settings: PairsConfig): PeopleShare {
  const { share: column, shareOf = 'first', scale: [none, all] = [0, 1], answers } = settings;
  const text = line.cell(column!);
  const where = describeColumn(column!);
  const turned = (share: number): number => (shareOf === 'first' ? share : 1 - share);
  if (answers) {
    const said = Object.hasOwn(answers, text) ? answers[text] : undefined;
    if (said !== undefined) return { share: turned(said) };
    const known = Object.keys(answers).map(shortened).join(', ');
    return {
      share: text,
      problem: `${where} is ${text === '' ? 'empty' : `"${shortened(text)}"`}, and answers names ${known}; add what it stands for, or correct the line`,
    };
  }
  if (!isNumber(text)) {
    return {
      share: text,
      problem: `${where} is ${text === '' ? 'empty' : `"${shortened(text)}", which is not a number`}; give the share of people who prefer the ${shareOf} image, or remove the line`,
    };
  }
  const share = (Number(text) - none) / (all - none);
  if (share < 0 || share > 1) {
    return {
      share: text,
      problem: `${where} is ${shortened(text)}, which is not between ${none} and ${all}; correct it, or set scale to what stands where nobody and where everybody prefers the image`,
    };
  }
  return { share: turned(share) };
}

function ratersOf(line: ListedLine, { raters, ratersEach }: PairsConfig): Partial<PeopleShare> {
  if (ratersEach !== undefined) return { raters: ratersEach };
  if (raters === undefined) return {};
  const text = line.cell(raters);
  if (isNumber(text) && Number(text) > 0) return { raters: Number(text) };
  return {
    problem: `${describeColumn(raters)} is ${text === '' ? 'empty' : `"${shortened(text)}"`}; give the number of people who compared the pair, or do not read this column`,
  };
}
