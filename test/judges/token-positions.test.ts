import { expect, it } from 'vitest';
import { readPositions } from '../../src/judges/openai/token-positions.ts';

const lists = {
  tokens: ['good', '.'],
  token_logprobs: [-0.6, -0.7],
  top_logprobs: [
    { good: -0.6, poor: -0.8 },
    { '.': -0.7, poor: -1.2 },
  ],
};

it('reads the lists of the older Completions position by position', () => {
  expect(readPositions(lists)).toEqual([
    {
      token: 'good',
      logprob: -0.6,
      alternatives: [
        { token: 'good', logprob: -0.6 },
        { token: 'poor', logprob: -0.8 },
      ],
    },
    {
      token: '.',
      logprob: -0.7,
      alternatives: [
        { token: '.', logprob: -0.7 },
        { token: 'poor', logprob: -1.2 },
      ],
    },
  ]);
});

it.each([
  ['the likeliest tokens', { top_logprobs: lists.top_logprobs.slice(1) }],
  ['the log probabilities', { token_logprobs: [-0.7] }],
  ['the tokens', { tokens: ['good'] }],
])('reads none where the list of %s lacks a position', (_, lacking) => {
  expect(readPositions({ ...lists, ...lacking })).toBeUndefined();
});
