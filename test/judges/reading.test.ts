import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerFromTokens, isUsable } from '../../src/judges/answer-from-replies.ts';
import { drawSamples } from '../../src/judges/draw-samples.ts';
import { namesAnother, readBeginning, readWhole } from '../../src/judges/reading/labels.ts';
import { estimateFromSamples, readRating } from '../../src/judges/reading/samples.ts';
import { choiceMasses, type TokenPosition } from '../../src/judges/reading/token-masses.ts';
import { FIVE_LEVELS, GOOD_POOR, qualityQuestion } from './questions.ts';

const LABELS = ['good', 'poor'];

/** A position from probabilities; the first token is the generated one unless named. */
function position(
  tokens: Record<string, number>,
  token = Object.keys(tokens)[0] ?? '',
): TokenPosition {
  const alternatives = Object.entries(tokens).map(([name, p]) => ({
    token: name,
    logprob: Math.log(p),
  }));
  const logprob = alternatives.find((entry) => entry.token === token)?.logprob ?? -9999;
  return { token, logprob, alternatives };
}

describe('the spellings of a choice', () => {
  it.each<[string, string]>([
    ['good', 'good'],
    [' good', 'good'],
    ['Good', 'good'],
    ['GOOD.', 'good'],
    ['"good', 'good'],
    ['**good', 'good'],
    ['\ngood', 'good'],
    ['po', 'poor'],
    [' Po', 'poor'],
    ['p', 'poor'],
    ['good quality', 'good'],
    ['“Poor”', 'poor'],
    ['poor，', 'poor'],
  ])('%j is %s', (text, label) => {
    expect(readBeginning(text, LABELS)).toMatchObject({ choice: LABELS.indexOf(label) });
  });

  it.each(['goodness', 'not good', 'The', 'gut', 'x', 'nothing', '1'])('%j is neither', (text) => {
    expect(readBeginning(text, LABELS)).toBe('other');
  });

  it.each(['', ' ', '\n', '"', '**', ': '])('%j leaves it open', (text) => {
    expect(readBeginning(text, LABELS)).toBe('undecided');
  });

  it('what stands after a word ends it, unless a longer choice goes on with that', () => {
    expect(readBeginning('No.', ['Yes', 'No', 'Not sure'])).toMatchObject({ choice: 1 });
    expect(readBeginning('No', ['Yes', 'No', 'Not sure'])).toBe('undecided');
    expect(readBeginning('good.', ['good', 'good enough'])).toMatchObject({ choice: 0 });
    expect(readBeginning('good ', ['good', 'good enough'])).toBe('undecided');
    expect(readBeginning('good e', ['good', 'good enough'])).toMatchObject({ choice: 1 });
  });

  it('one reply that goes on to name another choice may be either', () => {
    const names = ['Good light, but noisy: poor', 'good or poor', 'poor, not good.'];
    expect(names.filter((text) => namesAnother(text, LABELS))).toEqual(names);
    const plain = [
      'good',
      'Good quality.',
      'good, and not poorly lit',
      'The good and the poor',
      'good good',
    ];
    expect(plain.filter((text) => namesAnother(text, LABELS))).toEqual([]);
    expect(namesAnother('good enough', ['good', 'good enough'])).toBe(false);
    expect(namesAnother('Not sure', ['Yes', 'No', 'Not sure'])).toBe(false);
  });

  it('a piece that begins two choices, or is a word by itself, leaves it open', () => {
    expect(readBeginning('p', ['poor', 'perfect'])).toBe('undecided');
    expect(readBeginning('pe', ['poor', 'perfect'])).toMatchObject({ choice: 1 });
    expect(readBeginning('A', ['average', 'bad'])).toBe('undecided');
    expect(readBeginning('1', ['1', '10'])).toBe('undecided');
  });

  it('works in other scripts', () => {
    expect(readBeginning('好', ['好', '差'])).toMatchObject({ choice: 0 });
    expect(readBeginning('хор', ['хорошо', 'плохо'])).toMatchObject({ choice: 0, whole: false });
  });

  it.each<[string, string[]]>([
    ['İyi', ['iyi', 'kötü']],
    ['ILIMLI', ['ılımlı', 'kötü']],
    ['ΚΑΛΌΣ', ['καλός', 'κακός']],
    ['MÄSSIG', ['mäßig', 'gut']],
    ['Ｇｏｏｄ', ['good', 'poor']],
    ['\u200fجيدة\u200f', ['جيدة', 'سيئة']],
    ['very_good', ['very good', 'poor']],
    ['Very-Good.', ['very good', 'poor']],
    ['very\u00a0 good', ['very good', 'poor']],
    ['It’s good', ["it's good", 'poor']],
    ['٤', ['4', '5']],
  ])('%j is the first of %j in another spelling of its script', (reply, labels) => {
    expect(readWhole(reply, labels)).toBe(0);
    expect(readBeginning(reply, labels)).toEqual({ choice: 0, whole: true });
  });

  it('another spelling makes no other word of one', () => {
    expect(readWhole('not-good', ['not', 'good'])).toBeUndefined();
    expect(readBeginning('good-', ['good', 'good enough'])).toBe('undecided');
    expect(readBeginning('very', ['very good', 'very poor'])).toBe('undecided');
  });

  it('read strictly, a whole reply is a choice and nothing else', () => {
    expect(['Good.', ' **poor**', '"good"'].map((reply) => readWhole(reply, LABELS))).toEqual([
      0, 1, 0,
    ]);
    const wrong = ['good quality', 'goo', 'p', '', 'Good or poor?', 'gut'];
    expect(wrong.map((reply) => readWhole(reply, LABELS))).toEqual(wrong.map(() => undefined));
  });
});

describe('token probabilities', () => {
  it('are summed over spellings; what lies elsewhere is not covered', () => {
    const first = position({
      good: 0.4,
      ' Good': 0.1,
      Ġgood: 0.1,
      po: 0.15,
      'poor.': 0.05,
      The: 0.2,
    });
    const { masses, coveredMass } = choiceMasses([first], LABELS);
    expect(masses[0]).toBeCloseTo(0.6, 12);
    expect(masses[1]).toBeCloseTo(0.2, 12);
    expect(coveredMass).toBeCloseTo(0.8, 12);
  });

  it('follow spaces, quotation marks and shared pieces along the generated reply', () => {
    const { masses } = choiceMasses(
      [
        position({ '"': 0.5, good: 0.3, poor: 0.2 }),
        position({ p: 0.7, good: 0.3 }),
        position({ oor: 0.9, erfect: 0.1 }),
      ],
      ['good', 'poor', 'perfect'],
    );
    expect(masses[0]).toBeCloseTo(0.3 + 0.5 * 0.3, 12);
    expect(masses[1]).toBeCloseTo(0.2 + 0.5 * 0.7 * 0.9, 12);
    expect(masses[2]).toBeCloseTo(0.5 * 0.7 * 0.1, 12);
  });

  it('do not take a beginning for a choice when the reply goes on as another word', () => {
    const begun = position({ po: 0.9, good: 0.1 });
    const polar = choiceMasses([begun, position({ lar: 1 })], LABELS);
    expect(polar.masses).toEqual([expect.closeTo(0.1, 12), 0]);
    const poor = choiceMasses([begun, position({ or: 1 })], LABELS);
    expect(poor.masses[1]).toBeCloseTo(0.9, 12);
    const nothing = choiceMasses([position({ No: 1 }), position({ thing: 1 })], ['Yes', 'No']);
    expect(nothing.coveredMass).toBe(0);
  });

  it('count how likely the reply was to end, where it goes on from a choice to another word', () => {
    const first = position({ good: 0.6, poor: 0.4 });
    const ness = position({ '': 0.9, '.': 0.06, ness: 0.04 }, 'ness');
    expect(choiceMasses([first, ness], LABELS).masses).toEqual([
      expect.closeTo(0.6 * 0.96, 12),
      expect.closeTo(0.4, 12),
    ]);
    const polar = choiceMasses(
      [position({ po: 0.9, good: 0.1 }), position({ or: 0.8, lar: 0.2 }, 'lar')],
      LABELS,
    );
    expect(polar.masses).toEqual([0.1, 0.9 * 0.8].map((mass) => expect.closeTo(mass, 12)));
    const read = (positions: TokenPosition[], text: string, hasMoreTokens = false) =>
      answerFromTokens(
        'x',
        qualityQuestion([], GOOD_POOR),
        { text, positions, hasMoreTokens },
        { minCoveredMass: 0.3 },
      );
    expect(read([first, ness], 'goodness').probabilities?.[0]).toBeCloseTo(0.576 / 0.976, 12);
    // Where the end of a reply is not listed, and where only the first token is.
    const endless = position({ '.': 0.06, ness: 0.04 }, 'ness');
    const unknown =
      /begins like one of the choices \(good, poor\) and goes on, and its tokens do not say/;
    expect(() => read([first, endless], 'goodness')).toThrow(unknown);
    expect(() => read([first], 'goodness', true)).toThrow(unknown);
  });

  it('count the generated token where the list of the likeliest leaves it out', () => {
    const only: TokenPosition = {
      token: 'good',
      logprob: Math.log(0.01),
      alternatives: [{ token: 'poor', logprob: Math.log(0.9) }],
    };
    const { masses } = choiceMasses([only], LABELS);
    expect(masses[0]).toBeCloseTo(0.01, 12);
  });

  it('take -9999 for impossible, and refuse what is no probability', () => {
    const never: TokenPosition = {
      token: 'good',
      logprob: 0,
      alternatives: [
        { token: 'good', logprob: 0 },
        { token: 'poor', logprob: -9999 },
      ],
    };
    expect(choiceMasses([never], LABELS).masses).toEqual([1, 0]);
    expect(() => choiceMasses([position({ good: 0.9, poor: 0.9 })], LABELS)).toThrow(/sum to 1\.8/);
  });

  describe('where one choice begins another', () => {
    const UNSURE = ['Yes', 'No', 'Not sure'];

    it('a short word counts for itself, generated or not', () => {
      const ends = choiceMasses(
        [position({ No: 0.4, Yes: 0.6 }), position({ '.': 0.95, t: 0.05 })],
        UNSURE,
      );
      expect(ends.masses).toEqual([0.6, 0.38, 0.02].map((mass) => expect.closeTo(mass, 12)));
      // Of which the end is listed nowhere, as at OpenAI.
      const dot = choiceMasses(
        [position({ No: 0.4, Yes: 0.6 }), position({ '.': 0.03, t: 0.02 })],
        UNSURE,
      );
      expect(dot.masses).toEqual(
        [0.6, 0.4 * 0.98, 0.4 * 0.02].map((mass) => expect.closeTo(mass, 12)),
      );
      const isAll = choiceMasses([position({ No: 0.4, Yes: 0.6 })], UNSURE);
      expect(isAll.masses).toEqual([0.6, 0.4, 0].map((mass) => expect.closeTo(mass, 12)));
      const other = choiceMasses([position({ Yes: 0.6, No: 0.3, Not: 0.1 })], UNSURE);
      expect(other.masses).toEqual([0.6, 0.3, 0.1].map((mass) => expect.closeTo(mass, 12)));
    });

    it('what may go on is followed to the end of the reply, and not guessed at before', () => {
      const labels = ['good', 'good enough', 'poor'];
      const good = position({ good: 0.6, poor: 0.4 });
      const followed = choiceMasses([good, position({ '.': 0.7, ' enough': 0.3 })], labels);
      expect(followed.masses).toEqual([0.42, 0.18, 0.4].map((mass) => expect.closeTo(mass, 12)));
      expect(followed.open).toEqual([]);
      // Its end is listed nowhere, at OpenAI for one, or is not there yet.
      expect(choiceMasses([good], labels)).toMatchObject({
        masses: [0, 0, expect.closeTo(0.4, 12)],
        open: [{ text: 'good', mass: expect.closeTo(0.6, 12), choices: [0, 1] }],
      });
      // What a list leaves over may be the end, unless the list has it under a name.
      const unlisted = choiceMasses([good, position({ ' enough': 0.3, '.': 0.1 })], labels);
      expect(unlisted.open).toEqual([
        { text: 'good', mass: expect.closeTo(0.36, 12), choices: [0] },
      ]);
      for (const end of ['', '</s>', '<|im_end|>']) {
        const named = choiceMasses([good, position({ ' enough': 0.3, [end]: 0.5 })], labels);
        expect(named.masses.map((mass) => mass.toFixed(9))).toEqual(
          [0.6 * 0.5, 0.6 * 0.3, 0.4].map((mass) => mass.toFixed(9)),
        );
        expect(named.open).toEqual([]);
      }
      const poor = choiceMasses([position({ poor: 0.55, good: 0.45 })], labels);
      expect(poor).toMatchObject({
        coveredMass: expect.closeTo(0.55, 12),
        open: [{ text: 'good', mass: expect.closeTo(0.45, 12), choices: [0, 1] }],
      });
    });

    it('a reply that was not begun is refused when it names another choice, too', () => {
      const ask = (text: string, isBegun: boolean) =>
        answerFromTokens(
          'openai:x',
          qualityQuestion([], GOOD_POOR),
          { text, positions: [position({ good: 0.6, poor: 0.4 })], hasMoreTokens: true },
          { minCoveredMass: 0.5, isBegun },
        );
      expect(() => ask('good light, but poor', false)).toThrow(/names several of the choices/);
      expect(ask('good light, but poor', true).probabilities?.[0]).toBeCloseTo(0.6, 12);
      expect(ask('good light', false).probabilities?.[0]).toBeCloseTo(0.6, 12);
    });

    it('is no reason to refuse where the reply would hardly ever have gone on', () => {
      const ask = (light: number) => {
        const behind = [
          position({ '': 1 - light, ' light': light }, ' light'),
          position({ ',': 1 }),
        ];
        return answerFromTokens(
          'openai:x',
          qualityQuestion([], GOOD_POOR),
          {
            text: 'good light, but poor',
            positions: [position({ good: 0.6, poor: 0.4 }), ...behind],
            hasMoreTokens: true,
          },
          { minCoveredMass: 0.5 },
        );
      };
      expect(ask(0.04).probabilities?.[0]).toBeCloseTo(0.6, 12);
      expect(() => ask(0.06)).toThrow(/names several of the choices/);
    });

    it('an answer is refused when what it leaves out would move it', () => {
      const question = qualityQuestion(
        [],
        [
          { label: 'very good', value: 1 },
          { label: 'very poor', value: 0 },
          { label: 'fair', value: 0.5 },
        ],
      );
      const positions = [position({ fair: 0.6, very: 0.4 })];
      const ask = () =>
        answerFromTokens(
          'openai:x',
          question,
          { text: 'fair', positions },
          { minCoveredMass: 0.5 },
        );
      expect(ask).toThrow(/0\.400 of the token probability lies on a word that several choices/);
    });
  });

  it('are refused by the share of what is left open in what would then be covered, not by its mass', () => {
    const question = qualityQuestion(
      [],
      [
        { label: 'excellent', value: 1 },
        { label: 'fair', value: 0.5 },
        { label: 'extra poor', value: 0 },
      ],
    );
    const ask = (tokens: Record<string, number>) =>
      answerFromTokens(
        'openai:x',
        question,
        { text: 'fair', positions: [position(tokens)] },
        { minCoveredMass: 0.5 },
      );
    // 0.04 of 0.64 is 6.3 %, of 0.84 it is 4.8 %; "ex" begins two of the choices.
    expect(() => ask({ fair: 0.3, exc: 0.2, ext: 0.1, ex: 0.04, The: 0.36 })).toThrow(
      /0\.040 of the token probability lies on a word that several choices/,
    );
    expect(ask({ fair: 0.4, exc: 0.24, ext: 0.16, ex: 0.04, The: 0.16 })).toEqual({
      probabilities: [0.3, 0.5, 0.2].map((share) => expect.closeTo(share, 12)),
      coveredMass: expect.closeTo(0.8, 12),
    });
  });

  describe('of which none lies on a choice', () => {
    const ask = (tokens: Record<string, number>, minCoveredMass = 0.5) =>
      answerFromTokens(
        'openai:x',
        qualityQuestion([]),
        { text: 'good', positions: [position(tokens)] },
        { minCoveredMass },
      );

    it('are refused where more than a quarter lies elsewhere', () => {
      expect(() => ask({ good: 0.7, The: 0.3 })).toThrow(
        /no token stands for the choice poor, while 0\.300 of the token probability/,
      );
      expect(ask({ good: 0.76, The: 0.24 }).probabilities).toEqual([1, 0]);
    });

    it('are refused where what no list names may be more than 5 % of the answer', () => {
      // 0.045 may lie on one token that is not listed: 5.6 % of 0.805.
      expect(() => ask({ good: 0.76, The: 0.15, A: 0.045 })).toThrow(/no token stands for/);
      // 0.06 are left over, but no token can have more than the last one listed: 2.6 % of 0.78.
      expect(ask({ good: 0.76, The: 0.16, A: 0.02 }).probabilities).toEqual([1, 0]);
    });

    it('need no more than minCoveredMass on the choices, and no less', () => {
      const tokens = { good: 0.25, poor: 0.25, The: 0.5 };
      expect(ask(tokens).coveredMass).toBe(0.5);
      expect(() => ask(tokens, 0.51)).toThrow(/only 0\.500 of the token probability/);
    });
  });

  it('count a token once that a list names twice', () => {
    const twice = position({ good: 0.4, poor: 0.3 });
    const alternatives = [...twice.alternatives, ...twice.alternatives.slice(0, 1)];
    expect(choiceMasses([{ ...twice, alternatives }], LABELS).masses).toEqual(
      [0.4, 0.3].map((mass) => expect.closeTo(mass, 12)),
    );
  });

  it('may sum to 1 % above 1 by rounding, and no more', () => {
    expect(choiceMasses([position({ good: 0.6, poor: 0.405 })], LABELS).coveredMass).toBeCloseTo(
      1.005,
      12,
    );
    expect(() => choiceMasses([position({ good: 0.6, poor: 0.45 })], LABELS)).toThrow(
      /sum to 1\.050/,
    );
  });

  it('never cover more than everything', () => {
    const tokens = fc.uniqueArray(
      fc.constantFrom(
        'good',
        ' good',
        'Good',
        'po',
        'poor',
        'Poor',
        '"',
        ' ',
        'The',
        'p',
        'g',
        '\n',
      ),
      { minLength: 1, maxLength: 8 },
    );
    const positions = fc.array(
      tokens.chain((names) =>
        fc
          .tuple(
            fc.array(fc.double({ min: 0.01, max: 1, noNaN: true }), {
              minLength: names.length,
              maxLength: names.length,
            }),
            fc.nat(names.length - 1),
          )
          .map(([weights, chosen]) => {
            const sum = weights.reduce((total, weight) => total + weight, 0);
            const entries = names.map((name, i) => [name, weights[i]! / sum] as const);
            return position(Object.fromEntries(entries), names[chosen]);
          }),
      ),
      { minLength: 1, maxLength: 4 },
    );
    fc.assert(
      fc.property(positions, (list) => {
        const { masses, coveredMass } = choiceMasses(list, LABELS);
        expect(coveredMass).toBeLessThanOrEqual(1 + 1e-9);
        for (const mass of masses) expect(mass).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe('sampled replies', () => {
  const question = qualityQuestion([], GOOD_POOR);

  it('give shares, with the standard error of a share', () => {
    expect(estimateFromSamples(question, ['good', 'Good.', 'poor', 'good'])).toEqual({
      probabilities: [0.75, 0.25],
      samples: 4,
      invalidSamples: 0,
      standardError: Math.sqrt((0.75 * 0.25) / 4),
    });
  });

  it('that are none of the choices are counted, not guessed', () => {
    expect(estimateFromSamples(question, ['good', 'gut', 'good or poor'])).toMatchObject({
      probabilities: [1, 0],
      samples: 1,
      invalidSamples: 2,
    });
    expect(estimateFromSamples(question, ['gut', ''])).toBeUndefined();
  });

  it('of five levels have the standard error of their mean value', () => {
    const levels = qualityQuestion([], FIVE_LEVELS);
    const estimate = estimateFromSamples(levels, ['excellent', 'bad', 'fair', 'fair']);
    expect(estimate?.standardError).toBeCloseTo(Math.sqrt(0.125 / 4), 12);
  });

  it('of a rating give its mean and s/sqrt(n); one alone has no known error', () => {
    const { choices: _, ...base } = question;
    const rating = { ...base, scale: { min: 0, max: 100 } };
    expect(estimateFromSamples(rating, ['60', '70', '**80**', '101', 'good'])).toEqual({
      value: 70,
      samples: 3,
      invalidSamples: 2,
      standardError: expect.closeTo(10 / Math.sqrt(3), 12),
    });
    expect(estimateFromSamples(rating, ['60'])).not.toHaveProperty('standardError');
  });

  it.each<[string, number | undefined]>([
    ['72', 72],
    [' 72.5.', 72.5],
    ['72/100', 72],
    ['72 out of 100', 72],
    ['(72)', 72],
    ['“72”', 72],
    ['$72$', 72],
    ['**72**/100', 72],
    ['72 of 100', 72],
    ['72 (out of 100)', 72],
    ['72 points out of 100', 72],
    ['7 of 10', undefined],
    ['7 (out of 10)', undefined],
    ['72%', 72],
    ['72!', 72],
    ['+72', 72],
    ['72 points.', 72],
    ['\u200b72', 72],
    ['７２', 72],
    ['٧٢', 72],
    ['७२', 72],
    ['.5', 0.5],
    ['7,2', undefined],
    ['72 pints', undefined],
    ['72.5.1', undefined],
    ['~72', undefined],
    ['7/10', undefined],
    ['0', 0],
    ['100', 100],
    ['100/100', 100],
    ['-1', undefined],
    ['101', undefined],
    ['70-80', undefined],
    ['about 70', undefined],
    ['', undefined],
  ])('%j is the rating %s of 0 to 100', (reply, rating) => {
    expect(readRating(reply, { min: 0, max: 100 })).toBe(rating);
  });
});

it('a share of 100 is a rating on a scale to 100 alone', () => {
  expect(readRating('4%', { min: 0, max: 5 })).toBeUndefined();
  expect(readRating('4 stars', { min: 0, max: 5 })).toBe(4);
  expect(readRating('.85', { min: 0, max: 1 })).toBe(0.85);
});

describe('a sample that was cut off', () => {
  const cut = (text: string) => ({ text, cutOff: true });
  const labelled = (...labels: string[]) => ({
    ...qualityQuestion([]),
    choices: labels.map((label, value) => ({ label, value })),
  });

  it('is no rating, whose digits may be missing', () => {
    const { choices: _, ...base } = qualityQuestion([]);
    const rating = { ...base, scale: { min: 0, max: 100 } };
    expect(isUsable(rating, { text: '7' })).toBe(true);
    expect(isUsable(rating, cut('7'))).toBe(false);
  });

  it('is a choice unless that begins another one', () => {
    expect(isUsable(labelled('poor', 'good'), cut('good'))).toBe(true);
    expect(isUsable(labelled('good', 'good enough'), cut('good'))).toBe(false);
    expect(isUsable(labelled('good', 'good enough'), cut('good enough'))).toBe(true);
  });
});

describe('drawing samples', () => {
  it('ends with at least as many as wanted, however many come at once, and numbers no request twice', async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 40 }),
        sizes,
        async (wanted, perRequest, given) => {
          const firsts: number[] = [];
          const replies = await drawSamples(wanted, perRequest, async (first, count) => {
            const size = Math.min(count, given[firsts.length % given.length]!);
            firsts.push(first);
            return { samples: Array.from({ length: size }) };
          });
          expect(new Set(firsts).size).toBe(firsts.length);
          const drawn = replies.reduce((sum, { samples }) => sum + samples.length, 0);
          expect(drawn).toBeGreaterThanOrEqual(wanted);
        },
      ),
    );
  });
});
