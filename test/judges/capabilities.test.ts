import { describe, expect, it } from 'vitest';
import { capabilitiesOf, defaultEffort } from '../../providers/judges/capabilities.ts';

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
