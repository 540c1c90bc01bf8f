import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createAnthropicJudge } from '../../src/judges/anthropic.ts';
import { answerScore } from '../../src/judges/check-answer.ts';
import { createOpenaiJudge } from '../../src/judges/openai.ts';
import type { Question } from '../../src/judges/question.ts';
import { picture } from '../images/pictures.ts';
import { type LocalServer, startServer } from '../servers/server.ts';
import { sharedIsPresent, sharedPath } from '../shared.ts';
import { judgeOptions } from './options.ts';
import { judgeImage, qualityQuestion } from './questions.ts';

const FILE = 'cases/replies/replies.json';

const caseSchema = z.object({
  api: z.enum(['openai chat completions', 'anthropic messages']),
  asks: z.enum(['logprobs', '8 samples', '1 sample']),
  prompt: z.string(),
  /** A number, `an error`, `an error with the words "…"`, or a number first and an error as well. */
  expected: z.union([z.number(), z.string()]),
  reply: z.unknown(),
});

const isPresent = sharedIsPresent(FILE);
const cases = isPresent
  ? Object.entries(
      z.record(z.string(), caseSchema).parse(JSON.parse(readFileSync(sharedPath(FILE), 'utf8'))),
    )
  : [];

const image = judgeImage('query', picture(40, 30));

/** `good / poor`, or `0 to 100`. */
function questionOf(prompt: string): Question {
  const [best, worst] = prompt.split(' / ');
  if (best && worst) {
    return qualityQuestion(
      [image],
      [
        { label: best, value: 1 },
        { label: worst, value: 0 },
      ],
    );
  }
  const { choices: _, ...question } = qualityQuestion([image]);
  return { ...question, scale: { min: 0, max: 100 } };
}

let server: LocalServer | undefined;
afterEach(() => server?.close());

async function judgeFor({ api, asks }: z.output<typeof caseSchema>, body: unknown) {
  server = await startServer(() => ({ status: 200, body }));
  const options = {
    maxRetries: 0,
    probabilities: asks === 'logprobs' ? 'logprobs' : 'samples',
    samples: asks === '8 samples' ? 8 : 1,
  };
  return api === 'anthropic messages'
    ? createAnthropicJudge('m', judgeOptions({ ...options, baseUrl: server.url }))
    : createOpenaiJudge('m', judgeOptions({ ...options, baseUrl: `${server.url}/v1` }));
}

describe.skipIf(!isPresent)('a reply as a real server gave it', () => {
  it.each(cases)('%s', async (_, each) => {
    const { expected, prompt, reply } = each;
    const question = questionOf(prompt);
    const judge = await judgeFor(each, reply);
    const outcome = await judge.ask(question, {}).then(
      (answer) => answerScore(question, answer),
      (error: Error) => error.message,
    );
    const value = typeof expected === 'number' ? expected : Number.parseFloat(expected);
    if (Number.isNaN(value)) {
      expect(outcome).toBeTypeOf('string');
      expect(outcome).toContain(
        /words "(?<words>[^"]+)"/.exec(String(expected))?.groups?.words ?? '',
      );
    } else {
      expect(outcome).toBeCloseTo(value, 5);
    }
  });
});
