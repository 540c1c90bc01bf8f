import { describe, expect, it } from 'vitest';
import { pairedPreferences } from '../../../src/gate/paired-preferences.ts';
import { LOG_BOUND, type PreferenceMetric } from '../../../src/statistics/index.ts';

/** 100 independent pairs: of 60 most people prefer the first image, and the judge is right about four of five. */
const SHARES = Array.from({ length: 100 }, (_, i) => (i < 60 ? 0.9 : 0.3));
const IS_RIGHT = SHARES.map((_, i) => i % 5 !== 0);

const sampleOf = (isRight: readonly boolean[], sureness: number) => ({
  preferences: SHARES.map((share, i) => ({
    share,
    probability: isRight[i] === share > 0.5 ? sureness : 1 - sureness,
  })),
  units: { names: SHARES.map((_, i) => `pair ${i}`), kind: 'connected sets of pairs' as const },
});

/** The baseline, and a run that loses so many of its pairs and is less sure of the others. */
const verdict = (metric: PreferenceMetric, lost: number, margin: number, sureness = 0.8) => {
  const now = IS_RIGHT.map((isRight, i) => isRight && !(i >= 1 && i <= lost));
  const samples = { newer: sampleOf(now, sureness), older: sampleOf(IS_RIGHT, 0.9) };
  return pairedPreferences(samples, [], { metric, margin, bound: LOG_BOUND });
};

describe('where few preferred images changed, the lower end of the difference', () => {
  // By NumPy and Wilson's interval, as the documentation of the gate says it.
  it.each<[PreferenceMetric, lost: number, lower: number]>([
    ['ACCURACY', 0, 0.037],
    ['WEIGHTED', 0, 0.0405],
    ['2AFC', 0, 0.0259],
    ['KAPPA', 0, 0.0751],
    ['ACCURACY', 3, 0.0845],
    ['WEIGHTED', 3, 0.0988],
    ['2AFC', 3, 0.0632],
    ['KAPPA', 3, 0.1625],
  ])(
    'of %s with %i of 100 pairs lost allows for as many more as Wilson does',
    (metric, lost, lower) => {
      expect(verdict(metric, lost, lower + 0.0001)).toMatchObject({ pass: true, judged: true });
      const failed = verdict(metric, lost, lower - 0.0001);
      expect(failed).toMatchObject({ pass: false, judged: true });
      expect(failed.remarks.join('; ')).toContain(
        `the two prefer different images of ${lost} of 100 pairs, so few that the lower end of the difference is that of Wilson`,
      );
    },
  );

  it('is that of the paired draws for the same answers, and of a metric that sees how sure the judge is', () => {
    const same = verdict('ACCURACY', 0, 0, 0.9);
    expect(same.phrase).toContain('difference 0.00 [0.00, 0.00] does not reach below');
    expect(same.remarks.join()).not.toContain('Wilson');
    expect(verdict('LOGLIK', 3, 0.5).remarks.join()).not.toContain('Wilson');
  });
});

/** The judge's answers to pairs about which it is right or not, in two runs. */
function verdictOf(
  shares: readonly number[],
  [now, before]: readonly (readonly boolean[])[],
  metric: PreferenceMetric,
  margin: number,
  sets = shares.map((_, i) => `pair ${i}`),
) {
  const sampleIn = (isRight: readonly boolean[], sureness: number) => ({
    preferences: shares.map((share, i) => ({
      share,
      probability: isRight[i] === share > 0.5 ? sureness : 1 - sureness,
    })),
    units: { names: sets, kind: 'connected sets of pairs' as const },
  });
  const samples = { newer: sampleIn(now!, 0.8), older: sampleIn(before!, 0.9) };
  return pairedPreferences(samples, [], { metric, margin, bound: LOG_BOUND });
}

describe('where many preferred images changed, of pairs that hardly move the metric', () => {
  // Of 40 pairs people are of one mind, of 160 hardly; the judge loses eight of these and gains eight.
  const shares = Array.from({ length: 200 }, (_, i) => (i < 40 ? 1 : 0.52));
  const before = shares.map((_, i) => i % 5 !== 0);
  const isGained = (i: number) => i >= 100 && i < 140 && i % 5 === 0;
  const isLost = (i: number) => i >= 100 && i < 140 && i % 5 === 1;
  const now = before.map((isRight, i) => isGained(i) || (isRight && !isLost(i)));

  // By NumPy, as above.
  it.each<[PreferenceMetric, lower: number]>([
    ['WEIGHTED', 0.0776],
    ['2AFC', 0.018],
  ])('the lower end of %s allows for changes of the others', (metric, lower) => {
    expect(verdictOf(shares, [now, before], metric, lower + 0.0001).pass).toBe(true);
    const failed = verdictOf(shares, [now, before], metric, lower - 0.0001);
    expect(failed).toMatchObject({ pass: false, judged: true });
    expect(failed.remarks.join('; ')).toContain(
      'the two prefer different images of 16 of 200 pairs, which move the metric so little',
    );
  });

  it('that of a metric in which all pairs count alike is of the paired draws', () => {
    expect(verdictOf(shares, [now, before], 'ACCURACY', 0).remarks.join()).not.toContain('Wilson');
  });

  it('2AFC cannot fall where people are evenly divided on all pairs', () => {
    const even = shares.map(() => 0.5);
    expect(verdictOf(even, [now, before], '2AFC', 0).pass).toBe(true);
  });
});

describe('where people prefer the first image of nearly all pairs', () => {
  // Of 19 of 20; a kappa falls by several times 1/200 with the first pair of 200 that is lost.
  const shares = Array.from({ length: 200 }, (_, i) => (i % 20 === 7 ? 0 : 1));
  const before = shares.map((_, i) => i % 10 !== 0);

  // By NumPy, as above.
  it.each([
    [0, 0.0598],
    [3, 0.1129],
  ])('a kappa with %i pairs lost is taken to fall as steeply as it does', (lost, lower) => {
    const now = before.map((isRight, i) => isRight && !(i >= 1 && i <= lost));
    expect(verdictOf(shares, [now, before], 'KAPPA', lower + 0.0001).pass).toBe(true);
    expect(verdictOf(shares, [now, before], 'KAPPA', lower - 0.0001).pass).toBe(false);
  });
});

it('changes in twelve single pairs say little where most pairs stand in five large sets', () => {
  const shares = Array.from({ length: 212 }, () => 1);
  const sets = shares.map((_, i) => (i < 200 ? `set ${i % 5}` : `pair ${i}`));
  const before = shares.map((_, i) => i % 5 !== 0);
  // Three are gained and nine lost.
  const now = before.map((isRight, i) => (i < 200 ? isRight : !isRight));
  // By NumPy, as above.
  expect(verdictOf(shares, [now, before], 'ACCURACY', 0.4666, sets).pass).toBe(true);
  const failed = verdictOf(shares, [now, before], 'ACCURACY', 0.4664, sets);
  expect(failed).toMatchObject({ pass: false, judged: true });
  expect(failed.remarks.join('; ')).toContain('12 of 212 pairs, which move the metric so little');
});
