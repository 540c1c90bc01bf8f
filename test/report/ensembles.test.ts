import { describe, expect, it } from 'vitest';
import { buildReport } from '../../src/report/build-report.ts';
import { reportSchema } from '../../src/report/report-schema.ts';
import { withEnsembles } from '../../src/report/run/ensembles.ts';
import { readRun } from '../../src/report/run/read-run.ts';
import { reproduction } from '../../src/report/sections/reproduction.ts';
import { evaluation, images, type MadeColumn, noise } from './evaluations.ts';

const COUNT = 60;
const column = (provider: string, seed: number, share = 0.4): MadeColumn => ({
  provider,
  prompt: 'q',
  score: ({ mos }) => share * (mos / COUNT) + (1 - share) * noise(mos, seed),
});
const members = [column('a', 1), column('b', 2), column('c', 3)];
const NAMES = ['a, q', 'b, q', 'c, q'];
const DRAWS = { draws: 500, seed: 0, confidence: 0.95 };

const entriesOf = (columns: MadeColumn[], combine: 'ranks' | 'scores', of = NAMES) => {
  const run = readRun(evaluation(columns, images(COUNT)));
  const made = withEnsembles(run, [{ name: 'all', of, combine }]);
  const { report } = buildReport(made.run, { draws: DRAWS, disagreements: 0, files: [] });
  return report.datasets[0]?.entries ?? [];
};

describe('an ensemble of columns', () => {
  it.each(['ranks', 'scores'] as const)(
    'by %s agrees better than columns whose errors are independent',
    (combine) => {
      const entries = entriesOf(members, combine);
      const [best, ensemble] = [
        Math.max(...entries.slice(0, 3).map(({ SRCC }) => SRCC.estimate ?? 0)),
        entries[3],
      ];
      expect(ensemble).toMatchObject({ provider: 'all', method: 'ensemble' });
      expect(ensemble?.SRCC.estimate).toBeGreaterThan(best);
      expect(ensemble?.SRCC.low).toBeLessThan(ensemble?.SRCC.estimate ?? 0);
    },
  );

  it('claims no MOS, and neither does a list of scores', () => {
    const levels = {
      condition: 'none',
      quality: { content: 'Rate.', choices: { good: 1, bad: 0 } },
    };
    const promptText = JSON.stringify(levels);
    const [asked, listed, , ensemble] = entriesOf(
      [
        { ...column('a', 1), promptText },
        { ...column('b', 2), promptText, source: 'listed' },
        column('c', 3),
      ],
      'scores',
    );
    expect(asked?.agreement.kappa.levels).toBe(2);
    expect(asked?.agreement.calibration.bins.length).toBeGreaterThan(0);
    expect(listed?.agreement.calibration.problem).toMatch(/made elsewhere.*claim no MOS/);
    expect(ensemble?.agreement.calibration.problem).toMatch(/means over columns.*claim no MOS/);
    for (const other of [listed, ensemble]) {
      expect(other?.agreement.kappa).toMatchObject({ estimate: null, levels: null });
      expect(other?.agreement.calibration.bins).toEqual([]);
      // What is fitted to MOS stays.
      expect(other?.agreement.iccAbsolute.estimate).toBeGreaterThan(0);
    }
  });

  it('costs what its columns cost, and buys nothing', () => {
    const entries = entriesOf(members, 'ranks');
    // A thousandth of a dollar for each of 60 images and 3 columns.
    expect(entries[3]?.cost.usd).toBeCloseTo(0.18, 9);
    expect(entries[3]?.cost.usd).toBeCloseTo(
      entries.slice(0, 3).reduce((sum, { cost }) => sum + cost.usd, 0),
      9,
    );
  });

  it('by ranks sees no monotone change of a column, by scores no linear one', () => {
    const curved: MadeColumn = {
      ...column('b', 2),
      score: (image, index) => Number(column('b', 2).score(image, index)) ** 5,
    };
    const linear: MadeColumn = {
      ...column('b', 2),
      score: (image, index) => 0.2 + 0.1 * Number(column('b', 2).score(image, index)),
    };
    const srcc = (other: MadeColumn, combine: 'ranks' | 'scores') =>
      entriesOf([column('a', 1), other], combine, ['a, q', 'b, q'])[2]?.SRCC.estimate;
    expect(srcc(curved, 'ranks')).toBe(srcc(column('b', 2), 'ranks'));
    expect(srcc(linear, 'scores')).toBeCloseTo(srcc(column('b', 2), 'scores') ?? 0, 9);
  });

  describe.each(['samples', 'logprobs', 'listed'])('of scores that are %s', (source) => {
    const rising: MadeColumn = { ...column('a', 1), source, score: ({ mos }) => mos / 100 };
    const falling: MadeColumn = { ...rising, provider: 'b', score: ({ mos }) => 0.61 - mos / 100 };

    it.each(['ranks', 'scores'] as const)(
      'by %s says nothing where two contradict each other',
      (combine) => {
        const [, , ensemble] = entriesOf([rising, falling], combine, ['a, q', 'b, q']);
        expect(ensemble?.SRCC).toMatchObject({
          estimate: null,
          problem: 'all 60 scores are 0.5, so there is no correlation',
        });
      },
    );
  });

  it.each(['ranks', 'scores'] as const)(
    'by %s takes scores for equal that differ by rounding alone',
    (combine) => {
      const rising: MadeColumn = { ...column('a', 1), score: ({ mos }) => mos / 100 };
      // 0.1 + 0.2 is 0.30000000000000004.
      const constant: MadeColumn = {
        ...column('b', 2),
        source: 'samples',
        score: (_, index) => (index % 2 === 0 ? 0.3 : 0.1 + 0.2),
      };
      const [, , ensemble] = entriesOf([rising, constant], combine, ['a, q', 'b, q']);
      expect(ensemble?.SRCC.estimate).toBeCloseTo(1, 12);
    },
  );

  it('is reproduced by what it is made of, and not by the prompt of its first column', async () => {
    const run = readRun(evaluation(members, images(COUNT)));
    const made = withEnsembles(run, [{ name: 'all', of: NAMES, combine: 'ranks' }]);
    const findings = buildReport(made.run, { draws: DRAWS, disagreements: 0, files: [] });
    expect(reportSchema.parse(findings.report).columns.map(({ ensemble }) => ensemble)).toEqual([
      ...[undefined, undefined, undefined],
      { of: NAMES, combine: 'ranks' },
    ]);
    const blocks = await reproduction.blocks({
      ...findings,
      sheets: new Map(),
      pictures: new Map(),
      pairPictures: new Map(),
      renderPlot: async () => '',
    });
    const [last] = blocks.slice(-1);
    expect(last).toMatchObject({ kind: 'code', summary: 'all, mean of ranks of 3 columns' });
    expect(JSON.parse(last?.kind === 'code' ? last.text : '')).toEqual({
      ...{ of: NAMES, combine: 'ranks' },
    });
  });

  it('has no score where one of its columns has none', () => {
    const broken: MadeColumn = {
      ...column('b', 2),
      score: (image, index) => (index === 3 ? 'no answer' : column('b', 2).score(image, index)),
    };
    const entries = entriesOf([column('a', 1), broken], 'ranks', ['a, q', 'b, q']);
    expect(entries[2]?.images).toMatchObject({ total: COUNT, scored: COUNT - 1 });
    expect(entries[2]?.images.failed).toEqual([
      { image: expect.any(String), reason: 'it has no score in b, q' },
    ]);
  });

  it('is left out with a line where the run lacks one of its columns', () => {
    const run = readRun(evaluation(members, images(COUNT)));
    const made = withEnsembles(run, [{ name: 'all', of: ['a, q', 'd, q'], combine: 'ranks' }]);
    expect(made.run.columns).toHaveLength(3);
    expect(made.problems).toEqual([
      'ensemble "all" is left out: the run has no column "d, q"; it has "a, q", "b, q", "c, q"',
    ]);
  });
});
