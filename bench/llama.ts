/**
 * Questions per second of a real llama-server, by its slots, and the share of prompt tokens that it takes
 * from its cache: `LLAMA_SERVER=... node bench/llama.ts <model.gguf> [pairs]`. Each pair of images gets both
 * questions of the method.
 */

import { createHash } from 'node:crypto';
import { encodeImage } from '../src/images/encode.ts';
import type { Judge } from '../src/judges/judge.ts';
import { judgeOptionsSchema } from '../src/judges/judge-options.ts';
import { createLlamaJudge } from '../src/judges/llama.ts';
import type { Question } from '../src/judges/question.ts';
import { photographLike } from './photograph-like.ts';

const [model, pairsText = '12'] = process.argv.slice(2);
if (!model) throw new Error('name the model: node bench/llama.ts model.gguf');
const PAIRS = Number(pairsText);
const SIDE = 252;

const imageOf = (role: 'query' | 'conditional', seed: number) => {
  const image = photographLike(SIDE, SIDE, seed);
  return {
    role,
    width: SIDE,
    height: SIDE,
    sha256: createHash('sha256').update(image.data).digest('hex'),
    encoding: 'png',
    pixels: async () => image,
    encoded: () => encodeImage(image, 'png'),
  };
};

const questions = Array.from({ length: PAIRS }, (_, pair): Question[] => {
  const images = [imageOf('conditional', 2 * pair), imageOf('query', 2 * pair + 1)];
  const ask = (kind: Question['kind'], text: string, labels: string[]): Question => ({
    kind,
    images,
    content: [{ image: 0 }, { image: 1 }, { text }],
    choices: labels.map((label, i) => ({ label, value: 1 - i })),
  });
  return [
    ask('quality', 'The first image is poor. How about the second? Good or poor?', [
      'good',
      'poor',
    ]),
    ask('similarity', 'Do these two images describe the same object? Yes or no', ['Yes', 'No']),
  ];
});

async function measure(slots: number): Promise<string> {
  const options = judgeOptionsSchema.parse({ maxConcurrency: slots, minCoveredMass: 0 });
  const judge: Judge = createLlamaJudge(model, options, SIDE * SIDE);
  const problem = await judge.whyNotReady?.();
  if (problem !== undefined) throw new Error(problem);
  const start = performance.now();
  const answers = await Promise.allSettled(
    questions.flat().map((question) => judge.ask(question, {})),
  );
  const seconds = (performance.now() - start) / 1000;
  await judge.close?.();
  const usages = answers.flatMap((answer) =>
    answer.status === 'fulfilled' && answer.value.usage ? [answer.value.usage] : [],
  );
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
  const prompt = sum(usages.map(({ inputTokens }) => inputTokens));
  const reused = sum(usages.map(({ cachedInputTokens = 0 }) => cachedInputTokens));
  return `${slots} ${slots === 1 ? 'slot ' : 'slots'}  ${(answers.length / seconds).toFixed(2)} questions/s  ${((100 * reused) / prompt).toFixed(0)} % of ${prompt} prompt tokens reused  (${usages.length} of ${answers.length} answered)`;
}

for (const slots of [1, 2, 4]) console.log(await measure(slots));
