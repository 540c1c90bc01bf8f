/**
 * Requests, tokens and cost of a data set: `node bench/scale.ts [images] [width]x[height]`, by default
 * KonIQ-10k's 10,073 images of 1024x768, with the prompts of `prompts/`. Nothing is asked. Prices are
 * those of the bundled list, tokens the estimates of `iqa estimate`; the vendors' prompt caches are
 * left out, so they are the upper end. Time is by what an endpoint takes at once and how long an answer
 * takes.
 */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { usd } from '../cli/amounts.ts';
import { plainTable } from '../src/common/plain-table.ts';
import type { JudgeImage } from '../src/images/judge-image.ts';
import { HALF_PRICE } from '../src/judges/batch.ts';
import { estimateUsage } from '../src/judges/estimate-tokens.ts';
import { createJudge } from '../src/judges/index.ts';
import { judgeOptionsSchema } from '../src/judges/judge-options.ts';
import { priceOf } from '../src/judges/price.ts';
import { PAPER_CONDITIONS } from '../src/method/config.ts';
import { sharedPixelPool } from '../src/method/pixel-pool.ts';
import { parsePromptFile } from '../src/method/prompt-file.ts';
import { questionOf } from '../src/method/question.ts';

const images = Number(process.argv[2] ?? 10_073);
const [width, height] = (process.argv[3] ?? '1024x768').split('x').map(Number) as [number, number];
const JUDGES = ['openai:gpt-4.1', 'openai:gpt-4.1-mini', 'anthropic:claude-sonnet-5'];
const PROMPTS = ['two-level', 'qdebias'];
/** Prompt tokens a second: what one GPU and what a cluster may take in. Measure your own. */
const TOKENS_A_SECOND = [5_000, 20_000, 160_000];

const image = { width, height } as JudgeImage;
const millions = (tokens: number) => `${(tokens / 1e6).toFixed(0)} M`;
const hours = (seconds: number) => `${(seconds / 3600).toFixed(1)} h`;

function usageOf(judgeId: string, prompt: string) {
  const file = parsePromptFile(
    JSON.stringify(
      parse(readFileSync(new URL(`../prompts/${prompt}.yaml`, import.meta.url), 'utf8')),
    ),
    prompt,
  );
  const judge = createJudge(
    { judge: judgeId, judgeOptions: judgeOptionsSchema.parse({}) },
    sharedPixelPool,
  );
  const copies = file.condition === 'none' ? 1 : PAPER_CONDITIONS.length;
  const shown = file.condition === 'none' ? { query: image } : { query: image, degraded: image };
  const questions = [
    ...file.quality.map((wording) => questionOf('quality', wording, shown)),
    ...(file.similarity ? [questionOf('similarity', file.similarity, shown)] : []),
  ];
  const usages = questions.map((question) => estimateUsage(judge, question, question.images));
  const total = (field: 'inputTokens' | 'outputTokens') =>
    usages.reduce((sum, usage) => sum + usage[field], 0) * copies * images;
  return {
    requests:
      questions.reduce((sum, question) => sum + (judge.requestsFor?.(question).requests ?? 1), 0) *
      copies *
      images,
    usage: { inputTokens: total('inputTokens'), outputTokens: total('outputTokens') },
  };
}

console.log(`${images.toLocaleString('en-US')} images of ${width}x${height}`);
console.log(
  plainTable(
    ['judge', 'prompt', 'requests', 'input tokens', 'cost', 'by batch', '64 at once, 2 s each'],
    JUDGES.flatMap((judge) =>
      PROMPTS.map((prompt) => {
        const { requests, usage } = usageOf(judge, prompt);
        const cost = priceOf({ id: judge }, judgeOptionsSchema.parse({})).costUsd(usage);
        return [
          judge,
          prompt,
          requests.toLocaleString('en-US'),
          millions(usage.inputTokens),
          usd(cost),
          usd(cost === undefined ? undefined : cost * HALF_PRICE),
          hours((requests * 2) / 64),
        ];
      }),
    ),
  ),
);
const { usage } = usageOf('openai:Qwen/Qwen3-VL-8B-Instruct', 'qdebias');
console.log(`\nAn own endpoint, qdebias: ${millions(usage.inputTokens)} input tokens`);
console.log(
  plainTable(
    ['prompt tokens a second', 'time'],
    TOKENS_A_SECOND.map((rate) => [rate.toLocaleString('en-US'), hours(usage.inputTokens / rate)]),
  ),
);
await sharedPixelPool.close();
