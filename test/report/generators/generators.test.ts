import { describe, expect, it } from 'vitest';
import { noteConfiguredSecrets } from '../../../src/common/known-secrets.ts';
import type { Evaluation } from '../../../src/harness/result-schema.ts';
import { buildReport } from '../../../src/report/build-report.ts';
import {
  generatorPairsCsv,
  generatorsCsv,
  picturesCsv,
} from '../../../src/report/exports/generators-csv.ts';
import { leaderboard } from '../../../src/report/printed-leaderboard.ts';
import { reportSchema } from '../../../src/report/report-schema.ts';
import { mergeRuns } from '../../../src/report/run/merge-runs.ts';
import { readRun } from '../../../src/report/run/read-run.ts';
import type { Run } from '../../../src/report/run/scored-run.ts';
import { generated, type MadeGenerator, type MadePicture } from './made-generators.ts';
import reference from './reference.json' with { type: 'json' };

const NAMES = ['a', 'b', 'c'] as const;
type Name = (typeof NAMES)[number];

/** The generators of the reference values, over the first so many prompts. */
const made = (prompts: number, { mos = false } = {}): MadeGenerator[] =>
  NAMES.map((provider) => ({
    provider,
    pictures: reference.scores[provider].slice(0, prompts).map((score, index) => ({
      vars: { subject: `subject ${index}` },
      score,
      ...(mos && { mos: reference.mos[provider][index] as number }),
    })),
  }));

const build = (run: Run, worst = 3) =>
  buildReport(run, {
    draws: { draws: 4000, seed: 0, confidence: 0.95 },
    disagreements: worst,
    files: [],
  });
const findings = (evaluation: Evaluation) => build(readRun(evaluation));
const only = (evaluation: Evaluation) => {
  const { generated: all } = findings(evaluation).report;
  expect(all).toHaveLength(1);
  return all[0]!;
};

/** Ends of an interval differ from the reference by what so many draws leave open: 5 % of its width. */
function expectInterval(
  { low, high }: { low: number | null; high: number | null },
  expected: readonly number[],
): void {
  const tolerance = 0.05 * (expected[1]! - expected[0]!);
  expect(Math.abs((low as number) - expected[0]!)).toBeLessThan(tolerance);
  expect(Math.abs((high as number) - expected[1]!)).toBeLessThan(tolerance);
}

describe('generators over the same prompts', () => {
  it('fits its schema, and leaves no column out', () => {
    const { report } = findings(generated(made(24)));
    expect(reportSchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
    expect(report).toMatchObject({ columns: [], datasets: [], otherColumns: [] });
  });

  it('have the means and percentile intervals of scipy over prompts', () => {
    const { generators } = only(generated(made(24)));
    expect(generators.map(({ name }) => name)).toEqual(NAMES);
    for (const { name, mean, prompts } of generators) {
      expect(prompts).toEqual({ total: 24, scored: 24, missing: [] });
      expect(mean.estimate).toBeCloseTo(reference.means[name as Name], 12);
      expectInterval(mean, reference.percentile[name as Name]);
    }
  });

  it('differ by the paired differences of scipy', () => {
    const { comparisons, generators } = only(generated(made(24)));
    expect(comparisons.map(({ verdict }) => verdict)).toEqual(['gain', 'gain', 'undecided']);
    expect(generators.map(({ letters }) => letters)).toEqual([['a'], ['b'], ['b']]);
    expect(comparisons.map(({ a, b }) => [NAMES[a], NAMES[b]])).toEqual(
      reference.differences.map(({ pair }) => pair),
    );
    for (const [index, { difference, prompts }] of comparisons.entries()) {
      const expected = reference.differences[index]!;
      expect(prompts).toBe(24);
      expect(difference.estimate).toBeCloseTo(expected.estimate, 12);
      expectInterval(difference, expected.percentile);
    }
  });

  it("of few prompts have Student's intervals and nearly the p of paired t tests, corrected by Holm", () => {
    const { few } = reference;
    const { generators, comparisons } = only(generated(made(few.prompts)));
    for (const { name, mean } of generators) expectInterval(mean, few.student[name as Name]);
    for (const [index, pair] of comparisons.entries()) {
      expectInterval(pair.difference, few.differences[index]!);
      expect(pair.pValueFrom).toBe('tail');
      const p = few['t test'][index]!;
      expect(Math.abs((pair.pValue as number) - p)).toBeLessThan(0.005 + 0.1 * p);
      const corrected = few.holm[index]!;
      expect(Math.abs((pair.holmPValue as number) - corrected)).toBeLessThan(
        0.01 + 0.1 * corrected,
      );
      expect(pair.verdict).toBe(corrected <= 0.05 ? 'gain' : 'undecided');
    }
  });

  it('do not depend on the order of the rows', () => {
    const turned = made(24).map((one) => ({ ...one, pictures: [...one.pictures].reverse() }));
    expect(only(generated(turned)).comparisons).toEqual(only(generated(made(24))).comparisons);
  });

  it('below 5 prompts have means and differences, and no interval', () => {
    const { generators, comparisons } = only(generated(made(4)));
    expect(generators[0]?.mean).toMatchObject({ low: null, high: null });
    expect(generators[0]?.mean.estimate).not.toBeNull();
    expect(generators[0]?.letters).toEqual([]);
    expect(comparisons[0]).toMatchObject({ pValue: null, holmPValue: null, verdict: null });
    expect(comparisons[0]?.difference.problem).toBe(
      'an interval needs at least 5 prompts, there are 4',
    );
  });

  it('take repetitions of a prompt for one', () => {
    const repeated = made(24).map((one) => ({
      ...one,
      // Two pictures of each prompt, whose mean is the score.
      pictures: one.pictures.flatMap((picture) =>
        [-1, 1].map((sign) => {
          const score = Number(picture.score);
          return { ...picture, score: score + sign * Math.min(0.05, score, 1 - score) };
        }),
      ),
    }));
    const expected = only(generated(made(24)));
    const { generators, comparisons, prompts } = only(generated(repeated));
    expect(prompts).toBe(24);
    expect(generators[0]).toMatchObject({ pictures: { total: 48, scored: 48 } });
    for (const [index, { difference }] of comparisons.entries()) {
      const { low, high } = expected.comparisons[index]!.difference;
      expect(difference.low).toBeCloseTo(low as number, 10);
      expect(difference.high).toBeCloseTo(high as number, 10);
    }
  });

  it('are not told apart where they make the same pictures', () => {
    const [a] = made(24) as [MadeGenerator];
    const { comparisons, generators } = only(generated([a, { ...a, provider: 'twin' }]));
    expect(comparisons[0]).toMatchObject({ pValue: 1, verdict: 'undecided' });
    expect(comparisons[0]?.difference).toEqual({ estimate: 0, low: 0, high: 0 });
    expect(generators.map(({ letters }) => letters)).toEqual([['a'], ['a']]);
  });
});

describe('a prompt without a rated picture', () => {
  const [a, b, c] = made(24) as [MadeGenerator, MadeGenerator, MadeGenerator];
  const without = (picture: MadePicture, index: number): MadePicture =>
    index === 3
      ? { ...picture, score: 'error: content policy' }
      : index === 7
        ? { ...picture, score: "this row's answer holds no picture" }
        : picture;
  const evaluation = generated([
    a,
    { ...b, pictures: b.pictures.map(without) },
    { ...c, pictures: c.pictures.slice(1) },
  ]);

  it('is left out of the pairs of that generator only, with counts', () => {
    const { comparisons } = only(evaluation);
    expect(comparisons.map(({ prompts, leftOut }) => ({ prompts, ...leftOut }))).toEqual([
      { prompts: 22, onlyA: 2, onlyB: 0, neither: 0 },
      { prompts: 23, onlyA: 1, onlyB: 0, neither: 0 },
      { prompts: 21, onlyA: 1, onlyB: 2, neither: 0 },
    ]);
    const common = [...Array(24).keys()].filter((index) => index !== 3 && index !== 7);
    const expected =
      common.reduce((sum, i) => sum + reference.scores.a[i]! - reference.scores.b[i]!, 0) / 22;
    expect(comparisons[0]?.difference.estimate).toBeCloseTo(expected, 12);
  });

  it('is said with its reason, in the report and in the terminal', () => {
    const { report } = findings(evaluation);
    expect(report.generated[0]?.generators.map(({ prompts }) => prompts)).toEqual([
      { total: 24, scored: 24, missing: [] },
      {
        ...{ total: 24, scored: 22 },
        missing: [
          { prompt: 'A subject 3', reason: 'content policy' },
          { prompt: 'A subject 7', reason: "this row's answer holds no picture" },
        ],
      },
      {
        ...{ total: 24, scored: 23 },
        missing: [{ prompt: 'A subject 0', reason: 'it has no row of this prompt' }],
      },
    ]);
    const text = leaderboard(report);
    expect(text).toMatch(/b +22 of 24/);
    expect(text).toMatch(/a minus b \+\d\.\d{3} \[.*\] over 22 of 24 prompts, p /);
    expect(text).toContain(
      'b: 2 of 24 prompts without a rated picture, first of them "A subject 3": content policy',
    );
  });

  it('is said without keys, and what a model or a prompt says moves no cursor', () => {
    noteConfiguredSecrets({ apiKey: 'sk-abcdefghijklmnop' }, 'config');
    const nasty = { vars: { subject: 'x\u001b[2J\nboat' }, score: 0.1 };
    const failed = {
      vars: { subject: 'house' },
      score: 'error: 401 for sk-abcdefghijklmnop\u001b[31m',
    };
    const { report } = findings(generated([{ ...a, pictures: [nasty, failed] }]));
    const text = leaderboard(report);
    expect(text).toContain('0.100 A x\\u001b[2J boat');
    expect(text).toMatch(/"A house": 401 for .*\\u001b\[31m/);
    expect(text).not.toContain('\u001b');
    expect(JSON.stringify(report) + text).not.toContain('sk-abcdefghijklmnop');
  });

  it('in all of them leaves nothing to compare, and says so', () => {
    const none = a.pictures.map((picture) => ({ ...picture, score: 'error: no key' }));
    const { report } = findings(generated([a, { ...b, pictures: none }]));
    const text = leaderboard(report);
    expect(text).not.toContain('a minus b');
    expect(text).toContain(
      'b: 24 of 24 prompts without a rated picture, first of them "A subject 0": no key',
    );
    const { generators, comparisons } = report.generated[0]!;
    expect(generators[1]?.mean.problem).toBe('none of its pictures has a score');
    expect(generators[1]?.rank).toBeNull();
    expect(comparisons[0]).toMatchObject({ prompts: 0, verdict: null });
    expect(comparisons[0]?.difference.problem).toBe('they share no prompt');
  });
});

describe('scores of people', () => {
  it('show what the judge agrees with, by generator and over all pictures', () => {
    const { generators, people, comparisons } = only(generated(made(24, { mos: true })));
    for (const one of generators) {
      expect(one.people?.pictures).toBe(24);
      expect(one.people?.SRCC.estimate).toBeCloseTo(reference.SRCC[one.name as Name], 12);
    }
    expect(people?.pictures).toBe(72);
    expect(people?.SRCC.estimate).toBeCloseTo(reference['SRCC of all'], 12);
    const { a, b } = reference.scores;
    const same = a.filter(
      (score, i) => score > b[i]! === reference.mos.a[i]! > reference.mos.b[i]!,
    ).length;
    expect(comparisons[0]?.people?.same.estimate).toBeCloseTo(same / 24, 12);
  });

  it("may be those of promptfoo's viewer", () => {
    const evaluation = generated(made(24));
    const liked = evaluation.results.map((result, index) => {
      const components = result.gradingResult?.componentResults ?? [];
      const pass = reference.mos.a.concat(reference.mos.b, reference.mos.c)[index]! > 3;
      const human = { pass, score: Number(pass), reason: 'Manual', assertion: { type: 'human' } };
      return { ...result, gradingResult: { componentResults: [...components, human] } };
    });
    const { generators, people } = only({ ...evaluation, results: liked });
    expect(people?.pictures).toBe(72);
    const share = reference.mos.a.filter((mos) => mos > 3).length / 24;
    expect(generators[0]?.people?.MOS.estimate).toBeCloseTo(share, 12);
  });

  it('of the test case, the same for all generators, tell none of them apart', () => {
    const listed = made(24).map((one) => ({
      ...one,
      pictures: one.pictures.map((picture, index) => ({
        ...picture,
        vars: { ...picture.vars, mos: index },
      })),
    }));
    const { generators, people, comparisons } = only(generated(listed));
    expect(generators[0]?.people?.SRCC.estimate).not.toBeNull();
    expect(people).toBeNull();
    expect(comparisons[0]?.people).toBeNull();
  });
});

describe('what is compared', () => {
  it('is each judge by itself, where rows have several assertions', () => {
    const evaluation = generated(made(24));
    const second = { ...evaluation.results[0]!.testCase.assert![0]! };
    second.config = { judge: 'statistical', prompt: 'two-level', name: 'sharpness' };
    const twice: Evaluation = {
      ...evaluation,
      results: evaluation.results.map((result) => {
        const [component] = result.gradingResult!.componentResults!;
        return {
          ...result,
          testCase: { assert: [...result.testCase.assert!, second] },
          gradingResult: {
            componentResults: [component!, { ...component!, assertion: second }],
          },
        };
      }),
    };
    const { generated: all } = findings(twice).report;
    expect(all.map(({ name, generators }) => [name, generators.length])).toEqual([
      ['openai:gpt-4.1, two-level', 3],
      ['sharpness', 3],
    ]);
    expect(leaderboard(findings(twice).report)).toContain(
      'rated by sharpness (statistical, two-level)\n',
    );
  });

  it('is the same judge where assertions differ in bounds alone', () => {
    const bounded = (min: number) => ({ judge: 'openai:gpt-4.1', prompt: 'two-level', min });
    const [a, b] = made(24) as [MadeGenerator, MadeGenerator];
    const { generators } = only(
      generated([
        { ...a, config: bounded(0.1) },
        { ...b, config: bounded(0.9) },
      ]),
    );
    expect(generators).toHaveLength(2);
  });

  it('is a provider with each of its templates, over test cases', () => {
    const [a, b] = made(24) as [MadeGenerator, MadeGenerator];
    const { generators, comparisons, prompts } = only(
      generated([
        a,
        { ...b, provider: 'a', template: 'An oil painting of {{subject}}' },
        { ...b, provider: 'b' },
      ]),
    );
    expect(prompts).toBe(24);
    expect(generators.map(({ name }) => name)).toEqual([
      'a, A {{subject}}',
      'a, An oil painting of {{subject}}',
      'b, A {{subject}}',
    ]);
    expect(comparisons).toHaveLength(3);
  });

  it('is a provider over its templates, where there is one test case', () => {
    const templates = reference.scores.a.map((_, index) => `prompt ${index}`);
    const columns = (['a', 'b'] as const).flatMap((provider) =>
      templates.map((template, index) => ({
        ...{ provider, template },
        pictures: [{ vars: {}, score: reference.scores[provider][index]! }],
      })),
    );
    const { generators, comparisons, prompts } = only(generated(columns));
    expect(prompts).toBe(24);
    expect(generators.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(comparisons[0]?.difference.estimate).toBeCloseTo(reference.differences[0]!.estimate, 12);
  });

  it('shows the pictures with the lowest scores, the lowest first', () => {
    const { generators } = only(generated(made(24)));
    const lowest = reference.scores.a.toSorted((x, y) => x - y).slice(0, 3);
    expect(generators[0]?.worst.map(({ score }) => score)).toEqual(lowest);
  });
});

describe('several outputs', () => {
  const run = (generators: MadeGenerator[]): Run => readRun(generated(generators));
  const part = (from: number, to: number) =>
    made(24).map((one) => ({ ...one, pictures: one.pictures.slice(from, to) }));
  // A picture's file is named by its place in the run.
  const named = (generators: MadeGenerator[]) =>
    generators.map((one) => ({
      ...one,
      pictures: one.pictures.map((picture) => ({
        ...picture,
        content: `${one.provider} ${picture.vars.subject}`,
      })),
    }));

  it('are joined, and the same picture counts once', () => {
    const runs = [part(0, 14), part(10, 24)].map((shard, index) => ({
      file: `${index}.json`,
      run: run(named(shard)),
    }));
    const joined = build(mergeRuns(runs)).report.generated[0];
    const whole = build(run(named(made(24)))).report.generated[0];
    expect(joined?.generators.map(({ pictures }) => pictures.total)).toEqual([24, 24, 24]);
    expect(joined?.comparisons).toEqual(whole?.comparisons);
  });

  it('keep generators of one name apart that one of them has', () => {
    const twins = named(made(24)).map((one) => ({ ...one, provider: 'openai:image' }));
    const [whole] = build(run(twins)).report.generated;
    const [read] = build(mergeRuns([{ file: 'one.json', run: run(twins) }])).report.generated;
    expect(read?.generators.map(({ name }) => name)).toEqual([
      'openai:image (1)',
      'openai:image (2)',
      'openai:image (3)',
    ]);
    expect(read).toEqual(whole);
  });

  it('mend what was in error in one of them', () => {
    const failed = made(24).map((one) => ({
      ...one,
      pictures: one.pictures.map((picture, i) =>
        i < 2 ? { ...picture, score: 'error: x' } : picture,
      ),
    }));
    const runs = [named(failed), named(part(0, 2))].map((shard, index) => ({
      file: `${index}.json`,
      run: run(shard),
    }));
    const [joined] = build(mergeRuns(runs)).report.generated;
    expect(joined?.generators[0]).toMatchObject({ pictures: { total: 24, scored: 24 } });
  });

  it('whose judge was asked otherwise under one name are refused', () => {
    const other = made(5).map((one) => ({ ...one, promptText: '{"other":1}' }));
    const runs = [
      { file: 'one.json', run: run(made(5)) },
      { file: 'two.json', run: run(other) },
    ];
    expect(() => mergeRuns(runs)).toThrow(
      /one\.json and two\.json: .*"openai:gpt-4\.1, two-level" cannot be joined, because the prompt text/,
    );
  });
});

describe('tables', () => {
  const { generated: verdicts } = findings(generated(made(24, { mos: true })));
  const lines = (csv: string) => csv.trimEnd().split('\r\n');

  it('have a line a generator, a pair and a picture', () => {
    const [head, first, ...others] = lines(generatorsCsv(verdicts));
    expect(head).toMatch(/^"rated by","generator",/);
    expect(first).toMatch(/^"openai:gpt-4\.1, two-level","a","a","A \{\{subject\}\}",1,/);
    expect(others).toHaveLength(2);
    expect(lines(generatorPairsCsv(verdicts))).toHaveLength(1 + 3);
    const pictures = lines(picturesCsv(verdicts));
    expect(pictures).toHaveLength(1 + 72);
    expect(pictures[1]).toContain(`"A subject 0","{""subject"":""subject 0""}"`);
    expect(pictures[1]).toContain(`,${reference.scores.a[0]},${reference.mos.a[0]},"logprobs",`);
  });
});
