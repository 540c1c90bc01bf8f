import { describe, expect, it } from 'vitest';
import pairAgreement from '../../assertions/pair-agreement.ts';
import { CORRELATION_KEY, GATE_KEY } from '../../src/harness/row-keys.ts';
import type { AnsweredPair, PreferenceAnswer } from '../../src/rows/preference-row.ts';

const outputOf = (probability: number): AnsweredPair['output'] => ({
  ...{ probability, shownFirst: probability, shownSecond: probability, tie: 0, positionBias: 0 },
  ...{ isInconsistent: false, source: 'logprobs' },
});

/** Pairs of images of their own, unless `image` says which first image they share. */
function answerOf(
  pairs: readonly (readonly [share: number, probability: number])[],
  extra: Partial<PreferenceAnswer> & { image?: (index: number) => string } = {},
): PreferenceAnswer {
  const { image = (index: number) => `a${index}`, ...rest } = extra;
  return {
    ...{ dataset: 'd', several: false, repeatIndex: 0, missing: [] },
    rows: pairs.map(([share, probability], index) => ({
      ...{ first: `${image(index)}.png`, second: `b${index}.png` },
      ...{ firstSha256: image(index), secondSha256: `b${index}` },
      ...{ share, output: outputOf(probability) },
    })),
    ...rest,
  };
}

/** 20 of 25 right. */
const PAIRS = Array.from({ length: 25 }, (_, i) => [0.8, i < 20 ? 0.7 : 0.3] as const);

const judge = (answer: PreferenceAnswer, config?: object) =>
  pairAgreement('', { ...(config && { config }), metadata: { preferences: answer } });

describe('pair-agreement', () => {
  it('publishes every metric that is defined, and says what it rests on', () => {
    const { pass, score, reason, namedScores } = judge(answerOf(PAIRS));
    expect([pass, score]).toEqual([true, 0.8]);
    expect(reason).toMatch(/^ACCURACY 0\.80 \[0\.\d\d, 0\.\d\d\] on 25 pairs$/);
    expect(namedScores).toMatchObject({ ACCURACY: 0.8, WEIGHTED: 0.8 });
    expect(namedScores?.['2AFC']).toBeCloseTo(0.8 * 0.8 + 0.2 * 0.2, 12);
    // By hand: 0.8 ln 0.7 + 0.2 ln 0.3 for those that are right, turned round for the others.
    const right = 0.8 * Math.log(0.7) + 0.2 * Math.log(0.3);
    const wrong = 0.8 * Math.log(0.3) + 0.2 * Math.log(0.7);
    expect(namedScores?.LOGLIK).toBeCloseTo(0.8 * right + 0.2 * wrong, 12);
    expect(namedScores?.KAPPA).toBe(0);
  });

  it('carries the name of the data set when the run has several, and publishes one repetition', () => {
    const several = judge(answerOf(PAIRS, { several: true }));
    expect(several.namedScores?.['ACCURACY d']).toBe(0.8);
    expect(several.reason).toMatch(/^d: ACCURACY/);
    expect(judge(answerOf(PAIRS, { repeatIndex: 1 })).namedScores).toBeUndefined();
    expect(judge(answerOf(PAIRS), { publish: false }).namedScores).toBeUndefined();
  });

  it.each([
    [{ min: 0.8 }, true, ', at least 0.8'],
    [{ min: 0.81 }, false, ', below 0.81'],
    [{ min: 0.79, confidence: 0.95 }, false, /; its lower end 0\.\d\d is below 0\.79/],
    [{ min: 0.5, confidence: 0.95 }, true, /; its lower end 0\.\d\d is at least 0\.5/],
    [{ metric: 'LOGLIK', min: -0.65 }, true, ', at least -0.65'],
    [{ metric: 'WEIGHTED', min: 0.9 }, false, ', below 0.9'],
  ])('a gate of %j passes: %s', (config, passes, phrase) => {
    const { pass, reason, metadata } = judge(answerOf(PAIRS), config);
    expect(pass).toBe(passes);
    expect(reason).toMatch(phrase);
    expect(metadata?.[GATE_KEY]).toMatchObject({ judged: true });
  });

  it('does not judge few independent pairs, however many share an image', () => {
    const few = answerOf(PAIRS, { image: (index) => `a${index % 5}` });
    const { pass, reason, metadata } = judge(few, { min: 0.5 });
    expect(pass).toBe(false);
    expect(reason).toContain('5 connected sets of pairs, fewer than minUnits 20');
    expect(metadata?.[GATE_KEY]).toMatchObject({ judged: false });
    expect(judge(few, { min: 0.5, minUnits: 5 }).pass).toBe(true);
  });

  it('has no interval where all pairs hang together, and says why', () => {
    const one = answerOf(PAIRS, { image: () => 'a' });
    const { pass, reason } = judge(one, { min: 0.5, minUnits: 1, confidence: 0.95 });
    expect(pass).toBe(false);
    expect(reason).toContain('without an interval, min 0.5 is not reached');
    expect(reason).toContain('pairs that share an image or a group are one');
  });

  it('does not take a judge that was right on all pairs for one that always is', () => {
    const all = answerOf(PAIRS.map(([share]) => [share, 0.7]));
    // Wilson's lower end of 25 of 25: 25 / (25 + 1.96 ^ 2) = 0.867.
    const { pass, reason } = judge(all, { min: 0.9, confidence: 0.95 });
    expect(reason).toContain('ACCURACY 1.00 [0.87, 1.00] on 25 pairs; its lower end 0.87 is below');
    expect(pass).toBe(false);
    expect(judge(all, { min: 0.86, confidence: 0.95 }).pass).toBe(true);
  });

  it('takes for judged the pairs on which people are not evenly divided', () => {
    const even = Array.from({ length: 24 }, () => [0.5, 0.5] as const);
    const divided = answerOf([[0.8, 0.7], ...even]);
    const { pass, reason } = judge(divided, { min: 0.5 });
    expect(pass).toBe(false);
    expect(reason).toContain('ACCURACY 1.00 on 1 pair; too few to judge min 0.5: 1 connected');
    expect(reason).toContain('evenly divided on 24 of 25 pairs');
    expect(reason).not.toContain('count half');
    // Kappa knows a tie of people.
    expect(judge(divided, { metric: 'KAPPA', min: 0.5 }).reason).toContain('on 25 pairs');
  });

  it('says which ties it left out or counted half, and which probabilities it held', () => {
    const tied = answerOf([...PAIRS, [0.5, 0.9], [0.7, 0.5], [0.7, 1]]);
    expect(judge(tied).reason).toContain('people are evenly divided on 1 of 28 pairs');
    expect(judge(tied).reason).toContain('the judge prefers neither image of 1 pair');
    expect(judge(tied, { metric: 'LOGLIK' }).reason).toContain(
      'held within 0.01 and 0.99, as 1 of 28 had to be',
    );
    expect(judge(tied, { metric: 'LOGLIK', bound: 0.1 }).reason).toContain('0.1 and 0.9, as 1 of');
  });

  it('names pairs without an answer, and fails below minCoverage', () => {
    const missing = [{ pair: 'x.png | y.png', reason: 'no such file' }];
    const answer = answerOf(PAIRS, { missing });
    expect(judge(answer, { min: 0.5 })).toMatchObject({ pass: false });
    expect(judge(answer, { min: 0.5 }).reason).toContain('1 of 26 pairs have no answer, more than');
    const { pass, reason } = judge(answer, { min: 0.5, minCoverage: 0.9 });
    expect(pass).toBe(true);
    expect(reason).toContain('is left out: x.png | y.png (no such file)');
  });

  it('fails with the reason where the metric does not exist', () => {
    const even = answerOf(PAIRS.map(([, probability]) => [0.5, probability]));
    const { pass, reason } = judge(even, { min: 0.5 });
    expect(pass).toBe(false);
    expect(reason).toContain('people are evenly divided on every pair');
    expect(judge(even, { metric: '2AFC' }).namedScores).not.toHaveProperty('ACCURACY');
  });

  it('says what is wrong where it stands on another row', () => {
    expect(pairAgreement('', {}).reason).toContain('belongs in defaultTest.assert');
    expect(pairAgreement('', { test: { metadata: { [CORRELATION_KEY]: {} } } }).reason).toContain(
      'provider is not the one of promptfoo-iqa',
    );
    expect(judge(answerOf(PAIRS), { minn: 1 }).reason).toContain('unknown key "minn"');
  });
});
