import { expect, it } from 'vitest';
import { createJudge } from '../../src/judges/index.ts';
import type { PixelWork } from '../../src/judges/pixel-work.ts';
import { judgeOptions } from './options.ts';

const created = (judge: string, options: object) =>
  createJudge({ judge, judgeOptions: judgeOptions(options) }, {} as PixelWork);
const vertex = { project: 'p', location: 'global' };

it.each<[string, object, string]>([
  ['openai:gemini-3-flash', { vertex }, 'judgeOptions.vertex (found {"project":"p"'],
  ['promptfoo:vertex:gemini-3-flash', { vertex }, 'name google:<model>, or remove it'],
  ['anthropic:claude-opus-4-6', { thinkingBudget: 9 }, 'judgeOptions.thinkingBudget (found 9)'],
  ['openai:gpt-4.1', { mediaResolution: 'low' }, 'judgeOptions.mediaResolution (found "low")'],
  ['anthropic:claude-opus-4-6', { imageTransfer: 'inline' }, 'judgeOptions.imageTransfer'],
  ['google:gemini-3-flash', { api: 'responses' }, 'judgeOptions.api (found "responses")'],
  ['statistical', { api: 'responses' }, 'is for openai:<model>; remove it'],
])('%s does not take %j', (judge, options, why) => {
  expect(() => created(judge, options)).toThrow(why);
});

it.each<[string, object]>([
  ['google:gemini-3-flash', { vertex }],
  ['google:gemini-3-flash', { mediaResolution: 'low', thinkingBudget: 9, imageTransfer: 'upload' }],
  ['openai:gpt-4.1', { api: 'responses', imageTransfer: 'inline' }],
  ['simulated', { positionBias: 0 }],
])('%s takes %j', (judge, options) => {
  expect(() => created(judge, options)).not.toThrow();
});
