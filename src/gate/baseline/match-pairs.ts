import { compareText } from '../../common/compare-text.ts';
import { pairName } from '../../rows/pair-row-input.ts';
import type { AnsweredPair, PreferenceAnswer } from '../../rows/preference-row.ts';
import { isSameShare } from '../../statistics/preferences/preference.ts';
import { namedRows } from './named-rows.ts';

export interface MatchedPairs {
  now: AnsweredPair[];
  /** The baseline's P(first better) of the pairs of `now`, as they stand there. */
  before: number[];
  /** Pairs that only one of the two has answered, because they are missing in the other. */
  leftOut: string[];
  /** Why the pairs cannot be compared, one phrase each. */
  differences: string[];
}

/** What two runs say of one pair, about the first image of this run's. */
interface Match {
  now: AnsweredPair;
  before: Pick<AnsweredPair, 'share' | 'group'> & { probability: number };
}

/**
 * Finds the same pairs in two runs, by the contents of both files. A pair that stands the other way round is the same:
 * the judge was asked in both orders, so that only the names of first and second change, and the baseline's share and
 * probability become 1 - x. A pair that stands several times in the data set, by copies of its files, is matched in the
 * order of its shares. A pair that one run has tried and not answered (`missing`) is left out of both; any other pair that
 * only one has makes them different, and so does another share or group.
 *
 * @param earlier how phrases call the run before
 */
export function matchPairs(
  now: PreferenceAnswer,
  before: PreferenceAnswer,
  earlier: string,
): MatchedPairs {
  const rest = Map.groupBy(inOrder(before.rows), contentsOf);
  const partners = new Map(
    inOrder(now.rows).map((pair) => [pair, rest.get(contentsOf(pair))?.shift()]),
  );
  const matches = now.rows.flatMap((pair): Match[] => {
    const partner = partners.get(pair);
    return partner ? [{ now: pair, before: asIn(pair, partner) }] : [];
  });
  const unmatched = new Set([...rest.values()].flat());
  const onlyNow = now.rows.filter((pair) => !partners.get(pair));
  const onlyBefore = before.rows.filter((pair) => unmatched.has(pair));
  const otherShare = matches.filter((match) => !isSameShare(match.before.share, match.now.share));
  const otherGroup = matches.filter((match) => match.before.group !== match.now.group);
  return {
    now: matches.map((match) => match.now),
    before: matches.map((match) => match.before.probability),
    leftOut: [...onlyNow, ...onlyBefore].map(pairName),
    differences: [
      ...namedRows('pair', withoutMissing(onlyNow, before), `not in ${earlier}`),
      ...namedRows('pair', withoutMissing(onlyBefore, now), `only in ${earlier}`),
      ...namedRows(
        'pair',
        changes(otherShare, ({ share }) => String(Number(share.toFixed(6)))),
        areTurned(otherShare, matches)
          ? 'with another share, as if one of the runs had the share of the second image'
          : 'with another share',
      ),
      ...namedRows(
        'pair',
        changes(otherGroup, ({ group }) =>
          group === undefined ? 'no group' : JSON.stringify(group),
        ),
        'with another group',
      ),
    ],
  };
}

/** Names the two files of a pair, whichever stands first. */
const contentsOf = ({ firstSha256, secondSha256 }: AnsweredPair): string =>
  [firstSha256, secondSha256].sort().join(' ');

/** What is said of a pair as the other one stands. */
function asIn(
  pair: AnsweredPair,
  { firstSha256, share, group, output }: AnsweredPair,
): Match['before'] {
  const is = firstSha256 === pair.firstSha256 ? (x: number) => x : (x: number) => 1 - x;
  return {
    share: is(share),
    probability: is(output.probability),
    ...(group !== undefined && { group }),
  };
}

/** By the share of the image whose hash comes first, so that pairs are in one order whichever way round they stand. */
function inOrder(pairs: readonly AnsweredPair[]): AnsweredPair[] {
  const shareOf = ({ firstSha256, secondSha256, share }: AnsweredPair) =>
    firstSha256 < secondSha256 ? share : 1 - share;
  return pairs.toSorted((a, b) => {
    const [one, other] = [shareOf(a), shareOf(b)];
    return isSameShare(one, other) ? compareText(a.group ?? '', b.group ?? '') : one - other;
  });
}

/** Whether all shares that differ from one half are those of the other image. */
const areTurned = (otherShare: readonly Match[], matches: readonly Match[]): boolean =>
  otherShare.length > 0 &&
  matches.every(({ now, before }) => isSameShare(before.share, 1 - now.share));

const changes = (
  matches: readonly Match[],
  say: (of: Pick<AnsweredPair, 'share' | 'group'>) => string,
): string[] =>
  matches.map(
    ({ now, before }) => `${pairName({ ...now })}: ${say(before)} there, ${say(now)} here`,
  );

/** Names of pairs that the other run has not tried in vain. */
function withoutMissing(pairs: readonly AnsweredPair[], { missing }: PreferenceAnswer): string[] {
  const tried = new Set(missing.map(({ pair }) => pair));
  const isMissing = ({ first, second }: AnsweredPair) =>
    tried.has(pairName({ first, second })) || tried.has(pairName({ first: second, second: first }));
  return pairs.filter((pair) => !isMissing(pair)).map((pair) => pairName({ ...pair }));
}
