import { afterEach, describe, expect, it } from 'vitest';
import { createAnthropicJudge } from '../../src/judges/anthropic.ts';
import { createGoogleJudge } from '../../src/judges/google.ts';
import { createOpenaiJudge } from '../../src/judges/openai.ts';
import { picture } from '../images/pictures.ts';
import { startAnthropicServer } from '../servers/anthropic.ts';
import { startGoogleServer } from '../servers/google.ts';
import { startOpenaiServer } from '../servers/openai.ts';
import {
  BODY_SHAPES,
  CANDIDATE_SHAPES,
  MESSAGE_SHAPES,
  type ReplyShape,
  SAMPLE_SHAPES,
  TOKEN_SHAPES,
} from '../servers/reply-shapes.ts';
import type { LocalServer } from '../servers/server.ts';
import { judgeOptions } from './options.ts';
import { judgeImage, qualityQuestion } from './questions.ts';

const question = {
  ...qualityQuestion([judgeImage('query', picture(40, 30))]),
  prefill: 'The quality of the image is',
};
const P_GOOD = 0.7;
const OPTIONS = { maxRetries: 0 };
/** Samples are all alike, so that the answer can be told beforehand. */
const SAMPLED = { ...OPTIONS, probabilities: 'samples', samples: 4 };

let server: LocalServer | undefined;
afterEach(() => server?.close());

const named = <Reply>(shapes: readonly ReplyShape<Reply>[]): [string, ReplyShape<Reply>][] =>
  shapes.map((shape) => [shape.name, shape]);

async function expectRead(
  asked: Promise<{ probabilities?: number[] | undefined }>,
  told: RegExp | undefined,
  right: number,
) {
  if (told) {
    await expect(asked).rejects.toThrow(told);
    await expect(asked).rejects.toThrow(/^judge (openai|anthropic|google):m: [^\p{Cc}]+$/u);
  } else {
    expect((await asked).probabilities?.[0]).toBeCloseTo(right, 9);
  }
}

describe('token probabilities of a reply of an odd shape', () => {
  it.each(named([...BODY_SHAPES, ...TOKEN_SHAPES]))('%s', async (_, shape) => {
    const started = await startOpenaiServer({ fault: () => shape, probability: () => P_GOOD });
    server = started;
    const judge = createOpenaiJudge('m', judgeOptions({ ...OPTIONS, baseUrl: started.baseUrl }));
    await expectRead(judge.ask(question, {}), shape.told, P_GOOD);
  });
});

describe('samples of a reply of an odd shape', () => {
  it.each(named([...BODY_SHAPES, ...SAMPLE_SHAPES]))('%s', async (_, shape) => {
    const started = await startOpenaiServer({ fault: () => shape, probability: () => 1 });
    server = started;
    const judge = createOpenaiJudge('m', judgeOptions({ ...SAMPLED, baseUrl: started.baseUrl }));
    await expectRead(judge.ask(question, {}), shape.told, 1);
  });
});

describe("Anthropic's reply of an odd shape", () => {
  it.each(named([...BODY_SHAPES, ...MESSAGE_SHAPES]))('%s', async (_, shape) => {
    server = await startAnthropicServer({ fault: () => shape, probability: () => 1 });
    const options = { ...OPTIONS, samples: 1, baseUrl: server.url };
    const judge = createAnthropicJudge('m', judgeOptions(options));
    await expectRead(judge.ask(question, {}), shape.told, 1);
  });
});

describe("Google's reply of an odd shape", () => {
  it.each(named([...BODY_SHAPES, ...CANDIDATE_SHAPES]))('samples: %s', async (_, shape) => {
    server = await startGoogleServer({ fault: () => shape, probability: () => 1 });
    const judge = createGoogleJudge('m', judgeOptions({ ...SAMPLED, baseUrl: server.url }));
    await expectRead(judge.ask(question, {}), shape.told, 1);
  });

  it.each(named([...BODY_SHAPES, ...CANDIDATE_SHAPES]))(
    'token probabilities: %s',
    async (_, shape) => {
      server = await startGoogleServer({ fault: () => shape, probability: () => P_GOOD });
      const judge = createGoogleJudge('m', judgeOptions({ ...OPTIONS, baseUrl: server.url }));
      await expectRead(judge.ask(question, {}), shape.told, P_GOOD);
    },
  );
});
