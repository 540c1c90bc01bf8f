import { describe, expect, it } from 'vitest';
import type { Answer } from '../../src/judges/answer.ts';
import { comparedImages, type Question } from '../../src/judges/question.ts';
import { askPair, pairOutcome, pairQuestions, pairReply } from '../../src/method/ask-pair.ts';
import { parsePromptFile } from '../../src/method/prompt-file.ts';
import { flat } from '../images/pictures.ts';
import { judgeImage } from '../judges/questions.ts';

const [a, b, degraded] = [
  judgeImage('query', flat(32, 32, [200, 0, 0])),
  judgeImage('anchor', flat(32, 32, [0, 200, 0])),
  judgeImage('conditional', flat(32, 32, [90, 0, 0])),
] as const;
const choices = { first: 1, similar: 0.5, second: 0 };
const promptOf = (more: object = {}) =>
  parsePromptFile(
    JSON.stringify({ condition: 'pair', quality: { content: 'Which?', choices }, ...more }),
    'p',
  );

/** Answers by probabilities of first, similar and second. */
function judgeSaying(
  says: (first: string) => [number, number, number],
  more: Partial<Pick<Answer, 'source' | 'samples'>> = {},
) {
  const asked: Question[] = [];
  return {
    asked,
    async ask(question: Question): Promise<Answer> {
      asked.push(question);
      const [first] = comparedImages(question) ?? [];
      const base = {
        model: 'm',
        source: 'computed',
        reused: false,
        latencyMs: 0,
        ...more,
      } as const;
      return { ...base, probabilities: says(first!.sha256) };
    },
  };
}

it.each<[string, number[], number[], boolean]>([
  // Three samples, one each of better, similar and worse, are a tie, which sums to 0.49999999999999994.
  ['neither and the other one', [0, 1, 1, 1, 0], [0, 0, 0, 0, 3], false],
  ['neither and neither', [0, 1, 1, 1, 0], [1, 0, 1, 0, 1], false],
  ['one and neither', [2, 1, 0, 0, 0], [0, 1, 1, 1, 0], false],
  ['one, whichever order', [2, 1, 0, 0, 0], [0, 0, 0, 1, 2], false],
  ['the one that stands first', [0, 2, 1, 0, 0], [0, 2, 1, 0, 0], true],
  ['the one that stands second, by one sample', [0, 0, 2, 1, 0], [0, 1, 1, 0, 1], true],
])(
  'orders that prefer %s disagree: %o and %o of three samples at five levels',
  (_, x, y, expected) => {
    const question: Question = {
      ...{ kind: 'pair', images: [], content: [] },
      choices: [1, 0.75, 0.5, 0.25, 0].map((value) => ({ label: `at ${value}`, value })),
    };
    const reply = (first: 'a' | 'b', counts: readonly number[]) =>
      pairReply(
        { question, first },
        {
          ...{ model: 'm', source: 'samples', samples: 3, reused: false, latencyMs: 0 },
          probabilities: counts.map((count) => count / 3),
        },
      );
    expect(pairOutcome([reply('a', x), reply('b', y)]).isInconsistent).toBe(expected);
  },
);

describe('a pair', () => {
  it('is asked about in both orders', () => {
    const asked = pairQuestions(promptOf(), { a, b });
    expect(asked.map(({ first }) => first)).toEqual(['a', 'b']);
    expect(asked.map(({ question }) => question.images)).toEqual([
      [a, b],
      [b, a],
    ]);
    for (const { question } of asked) {
      expect(question.kind).toBe('pair');
      expect(question.content).toEqual([{ image: 0 }, { image: 1 }, { text: 'Which?' }]);
    }
  });

  it('stands behind the degraded copy under a prior, which is none of the two', () => {
    const asked = pairQuestions(promptOf({ prior: 'degraded' }), { a, b, degraded });
    expect(asked.map(({ question }) => question.images)).toEqual([
      [degraded, a, b],
      [degraded, b, a],
    ]);
    expect(asked.map(({ question }) => comparedImages(question))).toEqual([
      [a, b],
      [b, a],
    ]);
  });

  it('is asked about in every wording', () => {
    const quality = ['Which?', 'Which one?'].map((content) => ({ content, choices }));
    const asked = pairQuestions(promptOf({ quality }), { a, b });
    expect(asked.map(({ first, wording }) => [first, wording])).toEqual([
      ['a', 1],
      ['a', 2],
      ['b', 1],
      ['b', 2],
    ]);
  });

  it('has the preference for a place taken out, and told', async () => {
    // It says "first" with 0.8 where a stands first, and with 0.4 where b does.
    const judge = judgeSaying((first) => (first === a.sha256 ? [0.8, 0, 0.2] : [0.4, 0, 0.6]));
    const outcome = await askPair(judge, promptOf(), { a, b });
    expect(outcome.shownFirst).toBeCloseTo(0.8, 12);
    expect(outcome.shownSecond).toBeCloseTo(0.6, 12);
    expect(outcome.better).toBeCloseTo(0.7, 12);
    // The first is preferred with 0.6 on average, 0.1 more than chance.
    expect(outcome.positionBias).toBeCloseTo(0.1, 12);
    expect(outcome.isInconsistent).toBe(false);
    expect(outcome.wins).toBeCloseTo(1.4, 12);
    expect(outcome.losses).toBeCloseTo(0.6, 12);
    expect(outcome.answers).toHaveLength(2);
  });

  it('is inconsistent where the answer goes by the place', async () => {
    const outcome = await askPair(
      judgeSaying(() => [0.9, 0, 0.1]),
      promptOf(),
      { a, b },
    );
    expect(outcome.isInconsistent).toBe(true);
    expect(outcome.better).toBeCloseTo(0.5, 12);
    expect(outcome.positionBias).toBeCloseTo(0.4, 12);
  });

  it('counts a tie half for each, and says how many there are', async () => {
    const judge = judgeSaying((first) => (first === a.sha256 ? [0.5, 0.5, 0] : [0, 1, 0]));
    const outcome = await askPair(judge, promptOf(), { a, b });
    expect(outcome.shownFirst).toBeCloseTo(0.75, 12);
    expect(outcome.shownSecond).toBeCloseTo(0.5, 12);
    expect(outcome.tie).toBeCloseTo(0.75, 12);
  });

  it('is worth as many comparisons as answers were drawn', async () => {
    const judge = judgeSaying((first) => (first === a.sha256 ? [1, 0, 0] : [0.25, 0, 0.75]), {
      source: 'samples',
      samples: 8,
    });
    const { wins, losses } = await askPair(judge, promptOf(), { a, b });
    expect([wins, losses]).toEqual([14, 2]);
  });

  it('is refused with one order alone', () => {
    const reply = { first: 'a', preferred: 0.5, tie: 0, comparisons: 1 } as const;
    expect(() => pairOutcome([reply])).toThrow('not asked about in both orders');
  });
});
