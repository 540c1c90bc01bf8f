import { expect, it } from 'vitest';
import { createAnthropicJudge } from '../../src/judges/anthropic.ts';
import { createOpenaiJudge } from '../../src/judges/openai.ts';
import { judgeOptions } from './options.ts';

const create = { openai: createOpenaiJudge, anthropic: createAnthropicJudge };

it.each([
  ['openai', { temperature: 0 }, /request\.temperature \(found 0\) cannot be set: .*distribution/],
  ['openai', { seed: 7 }, /request\.seed \(found 7\) cannot be set/],
  ['openai', { n: 4 }, /set judgeOptions\.samples/],
  ['openai', { model: 'other' }, /request\.model \(found "other"\)/],
  ['anthropic', { top_k: 1 }, /anthropic:m.*request\.top_k/],
  ['anthropic', { output_config: {} }, /set judgeOptions\.effort/],
] as const)('%s refuses a request with %o', (judge, request, message) => {
  expect(() => create[judge]('m', judgeOptions({ request }))).toThrow(message);
});

it.each([
  ['openai', { top_k: -1, provider: { require_parameters: true } }],
  ['anthropic', { service_tier: 'standard_only' }],
] as const)('%s takes further fields: %o', (judge, request) => {
  expect(() => create[judge]('m', judgeOptions({ request }))).not.toThrow();
});
