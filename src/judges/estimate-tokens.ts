import type { Usage } from './answer.ts';
import type { Judge } from './judge.ts';
import type { AnswerForm, Question } from './question.ts';

/** What tokens of one image depend on. */
type Size = { width: number; height: number };

/**
 * Tokens of one image by its pixels, as measured for current models (October 2026): 512x512,
 * 1024x1024, 12 megapixels. Older models of a vendor differ, so these are estimates.
 */
const IMAGE_TOKENS: Record<string, readonly [pixels: number, tokens: number][]> = {
  openai: [
    [262_144, 310],
    [1_048_576, 1230],
    [12_000_000, 14_400],
  ],
  anthropic: [
    [262_144, 440],
    [1_048_576, 1450],
    [12_000_000, 4000],
  ],
  google: [
    [262_144, 1090],
    [1_048_576, 1090],
    [12_000_000, 1065],
  ],
};

const FAMILIES: readonly [RegExp, string][] = [
  [/claude|anthropic/i, 'anthropic'],
  [/gemini|google/i, 'google'],
  [/gpt|openai|\bo\d/i, 'openai'],
];

/** English text, roughly. */
const CHARACTERS_PER_TOKEN = 4;

/** What surrounds a message's parts. */
const MESSAGE_TOKENS = 10;

/** One word of an answer and what ends it. */
const ANSWER_TOKENS = 5;

/**
 * Tokens of one question, estimated before it is asked. The vendors' prompt caches are left out, so
 * with samples it is the upper end. Thoughts count where a judge knows how many there may be.
 *
 * @param images sizes as sent
 */
export function estimateUsage(
  judge: Pick<Judge, 'id' | 'requestsFor' | 'imageTokens' | 'thoughtTokens'>,
  question: Pick<Question, 'system' | 'content' | 'prefill'> & AnswerForm,
  images: readonly Size[],
): Usage {
  const { system = '', content, prefill = '' } = question;
  const text = [system, prefill, ...content.map((part) => ('text' in part ? part.text : ''))];
  const characters = text.reduce((sum, { length }) => sum + length, 0);
  const imageTokens = images.reduce(
    (sum, size) => sum + (judge.imageTokens ?? estimateImageTokens(judge.id, size)),
    0,
  );
  const { requests, replies } = judge.requestsFor?.(question) ?? { requests: 1, replies: 1 };
  return {
    inputTokens:
      requests *
      (Math.ceil(characters / CHARACTERS_PER_TOKEN) + MESSAGE_TOKENS + Math.ceil(imageTokens)),
    outputTokens:
      replies *
      (ANSWER_TOKENS * (1 + 2 * (question.dimensions?.length ?? 0)) + (judge.thoughtTokens ?? 0)),
  };
}

/** An unknown model is taken for the family that needs most. */
export function estimateImageTokens(judgeId: string, { width, height }: Size): number {
  const family = familyOf(judgeId);
  const tables = family ? [IMAGE_TOKENS[family] ?? []] : Object.values(IMAGE_TOKENS);
  return Math.max(...tables.map((table) => interpolate(table, width * height)));
}

/** By the model alone: `openai:` is also how a compatible endpoint is asked, whose model counts otherwise. */
const familyOf = (judgeId: string): string | undefined => {
  const model = judgeId.replace(/^\w+:/, '');
  return FAMILIES.find(([pattern]) => pattern.test(model))?.[1];
};

/** Linear between the entries and beyond the last; constant below the first. */
function interpolate(table: readonly [pixels: number, tokens: number][], pixels: number): number {
  const [first] = table;
  if (!first) throw new RangeError('an empty table');
  if (pixels <= first[0]) return first[1];
  const above = table.findIndex(([x]) => x >= pixels);
  const end = above < 0 ? table.length - 1 : above;
  const [x0, y0] = table[end - 1] ?? first;
  const [x1, y1] = table[end] ?? first;
  return y0 + ((pixels - x0) / (x1 - x0)) * (y1 - y0);
}
