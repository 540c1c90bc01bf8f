import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { choosePriors, PAPER, PICKED, SUITABLE } from '../../../src/report/priors/choose-priors.ts';
import { scoresUnder } from '../../../src/report/priors/condition-sets.ts';
import { halvesOf } from '../../../src/report/priors/halves.ts';
import { printedChoice } from '../../../src/report/priors/printed-choice.ts';
import { bootstrapDifference, priorSuitability, srcc } from '../../../src/statistics/index.ts';
import { type MadeImage, noise } from '../evaluations.ts';
import {
  type AnswerOf,
  answer,
  CONDITIONS_OF_PAPER,
  groupedImages,
  type MadeConditions,
  madeRun,
} from './made-run.ts';

const options = { count: 4, seed: 0, draws: { draws: 1000, seed: 0, confidence: 0.95 } };

/** The paper's four say a little about MOS, two others much, and the rest nothing. */
const ANSWERS: Record<string, AnswerOf> = {
  ...Object.fromEntries(CONDITIONS_OF_PAPER.map((name, i) => [name, answer(0.2, i)])),
  'pixelate 5': answer(0.6, 11),
  'contrast 2': answer(0.6, 12),
  'darkness 1': answer(0, 13),
  'darkness 2': answer(0, 14),
};

const asked = (answers = ANSWERS): MadeConditions => ({
  provider: 'm',
  prompt: 'qdebias-five',
  method: 'debiased',
  answers,
});

const IMAGES = groupedImages(40, 3);
const numberOf = ({ image }: MadeImage) => Number(/\d+/.exec(image)?.[0]);
const named = (set: readonly { degradation: string; severity: number }[] | null | undefined) =>
  set?.map(({ degradation, severity }) => `${degradation} ${severity}`);
const setOf = (choice: ReturnType<typeof choosePriors>, name: string) =>
  choice.sets.find((set) => set.name === name);

describe('the halves', () => {
  it('share no unit, hold every image once, and are equal in units but for one', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 30 }).map((n) => `g${n}`)),
        fc.integer({ min: 0, max: 0xffffffff }),
        (units, seed) => {
          const { picking, other } = halvesOf(units, seed);
          expect([...picking, ...other].sort((a, b) => a - b)).toEqual([...units.keys()]);
          const [a, b] = [picking, other].map((half) => new Set(half.map((at) => units[at])));
          expect([...a!].filter((unit) => b!.has(unit))).toEqual([]);
          expect([0, 1]).toContain(b!.size - a!.size);
        },
      ),
    );
  });

  it('depend on seed and names, not on the order of the images', () => {
    const units = IMAGES.map(({ group }) => group!);
    const unitsIn = (names: string[], seed: number) =>
      [...new Set(halvesOf(names, seed).picking.map((at) => names[at]!))].sort();
    expect(unitsIn(units.toReversed(), 3)).toEqual(unitsIn(units, 3));
    expect(unitsIn(units, 4)).not.toEqual(unitsIn(units, 3));
  });
});

describe('choosing priors', () => {
  it('picks the conditions that say something about MOS, and finds the gain on the other half', () => {
    const choice = choosePriors(madeRun([asked()], IMAGES), { ...options, count: 2 });
    expect(named(setOf(choice, PICKED)?.conditions)?.toSorted()).toEqual([
      'contrast 2',
      'pixelate 5',
    ]);
    expect(choice).toMatchObject({
      unitKind: 'groups',
      picking: { images: 60, units: 20 },
      other: { images: 60, units: 20, few: false },
      lackingOfPaper: [],
      differences: [{ set: PICKED, verdict: 'gain' }],
    });
  });

  it('gives each set the SRCC and the difference that its conditions alone would have', () => {
    const uniform = { weights: 'uniform' };
    const choice = choosePriors(madeRun([asked()], IMAGES, uniform), { ...options, count: 2 });
    // The mean over the conditions, computed here, on the groups of the other half.
    const order = IMAGES.toSorted((a, b) => (a.image < b.image ? -1 : 1));
    const { other } = halvesOf(
      order.map(({ group }) => group!),
      0,
    );
    const half = other.map((at) => order[at]!);
    const scores = (set: readonly string[]) =>
      half.map((image) => {
        const qualities = set.map((name) => ANSWERS[name]!(image, 0).quality!);
        return qualities.reduce((sum, quality) => sum + quality, 0) / set.length;
      });
    const mos = half.map((image) => image.mos);
    const picked = scores(['contrast 2', 'pixelate 5']);
    const paper = scores(CONDITIONS_OF_PAPER);
    expect(setOf(choice, PICKED)?.other.estimate).toBeCloseTo(srcc(picked, mos), 10);
    expect(setOf(choice, PAPER)?.other.estimate).toBeCloseTo(srcc(paper, mos), 10);
    expect(setOf(choice, 'all 8')?.other.estimate).toBeCloseTo(
      srcc(scores(Object.keys(ANSWERS)), mos),
      10,
    );
    const [difference] = choice.differences;
    const wanted = bootstrapDifference(
      'SRCC',
      { a: picked, b: paper, mos },
      { draws: 1000, seed: 0, units: half.map(({ group }) => group!) },
    );
    expect(difference?.SRCC.estimate).toBeCloseTo(wanted.estimate, 10);
    // The images stand in another order there, which changes no draw of groups.
    expect(difference?.SRCC.low).toBeCloseTo(wanted.low, 10);
    expect(difference?.SRCC.high).toBeCloseTo(wanted.high, 10);
  });

  it('never looks at the MOS or the answers of the other half', () => {
    const units = IMAGES.map(({ group }) => group!);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1000 }), fc.integer(), (seed, shuffle) => {
        const { other } = halvesOf(units, seed);
        const isOther = new Set(other);
        const shuffled = other.toSorted((a, b) => noise(a, shuffle) - noise(b, shuffle));
        const permuted = IMAGES.map((image, at) =>
          isOther.has(at) ? { ...image, mos: IMAGES[shuffled[other.indexOf(at)]!]!.mos } : image,
        );
        // Answers follow the images' own MOS on the picking half, and are another noise on the other.
        const changed = Object.fromEntries(
          Object.entries(ANSWERS).map(([name, own]): [string, AnswerOf] => [
            name,
            (image, index) =>
              isOther.has(numberOf(image)) ? answer(0, shuffle)(image, index) : own(image, index),
          ]),
        );
        const [a, b] = [madeRun([asked()], IMAGES), madeRun([asked(changed)], permuted)].map(
          (run) => choosePriors(run, { ...options, seed }),
        );
        expect(b!.sets[0]?.conditions).toEqual(a!.sets[0]?.conditions);
        expect(b!.sets[0]?.picking).toBe(a!.sets[0]?.picking);
        expect(b!.candidates).toEqual(a!.candidates);
      }),
      { numRuns: 10 },
    );
  });

  it('claims a gain from nothing as seldom as its interval says', () => {
    const nothing = Object.fromEntries(
      Object.keys(ANSWERS).map((name, i): [string, AnswerOf] => [name, answer(0, 20 + i)]),
    );
    const choices = Array.from({ length: 20 }, (_, seed) =>
      choosePriors(madeRun([asked(nothing)], IMAGES), { ...options, seed }),
    );
    const means = (values: number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;
    // Picked by luck: high where it was picked, and nothing where it was not.
    expect(means(choices.map(({ sets }) => sets[0]!.picking!))).toBeGreaterThan(0.15);
    expect(Math.abs(means(choices.map(({ sets }) => sets[0]!.other.estimate!)))).toBeLessThan(0.1);
    const gains = choices.filter(({ differences }) => differences[0]?.verdict === 'gain');
    expect(gains.length).toBeLessThanOrEqual(2);
  });

  it('says a loss and an undecided difference as such', () => {
    // What picks the best on one half is a lure: it is right there and wrong on the other.
    const units = IMAGES.map(({ group }) => group!);
    const isOther = new Set(halvesOf(units, 0).other);
    const lure: AnswerOf = ({ mos, ...image }) => ({
      quality: isOther.has(numberOf({ mos, ...image })) ? 1 - mos : mos,
      similarity: 0.9,
    });
    const paper = Object.fromEntries(CONDITIONS_OF_PAPER.map((name) => [name, ANSWERS[name]!]));
    const loss = choosePriors(madeRun([asked({ ...paper, 'pixelate 5': lure })], IMAGES), options);
    expect(named(loss.sets[0]?.conditions)).toEqual(['pixelate 5']);
    expect(loss.differences).toMatchObject([{ verdict: 'loss' }]);
    expect(printedChoice(loss)).toMatch(/^Loss: "picked by SRCC" agrees worse .*keep those/m);
    const alike = choosePriors(
      madeRun([asked({ ...paper, 'pixelate 5': answer(0.2, 30) })], IMAGES),
      options,
    );
    expect(alike.differences).toMatchObject([{ verdict: 'undecided' }]);
    expect(printedChoice(alike)).toMatch(/^Undecided: the other half does not tell "picked/m);
  });

  it('says so where the paper has the pick, and where its four were not all asked about', () => {
    const strong = Object.fromEntries(
      CONDITIONS_OF_PAPER.map((name, i): [string, AnswerOf] => [name, answer(0.4, i)]),
    );
    const own = choosePriors(
      madeRun([asked({ ...strong, 'darkness 1': answer(0, 13) })], IMAGES),
      options,
    );
    expect(own.differences).toEqual([]);
    expect(printedChoice(own)).toContain("What was picked is the paper's four (");
    const { 'fog 4': _, ...lacking } = ANSWERS;
    const other = choosePriors(madeRun([asked(lacking)], IMAGES), options);
    expect(other.differences).toEqual([]);
    expect(setOf(other, PAPER)).toBeUndefined();
    expect(printedChoice(other)).toContain(
      "There is no comparison with the paper's four: fog 4 was not asked about.",
    );
  });

  it('sets beside it what the same model says of the image alone', () => {
    const alone = {
      provider: 'm',
      prompt: 'two-level',
      score: (image: MadeImage, index: number) => answer(0.5, 40)(image, index).quality!,
    };
    const others = { ...alone, provider: 'other' };
    const choice = choosePriors(madeRun([asked(), alone, others], IMAGES), options);
    expect(choice.sets.filter(({ conditions }) => conditions === null)).toMatchObject([
      { name: 'the image alone: two-level' },
    ]);
    const half = IMAGES.filter((_, at) =>
      halvesOf(
        IMAGES.map(({ group }) => group!),
        0,
      ).other.includes(at),
    );
    expect(setOf(choice, 'the image alone: two-level')?.other.estimate).toBeCloseTo(
      srcc(
        half.map((image) => alone.score(image, 0)),
        half.map(({ mos }) => mos),
      ),
      10,
    );
  });

  it('takes no set that leaves an image of the picking half without any copy', () => {
    const perfect: AnswerOf = ({ mos }, index) =>
      index % 10 === 0 ? { quality: null } : { quality: mos, similarity: 0.9 };
    const choice = choosePriors(
      madeRun([asked({ ...ANSWERS, 'pixelate 1': perfect })], IMAGES),
      options,
    );
    expect(
      choice.candidates.find(
        ({ degradation, severity }) => degradation === 'pixelate' && severity === 1,
      )?.srcc,
    ).toBeNull();
    // Beside one that has an effect everywhere it counts where it has one.
    expect(named(choice.sets[0]?.conditions)).toContain('pixelate 1');
    expect(named(choice.sets[0]?.conditions)?.[0]).not.toBe('pixelate 1');
  });
});

describe('suitability', () => {
  const rating =
    (good: number): AnswerOf =>
    () => ({ quality: good, similarity: 1 });
  const prior: MadeConditions = {
    provider: 'm',
    prompt: 'prior',
    method: 'prior',
    answers: {
      ...Object.fromEntries(Object.keys(ANSWERS).map((name) => [name, rating(0.9)])),
      'darkness 1': rating(0.1),
      'darkness 2': rating(0.05),
      'pixelate 5': (image) => ({ quality: 0.2 + 0.2 * noise(numberOf(image), 5), similarity: 1 }),
    },
  };

  it('is that of the picking half, and makes a set of its own: each degradation once', () => {
    const choice = choosePriors(madeRun([asked(), prior], IMAGES), { ...options, count: 2 });
    expect(named(setOf(choice, SUITABLE)?.conditions)).toEqual(['darkness 2', 'pixelate 5']);
    const { picking } = halvesOf(
      IMAGES.map(({ group }) => group!),
      0,
    );
    const wanted = priorSuitability(
      picking.map((at) => ({ good: 0.2 + 0.2 * noise(at, 5), same: 1 })),
    ).suitability;
    const pixelate = choice.candidates.find(({ degradation }) => degradation === 'pixelate');
    expect(pixelate?.suitability).toBeCloseTo(wanted!, 10);
    expect(choice.differences.map(({ set }) => set)).toEqual([PICKED, SUITABLE]);
    expect(printedChoice(choice)).toMatch(/p .* corrected for 2 comparisons\.$/m);
  });

  it('decides between conditions of the same SRCC, where the first by name would be taken', () => {
    const same = answer(0.9, 50);
    const tied = asked({ ...ANSWERS, 'brightness 4': same, 'darkness 2': same });
    const first = (columns: MadeConditions[]) =>
      named(choosePriors(madeRun(columns, IMAGES), { ...options, count: 1 }).sets[0]?.conditions);
    expect(first([tied])).toEqual(['brightness 4']);
    expect(first([tied, prior])).toEqual(['darkness 2']);
  });

  it('is left out, with the reason, where other conditions were rated', () => {
    const others = { ...prior, answers: { 'brightness 1': rating(0.1) } };
    const choice = choosePriors(madeRun([asked(), others], IMAGES), options);
    expect(setOf(choice, SUITABLE)).toBeUndefined();
    expect(choice.notes).toEqual([
      'suitability is left out: prior rated none of these conditions on the picking half',
    ]);
  });

  it('is left out, with the reason, where it was asked of another judge', () => {
    const run = madeRun([asked(), prior], IMAGES);
    const judged = run.columns[1]!;
    for (const row of judged.rows) {
      if (row.scored) row.scored.setting = { ...row.scored.setting, judge: 'another' };
    }
    const choice = choosePriors(run, options);
    expect(setOf(choice, SUITABLE)).toBeUndefined();
    expect(choice.notes).toEqual([
      'suitability is left out: prior was not asked alike: judge is m and another',
    ]);
  });
});

describe('what there is nothing to choose from', () => {
  const refusal = (run: ReturnType<typeof madeRun>, more = {}) => {
    try {
      choosePriors(run, { ...options, ...more });
    } catch (error) {
      return (error as Error).message;
    }
    return undefined;
  };

  it.each([
    [
      'too few groups',
      () => refusal(madeRun([asked()], groupedImages(19, 4))),
      'm, qdebias-five, over "d": the halves have 36 images in 9 groups and 40 images in 10 groups; choosing needs at least 20 images in 10 groups in each, since what is picked on fewer is picked by luck',
    ],
    [
      'too few images',
      () =>
        refusal(
          madeRun(
            [asked()],
            groupedImages(39, 1).map(({ group: _, ...image }) => image),
          ),
        ),
      'm, qdebias-five, over "d": the halves have 19 images and 20 images; choosing needs at least 20 images in each, since what is picked on fewer is picked by luck',
    ],
    [
      'no more conditions than are picked',
      () => refusal(madeRun([asked()], IMAGES), { count: 8 }),
      /: there is nothing to choose: 8 of 8 conditions are to be picked \(contrast 2, .*\); ask with conditions: all, or with a longer list$/,
    ],
    [
      'no copies',
      () => refusal(madeRun([{ provider: 'm', prompt: 'p', score: ({ mos }) => mos }], IMAGES)),
      'no column shows images beside degraded copies of themselves (there is m, p), so there are no conditions to choose among; ask prompts/qdebias-five.yaml or prompts/qdebias.yaml with conditions: all',
    ],
    [
      'two models',
      () => refusal(madeRun([asked(), { ...asked(), provider: 'n' }], IMAGES)),
      'conditions are chosen for one model, prompt and data set, and there are 2: m, qdebias-five, over "d"; n, qdebias-five, over "d"; name one with --provider, --prompt or --dataset',
    ],
    [
      'a model that there is not',
      () => refusal(madeRun([asked()], IMAGES), { provider: 'n' }),
      'no column is that of --provider "n"; there is m, qdebias-five, over "d"',
    ],
  ])('is said: %s', (_, said, wanted) => {
    if (typeof wanted === 'string') expect(said()).toBe(wanted);
    else expect(said()).toMatch(wanted);
  });

  it('is said where a row lacks a condition', () => {
    const run = madeRun([asked()], IMAGES);
    const { output } = run.columns[0]!.rows[5]!.scored!;
    output.conditions = output.conditions.filter(({ degradation }) => degradation !== 'fog');
    expect(refusal(run)).toBe(
      'm, qdebias-five, over "d": d/0005.png was not asked under fog 4, which other images were; ask all of them alike',
    );
  });

  it('is said where images have no score, as the report would', () => {
    const run = madeRun([asked()], IMAGES);
    run.columns[0]!.rows[5]!.scored = undefined;
    expect(refusal(run)).toBe(
      'm, qdebias-five, over "d": 1 of 120 images have no score, so there is no correlation',
    );
  });
});

it('contrasts have no similarities, and scores under any weights', () => {
  const under = (logit: number) => ({
    ...{ degradation: 'fog', severity: 4, similarity: null, weight: 1, psnrDb: 20 },
    ...{ quality: 1 / (1 + Math.exp(-logit)), contrast: { query: 0.5, copy: 0.5, logit } },
  });
  const image = { name: 'a', mos: 1, source: 'logprobs', answers: [under(1), under(3)] };
  const scores = scoresUnder({ conditions: [], images: [image], weights: 'proportional' }, [0, 1]);
  // The logistic function of 2, the mean.
  expect(scores).toEqual(Float64Array.of(0.880797));
});
