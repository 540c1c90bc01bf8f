import { describe, expect, it } from 'vitest';
import debiasedScore from '../../assertions/debiased-score.ts';
import rankCorrelation from '../../assertions/rank-correlation.ts';
import { CORRELATION_KEY } from '../../src/harness/row-keys.ts';
import type { ConditionResult } from '../../src/method/row-output.ts';
import { condition } from './answers.ts';

const output = (
  conditions: ConditionResult[],
  method: 'debiased' | 'single-image' | 'prior' = 'debiased',
) => ({
  score: 0.5,
  conditions,
  method,
  weights: 'softmax',
  source: 'logprobs',
});

describe('debiased-score', () => {
  const row = output([condition(0.9, 1), condition(0.1, 0)]);
  const softmax = (0.9 * Math.E + 0.1) / (Math.E + 1);

  it.each([
    [undefined, softmax],
    ['softmax', softmax],
    ['uniform', 0.5],
    ['proportional', 0.9],
  ])('recomputes the score with weights %s', (weights, score) => {
    const result = debiasedScore(row, { config: weights ? { weights } : {} });
    expect(result.pass).toBe(true);
    expect(result.score).toBeCloseTo(score, 12);
    expect(result.namedScores?.score).toBeCloseTo(score, 12);
  });

  it('takes the answer as promptfoo may hand it over, as text', () => {
    expect(debiasedScore(JSON.stringify(row), {}).score).toBeCloseTo(softmax, 12);
  });

  it('says how the score came about, skipped conditions included', () => {
    const { reason } = debiasedScore(
      output([condition(0.9, 1), condition(null, null, 'saturate')]),
      {},
    );
    expect(reason).toBe(
      'score 0.900, softmax weights (logprobs): fog 4: 0.900 x 1.000, saturate 4 left out (no effect)',
    );
  });

  it('says how many samples a score rests on, and how exact that makes it', () => {
    const sampled = {
      ...output([{ ...condition(0.75, null), standardError: 0.153 }], 'single-image'),
      source: 'samples',
      samples: 8,
      invalidSamples: 1,
    };
    expect(debiasedScore(sampled, {}).reason).toBe(
      'score 0.750 ± 0.153 from one image (samples, n = 8, 1 invalid)',
    );
  });

  it('gives a single image its one answer under every weighting', () => {
    const single = output(
      [{ ...condition(0.3, null), degradation: null, severity: null }],
      'single-image',
    );
    for (const weights of ['softmax', 'uniform', 'proportional']) {
      expect(debiasedScore(single, { config: { weights } }).score).toBe(0.3);
    }
  });

  it('publishes no score where the degraded copies were rated, and holds none to bounds', () => {
    const copies = output([condition(0.2, 1), condition(0.1, 1, 'spatter')], 'prior');
    const result = debiasedScore(copies, { config: { min: 0.9 } });
    expect(result.pass).toBe(true);
    expect(result.reason).toBe(
      '2 degraded copies rated by themselves: 0.150 on average (logprobs); the report ranks them as priors',
    );
    expect(result.namedScores).toBeUndefined();
  });

  it('refuses softmax weights without similarities instead of taking others', () => {
    const result = debiasedScore(output([condition(0.9, null), condition(0.1, null)]), {
      config: { weights: 'softmax' },
    });
    expect(result).toMatchObject({ pass: false, score: 0 });
    expect(result.reason).toMatch(/condition 1 has no similarity, which softmax weights need/);
    expect(result.namedScores).toBeUndefined();
  });

  it.each([
    [{ min: 0.6 }, true, /^score 0\.6/],
    [{ min: 0.9 }, false, /^score 0\.685 is below min 0\.9: /],
    [{ max: 0.6 }, false, /^score 0\.685 is above max 0\.6: /],
    [{ min: 0.1, max: 0.9 }, true, /^score/],
  ])('holds the score against %j', (config, pass, reason) => {
    const result = debiasedScore(row, { config });
    expect(result.pass).toBe(pass);
    expect(result.reason).toMatch(reason);
    expect(result.namedScores?.score).toBeCloseTo(softmax, 12);
  });

  it('refuses bounds between which no score lies', () => {
    const { pass, reason } = debiasedScore(row, { config: { min: 0.9, max: 0.1 } });
    expect(pass).toBe(false);
    expect(reason).toMatch(/config: min: min is above max, so that no score passes/);
  });

  it.each<[string, unknown, object, RegExp]>([
    [
      'an answer of another provider',
      'a fine picture',
      {},
      /is none of promptfoo-iqa's provider \(it begins "a fine picture"\).*the assertion image-quality$/,
    ],
    ['no answer', undefined, {}, /it begins "nothing"/],
    [
      'an answer without conditions',
      { score: 1 },
      {},
      /the answer is none of the provider promptfoo-iqa: conditions/,
    ],
    [
      'an unknown key',
      row,
      { wieghts: 'uniform' },
      /unknown key "wieghts", did you mean "weights"\?/,
    ],
    ['unknown weights', row, { weights: 'max' }, /weights: /],
  ])('fails with a reason for %s', (_, answer, config, reason) => {
    const result = debiasedScore(answer, { config });
    expect(result.pass).toBe(false);
    expect(result.reason).toMatch(reason);
  });
});

it('rank-correlation on the correlation row of another provider says what is for its pictures', () => {
  const test = { metadata: { [CORRELATION_KEY]: { dataset: 'd', rows: [] } } };
  const { pass, reason } = rankCorrelation('a picture', { test });
  expect(pass).toBe(false);
  expect(reason).toMatch(
    /provider is not the one of promptfoo-iqa.*rate them with the assertion image-quality/,
  );
});

describe('rank-correlation', () => {
  const rows = [0.1, 0.4, 0.3, 0.9].map((quality, i) => ({
    image: `${i}.png`,
    sha256: `${i}`,
    mos: i,
    source: 'logprobs',
    conditions: [condition(quality, 1)],
  }));
  const metadata = (extra: object = {}) => ({
    correlation: { dataset: 'd', several: false, repeatIndex: 0, rows, ...extra },
  });

  it('publishes SRCC, tau-b and raw PLCC', () => {
    const { namedScores, pass, reason, score } = rankCorrelation('', {
      config: {},
      metadata: metadata(),
    });
    expect(pass).toBe(true);
    expect(namedScores?.SRCC).toBeCloseTo(0.8, 12);
    expect(namedScores?.KRCC).toBeCloseTo(2 / 3, 12);
    expect(namedScores?.PLCC).toBeCloseTo(0.87244, 5);
    expect(score).toBeCloseTo(0.8, 12);
    // Four images are too few for an interval.
    expect(reason).toBe('SRCC 0.80 on 4 images');
  });

  it("carries the data set's name when there are several", () => {
    const { namedScores, reason } = rankCorrelation('', {
      config: {},
      metadata: metadata({ several: true }),
    });
    expect(reason).toMatch(/^d: SRCC/);
    expect(Object.keys(namedScores ?? {})).toEqual(['SRCC d', 'KRCC d', 'PLCC d']);
  });

  it('publishes nothing for further repetitions, nor when another assertion does', () => {
    expect(
      rankCorrelation('', { config: {}, metadata: metadata({ repeatIndex: 1 }) }).namedScores,
    ).toBeUndefined();
    expect(
      rankCorrelation('', { config: { publish: false }, metadata: metadata() }).namedScores,
    ).toBeUndefined();
  });

  it.each([
    [{ min: 0.8 }, true, 'SRCC 0.80 on 4 images, at least 0.8'],
    [{ min: 0.81 }, false, 'SRCC 0.80 on 4 images, below 0.81'],
    [{ metric: 'KRCC', min: 0.7 }, false, 'KRCC 0.67 on 4 images, below 0.7'],
    [{ metric: 'PLCC', min: 0.8 }, true, 'PLCC raw 0.87 on 4 images, at least 0.8'],
  ])('is a gate: %j', (config, pass, reason) => {
    const result = rankCorrelation('', {
      config: { ...config, minImages: 4 },
      metadata: metadata(),
    });
    expect(result.pass).toBe(pass);
    expect(result.reason).toContain(reason);
    expect(result.namedScores?.SRCC).toBeCloseTo(0.8, 12);
  });

  it('claims no correlation where the degraded copies were rated, and passes no gate there', () => {
    const judge = (config: object) =>
      rankCorrelation('', { config, metadata: metadata({ method: 'prior' }) });
    const noCorrelation = /^d: no correlation, because .* rates the degraded copies/;
    expect(judge({})).toMatchObject({ pass: true, reason: expect.stringMatching(noCorrelation) });
    for (const gate of [{ min: -1 }, { baseline: { file: 'baseline.json' } }]) {
      const result = judge(gate);
      expect(result).toMatchObject({
        pass: false,
        score: 0,
        reason: expect.stringMatching(noCorrelation),
        metadata: { iqaGate: { judged: false } },
      });
      expect(result.namedScores).toBeUndefined();
    }
  });

  it.each<[string, object, RegExp]>([
    [
      'constant scores',
      { rows: rows.map((row) => ({ ...row, conditions: [condition(0.5, 1)] })) },
      /all 4 scores are 0\.5, so there is no correlation/,
    ],
    ['constant MOS', { rows: rows.map((row) => ({ ...row, mos: 3 })) }, /all 4 MOS values are 3/],
    ['two images', { rows: rows.slice(0, 2) }, /at least 3 images, there are 2/],
  ])('fails and publishes nothing for %s', (_, extra, reason) => {
    const result = rankCorrelation('', { config: {}, metadata: metadata(extra) });
    expect(result).toMatchObject({ pass: false, score: 0 });
    expect(result.reason).toMatch(reason);
    expect(result.namedScores).toBeUndefined();
  });

  it('aggregates as debiased-score does, under the same weights', () => {
    const mixed = rows.map((row, i) => ({
      ...row,
      conditions: [condition(i / 4, 0), condition(1 - i / 4, 1)],
    }));
    const srcc = (weights: string) =>
      rankCorrelation('', { config: { weights }, metadata: metadata({ rows: mixed }) }).namedScores
        ?.SRCC;
    expect(srcc('proportional')).toBeCloseTo(-1, 12);
    expect(srcc('softmax')).toBeCloseTo(-1, 12);
  });

  it('says what is missing when it is given an image row', () => {
    expect(rankCorrelation('', { config: {}, metadata: {} }).reason).toContain(
      'file://reports/extension.ts:beforeAll under extensions',
    );
  });
});
