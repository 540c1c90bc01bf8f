import pLimit from 'p-limit';
import { BudgetError } from '../answers/budget-error.ts';
import { rowCost } from '../answers/row-cost.ts';
import { oneLine } from '../common/one-line.ts';
import { withoutSecrets } from '../common/without-secrets.ts';
import { JudgeError } from '../judges/judge-error.ts';
import type { PairOutcome } from '../method/ask-pair.ts';
import { sharedPixelPool } from '../method/pixel-pool.ts';
import { compareImages, type PreparedForPair } from './compare-images.ts';
import type { Asker } from './scorer.ts';

/** Pairs under way at once; how many questions are, the judge limits. */
export const PAIRS_AT_ONCE = 8;

/** So many pairs without an answer, round after round, end the asking: few images that are refused do not. */
const MOST_LOST = 8;

/** Why a pair has no answer after the budget or what fails every pair has ended the asking. */
export const NOT_ASKED = 'not asked';

/** What a pair is of: places in a list. */
export interface PairPlace {
  first: number;
  second: number;
}

/** A pair that was asked about. */
export interface AnsweredPair extends PairPlace, Omit<PairOutcome, 'wins' | 'losses' | 'answers'> {
  /** US dollars of its answers, whenever they were bought; null: unknown. */
  costUsd: number | null;
  /** The part of it that was bought now. */
  paidUsd: number | null;
  /** Answers, and how many of them were bought now. */
  answers: number;
  asked: number;
  source: string;
}

/** A pair to be asked about. */
export interface PairToCompare<Place extends PairPlace> {
  place: Place;
  /** Tells it apart in the store's account of what was spent. */
  name: string;
  images(): Promise<readonly [PreparedForPair, PreparedForPair]>;
}

/** Asks about pairs in rounds, and keeps what came of them, until the budget or failures end it. */
export interface PairComparer<Place extends PairPlace> {
  /**
   * @returns P(the first is better) of each, in the order of the pairs; undefined where there is no answer. Two
   *   pictures that are one file are 0.5 without a question.
   */
  compare(round: readonly PairToCompare<Place>[]): Promise<(number | undefined)[]>;
  readonly pairs: readonly (AnsweredPair & Place)[];
  /** Pairs without an answer, each with the reason. */
  readonly unanswered: readonly (Place & { reason: string })[];
  /** Pairs whose pictures are one file. */
  readonly same: number;
  /** Why nothing more is asked; undefined: it is. */
  readonly end: 'budget' | 'failures' | undefined;
  /** What has to be said beside the numbers, see `RowOutput`. */
  readonly notice: string | undefined;
  /** Nothing more is asked, since what fails these pairs fails the others. */
  giveUp(): void;
}

/**
 * @param run one name for what is ranked: a budget counts what was bought for the same
 * @param onPair called when a pair has been asked about
 */
export function createPairComparer<Place extends PairPlace>(
  { prompt, config, askingFor }: Asker,
  run: string,
  onPair?: () => void,
): PairComparer<Place> {
  const limit = pLimit(PAIRS_AT_ONCE);
  const pairs: (AnsweredPair & Place)[] = [];
  const unanswered: (Place & { reason: string })[] = [];
  let same = 0;
  let end: 'budget' | 'failures' | undefined;
  let notice: string | undefined;
  /** Pairs of the latest rounds of which none has an answer. */
  let lost = 0;

  const one = async (pair: PairToCompare<Place>): Promise<number | undefined> => {
    const { place, name, images } = pair;
    // What would fail in the same way, or find no money, is not tried.
    if (end !== undefined) {
      unanswered.push({ ...place, reason: NOT_ASKED });
      return undefined;
    }
    try {
      const [a, b] = await images();
      if (a.sha256 === b.sha256) {
        same += 1;
        return 0.5;
      }
      const asking = await askingFor(name, { run });
      const comparing = { prompt, config, pool: sharedPixelPool, asking };
      const outcome = await compareImages(a.image, b.image, comparing);
      const { answers, wins: _, losses: __, ...said } = outcome;
      const bought = answers.filter(({ reused }) => !reused);
      notice ??= answers.find((answer) => answer.notice !== undefined)?.notice;
      pairs.push({
        ...{ ...place, ...said },
        ...{ costUsd: rowCost(answers).costUsd, paidUsd: rowCost(bought).costUsd },
        ...{ answers: answers.length, asked: bought.length },
        source: [...new Set(answers.map(({ source }) => source))].join('+'),
      });
      return outcome.better;
    } catch (error) {
      if (error instanceof BudgetError) end ??= 'budget';
      else if (error instanceof JudgeError && error.isFinal) end ??= 'failures';
      const reason = error instanceof BudgetError ? NOT_ASKED : withoutSecrets(oneLine(error));
      unanswered.push({ ...place, reason });
      return undefined;
    } finally {
      onPair?.();
    }
  };

  const giveUp = (): void => {
    end ??= 'failures';
  };
  return {
    async compare(round) {
      const outcomes = await Promise.all(round.map((pair) => limit(() => one(pair))));
      const isLost = outcomes.every((outcome) => outcome === undefined);
      lost = isLost ? lost + outcomes.length : 0;
      if (lost >= MOST_LOST) giveUp();
      return outcomes;
    },
    pairs,
    unanswered,
    get same() {
      return same;
    },
    get end() {
      return end;
    },
    get notice() {
      return notice;
    },
    giveUp,
  };
}
