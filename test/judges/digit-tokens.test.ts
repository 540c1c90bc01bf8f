import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { answerFromTokens } from '../../src/judges/answer-from-replies.ts';
import { createOpenaiJudge } from '../../src/judges/openai.ts';
import type { Choice, Question } from '../../src/judges/question.ts';
import type { TokenPosition } from '../../src/judges/reading/token-masses.ts';
import { picture } from '../images/pictures.ts';
import { type ChatRequestBody, type OpenaiServer, startOpenaiServer } from '../servers/openai.ts';
import type { ServerReply } from '../servers/server.ts';
import { judgeOptions } from './options.ts';
import { judgeImage, qualityQuestion } from './questions.ts';

const { choices: _, ...unanswered } = qualityQuestion([judgeImage('query', picture(40, 30))]);
const rating = (min: number, max: number): Question => ({ ...unanswered, scale: { min, max } });

/** What a model says: each reply with its probability. */
type Replies = ReadonlyMap<string, number>;

interface Model {
  replies: Replies;
  /** How a text is split: a digit a token, or whole numbers. */
  vocabulary: 'digits' | 'numbers';
  /** Draws from 0..1. */
  random: () => number;
  /** The reply that is drawn, where it goes on from what was begun; left out: what `random` draws. */
  drawn?: string;
  /** How the token that ends a reply is listed; undefined: not at all, as at OpenAI. */
  end?: string | undefined;
  /** Whether the content repeats what was begun. */
  repeats?: boolean;
  /** Answers anew where a reply was begun. */
  ignoresBeginning?: boolean;
}

const END = '\0';

/** The distribution of the next token behind `path`. */
function nextTokens({ replies, vocabulary }: Model, path: string): Map<string, number> {
  const next = new Map<string, number>();
  let total = 0;
  for (const [reply, p] of replies) {
    if (!reply.startsWith(path)) continue;
    const rest = reply.slice(path.length);
    // A number that is one token does not go on behind a part of it.
    if (
      vocabulary === 'numbers' &&
      path !== '' &&
      rest !== '' &&
      /\d$/.test(path) &&
      /^\d/.test(rest)
    )
      continue;
    const token =
      rest === '' ? END : ((vocabulary === 'numbers' ? /^\d+|./s : /./s).exec(rest)?.[0] as string);
    next.set(token, (next.get(token) ?? 0) + p);
    total += p;
  }
  return new Map([...next].map(([token, p]) => [token, p / total]));
}

function generate(model: Model, begun: string) {
  const positions: { token: string; logprob: number; top_logprobs: object[] }[] = [];
  let path = begun;
  for (;;) {
    const next = [...nextTokens(model, path)].sort((a, b) => b[1] - a[1]);
    let left = model.random() * next.reduce((sum, [, p]) => sum + p, 0);
    const { drawn } = model;
    const isOnTheWay = drawn?.startsWith(path);
    const [token, p] =
      ((isOnTheWay && next.find(([each]) => each === (drawn?.[path.length] ?? END))) ||
        next.find(([, each]) => {
          left -= each;
          return left <= 0;
        })) ??
      (next[0] as [string, number]);
    const name = (each: string) => (each === END ? model.end : each);
    const listed = next
      .filter(([each]) => name(each) !== undefined)
      .slice(0, 20)
      .map(([each, q]) => ({ token: name(each), logprob: Math.log(q) }));
    if (token === END && model.end === undefined) break;
    positions.push({ token: name(token) as string, logprob: Math.log(p), top_logprobs: listed });
    if (token === END) break;
    path += token;
  }
  return { positions, text: path.slice(begun.length) };
}

function replyOf(model: Model, body: ChatRequestBody): ServerReply {
  const last = body.messages.at(-1);
  const begun = last?.role === 'assistant' && !model.ignoresBeginning ? String(last.content) : '';
  const { positions, text } = generate(model, begun);
  const content = model.repeats ? begun + text : text;
  return {
    status: 200,
    body: {
      id: `chatcmpl-${randomUUID()}`,
      model: body.model,
      choices: [
        {
          index: 0,
          finish_reason: 'stop',
          message: { role: 'assistant', content },
          logprobs: positions.length > 0 ? { content: positions } : null,
        },
      ],
      usage: { prompt_tokens: 100, completion_tokens: 3 },
    },
  };
}

let server: OpenaiServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function judgeOf(model: Model, options: object = {}) {
  await server?.close();
  server = await startOpenaiServer({ reply: (body) => replyOf(model, body) });
  return createOpenaiJudge('qwen3-vl', judgeOptions({ baseUrl: server.baseUrl, ...options }));
}

const CONTINUES = { capabilities: { prefill: 'last-message' } };

/** Normalised weights of the numbers from `min` on. */
function distribution(weights: readonly number[], min = 0): Map<string, number> {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return new Map(weights.map((weight, i) => [String(min + i), weight / sum]));
}

const expectation = (replies: Replies): number => {
  const sum = [...replies.values()].reduce((total, p) => total + p, 0);
  return [...replies].reduce((total, [reply, p]) => total + (Number(reply) * p) / sum, 0);
};

const seeded = (seed: number) => {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
};

/** A model's opinion: one or two humps over 0 to 100, more at the tens and fives, as models answer. */
const humps = fc
  .record({
    centre: fc.double({ min: 0, max: 100, noNaN: true }),
    other: fc.double({ min: 0, max: 100, noNaN: true }),
    width: fc.double({ min: 1, max: 40, noNaN: true }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    seed: fc.integer({ min: 1, max: 2 ** 31 }),
  })
  .map(({ centre, other, width, share, seed }) => ({
    seed,
    replies: distribution(
      Array.from({ length: 101 }, (_, i) => {
        const hump = (at: number) => Math.exp(-0.5 * ((i - at) / width) ** 2);
        const round = i % 10 === 0 ? 8 : i % 5 === 0 ? 5 : 1;
        return round * (hump(centre) * (1 - share) + hump(other) * share) + 1e-9;
      }),
    ),
  }));

describe('a rating by its digit tokens', () => {
  it('is the exact expectation within half a hundredth of the scale, a digit a token', async () => {
    await fc.assert(
      fc.asyncProperty(
        humps,
        fc.constantFrom('', '<|im_end|>', '</s>'),
        fc.boolean(),
        async ({ replies, seed }, end, repeats) => {
          const model: Model = {
            replies,
            vocabulary: 'digits',
            random: seeded(seed),
            end,
            repeats,
          };
          const answer = await (await judgeOf(model, CONTINUES)).ask(rating(0, 100), {});
          expect(Math.abs((answer.value as number) - expectation(replies))).toBeLessThan(0.5);
          expect(answer).toMatchObject({
            source: 'logprobs',
            asked: { requests: server?.requests.length },
          });
          expect(answer.asked?.requests).toBeLessThanOrEqual(11);
          expect(answer.coveredMass).toBeGreaterThan(0.9);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('is that of the 20 likeliest numbers in one request, where a number is a token', async () => {
    await fc.assert(
      fc.asyncProperty(
        humps,
        fc.constantFrom(undefined, '', '<|im_end|>'),
        async ({ replies, seed }, end) => {
          const model: Model = { replies, vocabulary: 'numbers', random: seeded(seed), end };
          const judge = await judgeOf(model, { minCoveredMass: 0.1 });
          const answer = await judge.ask(rating(0, 100), {}).catch((error: Error) => error);
          if (answer instanceof Error) {
            // A wide opinion, of which no list shows whether 100 is one token.
            expect(answer.message).toContain('("10")');
            return;
          }
          const ranked = [...replies].sort((x, y) => y[1] - x[1]);
          const top = new Map(ranked.slice(0, 20));
          // The generated number counts too where it is none of the 20, and 10 where 100 is listed.
          const covered = [...top.values()].reduce((sum, p) => sum + p, 0);
          const ten = top.has('100') ? 0 : (top.get('10') ?? 0);
          expect(answer.coveredMass).toBeGreaterThan(covered - ten - 1e-9);
          expect(answer.coveredMass).toBeLessThan(covered + (ranked[20]?.[1] ?? 0) + 1e-9);
          expect(Math.abs((answer.value as number) - expectation(top))).toBeLessThan(2.5);
          expect(server?.requests).toHaveLength(1);
        },
      ),
      { numRuns: 40 },
    );
  });

  it.each(['digits', 'numbers'] as const)('tells 1, 10 and 100 apart (%s)', async (vocabulary) => {
    const replies = new Map([
      ['1', 0.2],
      ['10', 0.3],
      ['100', 0.5],
    ]);
    const ending = { end: '<|im_end|>', random: () => 0.999 };
    const judge = await judgeOf({ replies, vocabulary, ...ending }, CONTINUES);
    const answer = await judge.ask(rating(0, 100), {});
    expect(answer.value).toBeCloseTo(0.2 + 3 + 50, 9);
    expect(answer.coveredMass).toBeCloseTo(1, 9);
  });

  it('needs one request where the digits that were not generated hardly matter', async () => {
    const replies = new Map([
      ['80', 0.5],
      ['85', 0.4],
      ['8', 0.098],
      ['70', 0.002],
    ]);
    const judge = await judgeOf({ replies, vocabulary: 'digits', random: () => 0, end: '' });
    const answer = await judge.ask(rating(0, 100), {});
    expect(answer.value).toBeCloseTo((40 + 34 + 0.784) / 0.998, 9);
    expect(answer).toMatchObject({ coveredMass: expect.closeTo(0.998, 9), asked: { requests: 1 } });
  });

  it.each(
    ['83', '83PTION33', '83rd', '83.5', '80-90', '-5', '80', '8', '75'].flatMap((drawn) => [
      [drawn, 0] as const,
      // Of the least likely, so that further replies are none of the numbers.
      [drawn, 0.9999] as const,
    ]),
  )('does not depend on which reply is drawn, such as %j (draw %d)', async (drawn, draw) => {
    const replies = new Map([
      ['80', 0.298],
      ['83', 0.294],
      ['8', 0.098],
      ['75', 0.298],
      ['83PTION33', 0.002],
      ['83rd', 0.002],
      ['83.5', 0.002],
      ['80-90', 0.002],
      ['7nn', 0.002],
      ['-5', 0.002],
    ]);
    const numbers = 80 * 0.298 + 83 * 0.294 + 8 * 0.098 + 75 * 0.298;
    const model: Model = { replies, vocabulary: 'digits', random: () => draw, drawn, end: '' };
    const judge = await judgeOf(model, CONTINUES);
    const { value } = await judge.ask(rating(0, 100), {});
    expect(Math.abs(value! - numbers / 0.988)).toBeLessThan(0.3);
  });

  it('is refused where how a likely digit goes on is not seen, and nothing is assumed of it', async () => {
    const replies = new Map([
      ['80', 0.6],
      ['75', 0.4],
    ]);
    const judge = await judgeOf({ replies, vocabulary: 'digits', random: () => 0, end: '' });
    await expect(judge.ask(rating(0, 100), {})).rejects.toThrow(
      /it answered "80", but 0\.400 of the token probability lies on digits .* \("7"\).*judgeOptions\.capabilities\.prefill.*probabilities: samples/,
    );
  });

  it.each([false, true])(
    'goes on from a space that the model wrote before the number, and from none (repeated: %s)',
    async (repeats) => {
      const replies = new Map([
        [' 72', 0.36],
        [' 80', 0.24],
        ['90', 0.4],
      ]);
      const model: Model = { replies, vocabulary: 'digits', random: () => 0, end: '', repeats };
      const judge = await judgeOf(model, CONTINUES);
      const { value } = await judge.ask(rating(0, 100), {});
      expect(value).toBeCloseTo(0.36 * 72 + 0.24 * 80 + 0.4 * 90, 6);
      const begun = server?.requests
        .map(({ body }) => (body as ChatRequestBody).messages.at(-1))
        .flatMap((last) => (last?.role === 'assistant' ? [last.content] : []));
      expect(begun?.sort()).toEqual([' 8', '9']);
    },
  );

  it('is refused where an endpoint begins anew instead of going on', async () => {
    const replies = new Map([
      ['80', 0.6],
      ['75', 0.4],
    ]);
    const model: Model = { replies, vocabulary: 'digits', random: () => 0, end: '' };
    const judge = await judgeOf({ ...model, ignoresBeginning: true }, CONTINUES);
    await expect(judge.ask(rating(0, 100), {})).rejects.toThrow(
      'was to go on from the reply "7", and answered "80"',
    );
  });

  it.each([
    ['-5', 0, 100],
    ['72.5', 0, 100],
    ['4.5', 1, 5],
    ['70-80', 0, 100],
    ['70 to 80', 0, 100],
    ['7/10', 0, 100],
    ['7 out of 10', 0, 100],
    ['4 of 10', 1, 5],
    ['4 (out of 10)', 1, 5],
    ['**4**/10', 1, 5],
    ['4 points out of 10', 1, 5],
    ['4 on a scale from 1 to 10', 1, 5],
    ['**4**-**5**', 1, 5],
    ['4%', 1, 5],
    ['**4** %', 1, 5],
  ])('%j is no whole number of the scale, and is refused', async (reply, min, max) => {
    const replies = new Map([
      [reply, 0.5],
      [String(max - 1), 0.5],
    ]);
    const judge = await judgeOf({ replies, vocabulary: 'numbers', random: () => 0, end: '' });
    await expect(judge.ask(rating(min, max), {})).rejects.toThrow(/judge openai:qwen3-vl: .*/);
  });

  it.each([
    ...['72/100', '72 out of 100', '72 of 100', '72 (out of 100)', '**72**/100', '72 points'],
    ...['72 on a scale of 100', '72%', '**72**', 'Rating: 72'],
  ])('%j is 72', async (reply) => {
    const replies = new Map([[reply, 1]]);
    const judge = await judgeOf({ replies, vocabulary: 'numbers', random: () => 0, end: '' });
    expect((await judge.ask(rating(0, 100), {})).value).toBeCloseTo(72, 9);
  });

  it('is refused where decimals are likely beside it, as far as they matter', async () => {
    const replies = new Map([
      ['4', 0.6],
      ['4.5', 0.4],
    ]);
    const model: Model = { replies, vocabulary: 'digits', random: () => 0, end: '' };
    await expect((await judgeOf(model)).ask(rating(1, 5), {})).rejects.toThrow(
      'after the number a decimal point has the probability 0.400',
    );
    const wide = new Map([
      ['84', 0.6],
      ['84.5', 0.4],
    ]);
    const judge = await judgeOf({ ...model, replies: wide });
    expect((await judge.ask(rating(0, 100), {})).value).toBeCloseTo(84, 9);
  });

  it.each([0, 0.999])('reads a leading zero that was generated (draw %d)', async (draw) => {
    const replies = new Map([
      ['07', 0.3],
      ['0', 0.2],
      ['10', 0.5],
    ]);
    const model: Model = { replies, vocabulary: 'digits', random: () => draw, end: '' };
    const { value } = await (await judgeOf(model, CONTINUES)).ask(rating(0, 10), {});
    expect(value).toBeCloseTo(draw === 0 ? 2.1 + 5 : 5, 9);
  });

  it('is sampled where its range cannot be listed, or where samples are wanted', async () => {
    const replies = new Map([['0', 1]]);
    const model: Model = { replies, vocabulary: 'digits', random: () => 0, end: '' };
    for (const [min, max] of [
      [0, 1],
      [-5, 5],
      [0, 2.5],
      [0, 5000],
    ] as const) {
      const judge = await judgeOf(model);
      expect((await judge.ask(rating(min, max), {})).source).toBe('samples');
    }
    const judge = await judgeOf(model, { probabilities: 'samples' });
    expect((await judge.ask(rating(0, 100), {})).source).toBe('samples');
  });
});

describe('choices of which one begins another', () => {
  const TEN: Choice[] = Array.from({ length: 10 }, (_, i) => ({ label: `${i + 1}`, value: i / 9 }));
  const question = { ...unanswered, choices: TEN };
  const replies = distribution([5, 1, 2, 3, 4, 6, 9, 20, 11, 7], 1);

  it.each([0, 0.1, 0.5, 0.999])('are told apart by following the reply (draw %d)', async (draw) => {
    const model: Model = { replies, vocabulary: 'digits', random: () => draw, end: '' };
    const judge = await judgeOf(model, CONTINUES);
    const { probabilities } = await judge.ask(question, {});
    [...replies.values()].forEach((p, i) => {
      expect(probabilities?.[i]).toBeCloseTo(p, 9);
    });
    expect(server?.requests.length).toBeLessThanOrEqual(2);
  });

  it.each(['1', '10', '5'])(
    'are no answer where the end of the reply is listed nowhere, and %j is drawn',
    async (drawn) => {
      const some = new Map([
        ['1', 0.3],
        ['10', 0.3],
        ['5', 0.4],
      ]);
      const model: Model = { replies: some, vocabulary: 'digits', random: () => 0, drawn };
      for (const repeats of [false, true]) {
        const judge = await judgeOf({ ...model, repeats }, CONTINUES);
        await expect(judge.ask(question, {})).rejects.toThrow(
          /how likely it was to end instead|lies on a word that several choices/,
        );
        await expect(judge.ask(rating(1, 10), {})).rejects.toThrow(
          /how likely it was to end instead|how these go on is not known/,
        );
      }
      const named = await judgeOf({ ...model, end: '<|im_end|>' }, CONTINUES);
      expect((await named.ask(rating(1, 10), {})).value).toBeCloseTo(0.3 + 3 + 2, 9);
    },
  );

  it.each([0, 0.5, 0.999])('are told apart by whole tokens (draw %d)', async (draw) => {
    const model: Model = { replies, vocabulary: 'numbers', random: () => draw };
    const { probabilities } = await (await judgeOf(model)).ask(question, {});
    [...replies.values()].forEach((p, i) => {
      expect(probabilities?.[i]).toBeCloseTo(p, 9);
    });
  });
});

describe('the tokens of a real server', () => {
  it('that lists the end of a reply without a name', () => {
    const position = (token: string, list: Record<string, number>): TokenPosition => ({
      token,
      logprob: Math.log(list[token]!),
      alternatives: Object.entries(list).map(([name, p]) => ({
        token: name,
        logprob: Math.log(p),
      })),
    });
    const positions = [
      position('8', { 8: 0.97, 2: 0.02, 0: 0.01 }),
      position('', { 8: 0.6, '': 0.3, 2: 0.1 }),
    ];
    const options = { minCoveredMass: 0.5 };
    const { value } = answerFromTokens('x', rating(0, 100), { text: '8', positions }, options);
    // 88, 8 and 82 after the 8; 0; what follows the 2 is not known and left out.
    expect(value).toBeCloseTo((0.97 * (0.6 * 88 + 0.3 * 8 + 0.1 * 82)) / 0.98, 9);
  });
});
