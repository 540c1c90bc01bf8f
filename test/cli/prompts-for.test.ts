import { expect, it } from 'vitest';
import { pairPromptFor, promptsFor } from '../../cli/init/prompts-for.ts';

it.each<[string, object, 'probabilities' | 'samples']>([
  ['openai:gpt-4.1', {}, 'probabilities'],
  ['openai:gpt-4.1', { budgetUsd: 1 }, 'probabilities'],
  ['openai:gpt-4.1', { judgeOptions: { probabilities: 'samples' } }, 'samples'],
  ['openai:gpt-4.1', { judgeOptions: { probabilities: 'samples', samples: 1 } }, 'samples'],
  // It gives token probabilities where it does not reason.
  ['openai:gpt-5.5', {}, 'probabilities'],
  ['openai:gpt-5.5', { judgeOptions: { effort: 'high' } }, 'samples'],
  // Groq gives none for any model.
  ['openai:my-model', {}, 'probabilities'],
  ['openai:my-model', { judgeOptions: { baseUrl: 'https://api.groq.com/openai/v1' } }, 'samples'],
  ['anthropic:claude-sonnet-5', {}, 'samples'],
  ['anthropic:claude-sonnet-5', { judgeOptions: { samples: 16 } }, 'samples'],
  ['google:gemini-2.5-flash', {}, 'samples'],
  // Vertex AI gives them, AI Studio does not.
  [
    'google:gemini-2.5-flash',
    { judgeOptions: { vertex: { project: 'p', location: 'global' } } },
    'probabilities',
  ],
  ['simulated', { judgeOptions: { probabilities: 'samples' } }, 'samples'],
  ['statistical', { seed: 1 }, 'probabilities'],
])('%s with %o is asked by the prompt that suits its %s', (judge, config, answers) => {
  const isSampled = answers === 'samples';
  expect(promptsFor(judge, { ...config })).toEqual(
    isSampled ? ['five-level', 'qdebias-five'] : ['two-level', 'qdebias'],
  );
  expect(pairPromptFor(judge, { ...config })).toBe(isSampled ? 'pair-five' : 'pair');
});

it('a broken configuration is refused as it is where it asks', () => {
  expect(() => promptsFor('openai:gpt-4.1', { judgeOptions: { sample: 3 } })).toThrow(
    /judgeOptions\.sample/,
  );
});
