import { expect, it } from 'vitest';
import { readContentReply } from '../../src/judges/google/content-reply.ts';

const step = (token: string, logProbability: number, ...others: [string, number][]) => ({
  chosen: { token, logProbability },
  top: {
    candidates: [
      { token, logProbability },
      ...others.map(([other, of]) => ({ token: other, logProbability: of })),
    ],
  },
});

const tokens = (...steps: ReturnType<typeof step>[]) => ({
  chosenCandidates: steps.map(({ chosen }) => chosen),
  topCandidates: steps.map(({ top }) => top),
});

const ANSWERED = { content: { parts: [{ text: 'good' }] }, finishReason: 'STOP' };

it('takes no tokens of thoughts for those of the answer, although they end as it reads', () => {
  const reply = readContentReply({
    candidates: [
      {
        content: { parts: [{ text: 'It looks good', thought: true }, { text: 'good' }] },
        finishReason: 'STOP',
        logprobsResult: tokens(
          step('It', -0.01),
          step(' looks', -0.01),
          step(' good', -0.7, [' poor', -0.7]),
        ),
      },
    ],
  });
  expect(reply.samples[0]?.positions).toBeUndefined();
  expect(reply.samples[0]?.misplaced).toEqual({ tokens: 'It looks good', content: 'good' });
});

it('finds the tokens of the answer behind those of thoughts that end as it reads', () => {
  const reply = readContentReply({
    candidates: [
      {
        content: { parts: [{ text: 'It looks good', thought: true }, { text: 'good' }] },
        finishReason: 'STOP',
        logprobsResult: tokens(
          step('It', -0.01),
          step(' looks', -0.01),
          step(' good', -0.01),
          step('good', -0.7, ['poor', -0.7]),
        ),
      },
    ],
  });
  expect(reply.samples[0]?.positions).toEqual([
    {
      token: 'good',
      logprob: -0.7,
      alternatives: [
        { token: 'good', logprob: -0.7 },
        { token: 'poor', logprob: -0.7 },
      ],
    },
  ]);
});

it('reads no probabilities where the list of the likeliest tokens lacks a step', () => {
  const { chosenCandidates, topCandidates } = tokens(
    step('good', -0.6, ['poor', -0.8]),
    step('.', -0.7, ['poor', -1.2]),
  );
  const positionsOf = (top: typeof topCandidates) =>
    readContentReply({
      candidates: [
        {
          content: { parts: [{ text: 'good.' }] },
          finishReason: 'STOP',
          logprobsResult: { chosenCandidates, topCandidates: top },
        },
      ],
    }).samples[0]?.positions;
  expect(positionsOf(topCandidates)).toHaveLength(2);
  expect(positionsOf(topCandidates.slice(1))).toBeUndefined();
});

it('counts no reply to a prompt that is blocked, though words came', () => {
  const { samples } = readContentReply({
    candidates: [ANSWERED, ANSWERED],
    promptFeedback: { blockReason: 'SAFETY' },
  });
  expect(samples.map(({ refused }) => refused)).toEqual([
    'promptFeedback.blockReason SAFETY',
    'promptFeedback.blockReason SAFETY',
  ]);
});

it.each<[string, object, string]>([
  ['an end of another form', { candidates: [{ ...ANSWERED, finishReason: 8 }] }, 'finishReason 8'],
  [
    'a block of another form',
    { candidates: [ANSWERED], promptFeedback: { blockReason: 3 } },
    'promptFeedback.blockReason 3',
  ],
])('counts no reply with %s', (_, raw, refused) => {
  expect(readContentReply(raw).samples).toMatchObject([{ refused }]);
});

it('counts no reply of which a rating says that it is blocked, however it ended', () => {
  const safetyRatings = [{ category: 'HARM_CATEGORY_HARASSMENT', blocked: true }];
  const { samples } = readContentReply({ candidates: [{ ...ANSWERED, safetyRatings }] });
  expect(samples[0]?.refused).toBe('finishReason STOP (HARM_CATEGORY_HARASSMENT)');
});

it.each<[string, object, number | undefined]>([
  ['the sum, where the words are not counted apart', { totalTokenCount: 120 }, 20],
  ['the thoughts of the sum once', { thoughtsTokenCount: 15, totalTokenCount: 120 }, 20],
  ['none, where the sum is that of the prompt', { totalTokenCount: 100 }, 0],
  ['words and thoughts', { candidatesTokenCount: 2, thoughtsTokenCount: 15 }, 17],
  ['nothing, where the words are not known', { thoughtsTokenCount: 15 }, undefined],
  ['nothing, where the prompt alone is known', {}, undefined],
])('counts as output %s', (_, counts, outputTokens) => {
  const usageMetadata = { promptTokenCount: 100, ...counts };
  const usage = outputTokens === undefined ? undefined : { inputTokens: 100, outputTokens };
  expect(readContentReply({ candidates: [ANSWERED], usageMetadata }).usage).toEqual(usage);
});
