import { describe, expect, it } from 'vitest';
import {
  capabilitiesOf,
  defaultEffort,
  geminiCapabilities,
} from '../../src/judges/capabilities.ts';

describe('what a model is known to give', () => {
  it.each<[string, boolean | undefined]>([
    ['gpt-4o', true],
    ['gpt-4o-mini-2024-07-18', true],
    ['gpt-4.1', true],
    ['openai/gpt-4.1-mini', true],
    ['ft:gpt-4.1:my-org::abc123', true],
    ['chatgpt-4o-latest', true],
    ['o3', false],
    ['o4-mini', false],
    ['gpt-5', false],
    ['gpt-5-mini', false],
    ['gpt-5.1', true],
    ['gpt-5.5-2026-03-01', true],
    ['gpt-5.2-pro', false],
    ['gpt-5-chat-latest', undefined],
    ['gpt-6-astra', false],
    ['gpt-6.1-sol', false],
    ['gpt-10', false],
    ['claude-opus-4-6', false],
    ['anthropic/claude-sonnet-4.5', false],
    ['bedrock:us.anthropic.claude-sonnet-4-5', false],
    ['google:gemini-2.5-pro', false],
    ['Qwen/Qwen3-VL-8B-Instruct', undefined],
    ['llava', undefined],
    ['my-deployment', undefined],
    ['olmo-2', undefined],
  ])('%s: token probabilities %s', (model, logprobs) => {
    expect(capabilitiesOf(model).logprobs).toBe(logprobs);
  });

  it.each<[string, boolean | undefined, boolean | undefined]>([
    ['gemini-2.0-flash', true, undefined],
    ['gemini-2.5-flash', true, false],
    ['publishers/google/models/gemini-2.5-pro', true, false],
    ['gemini-3-pro-preview', true, false],
    ['gemini-3.1-pro', undefined, false],
    ['gemini-3.5-flash', false, false],
    ['gemini-10-pro', false, false],
    ['gemini-flash-latest', undefined, undefined],
    ['projects/p/locations/l/endpoints/123', undefined, undefined],
  ])('%s: token probabilities %s on Vertex AI, %s on AI Studio', (model, vertex, aiStudio) => {
    expect(geminiCapabilities(model, 'vertex').logprobs).toBe(vertex);
    expect(geminiCapabilities(model, 'ai-studio').logprobs).toBe(aiStudio);
  });

  it.each([
    ['gemini-2.5-flash', 8, 8, true],
    ['gemini-3.1-flash-lite', 8, 1, true],
    ['gemini-flash-latest', 8, 1, true],
    ['gemini-4-argon', 8, 1, false],
  ])(
    '%s: %d samples a request on Vertex AI, %d on AI Studio; a temperature: %s',
    (model, vertex, aiStudio, temperature) => {
      expect(geminiCapabilities(model, 'vertex')).toMatchObject({
        mostSamples: vertex,
        temperature,
      });
      expect(geminiCapabilities(model, 'ai-studio').mostSamples).toBe(aiStudio);
    },
  );

  it('depends on the effort where a model reasons by choice', () => {
    expect(defaultEffort('gpt-5.1')).toBe('none');
    expect(capabilitiesOf('gpt-5.1', 'none')).toMatchObject({ logprobs: true, temperature: true });
    expect(capabilitiesOf('gpt-5.1', 'low')).toMatchObject({ logprobs: false, temperature: false });
    expect(defaultEffort('gpt-5')).toBeUndefined();
    expect(defaultEffort('llava')).toBeUndefined();
  });

  it('continues a begun reply nowhere, unless the user says so', () => {
    for (const model of ['gpt-4.1', 'llava', 'claude-opus-4-6']) {
      expect(capabilitiesOf(model).prefill).toBe('none');
    }
  });
});
