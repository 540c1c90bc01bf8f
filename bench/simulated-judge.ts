import { scoreConditions } from '../assertions/score-conditions.ts';
import type { Mt19937 } from '../providers/degradations/mt19937.ts';
import type { Question } from '../providers/judges/judge.ts';
import { estimateFromSamples } from '../providers/judges/reading/samples.ts';
import type { PromptFile, PromptQuestion } from '../providers/prompt-file.ts';

/**
 * A model of a biased vision LMM, no vision LMM: what it sees of an image is mixed of its true quality and of
 * what it shows, both in standard deviations over the images. Alone, what an image shows counts more than its
 * quality; beside a degraded copy that is stated to be poor most of that is gone, and nearly every answer is
 * one-sided. It shows what sampling does to a question, and is no evidence about any real model.
 */
export interface SimulatedImage {
  quality: number;
  content: number;
}

const ALONE = { quality: 0.8, content: 1.2, offset: 0 };
const CONDITIONED = { quality: 1, content: 0.35, offset: 3 };
/** How sharply it decides, and how far apart its levels lie, on the logit scale. */
const SHARPNESS = 1.5;
const SPREAD = 1.6;
/** How much a degradation shifts what it sees of one image. */
const CONDITION_NOISE = 0.3;
const CONDITIONS = 4;
const SAME_OBJECT = 0.95;
/** It gives round numbers. */
const RATING_STEP = 5;

const PLACES = 100;

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const logit = (p: number): number => Math.log(p / (1 - p));

/**
 * The score of one image by a prompt file.
 *
 * @param samples answers drawn for each question; undefined: exact probabilities
 */
export function simulatedScore(
  prompt: PromptFile,
  image: SimulatedImage,
  samples: number | undefined,
  random: Mt19937,
): number {
  const isAlone = prompt.condition === 'none';
  const mix = isAlone ? ALONE : CONDITIONED;
  const conditions = Array.from({ length: isAlone ? 1 : CONDITIONS }, () => {
    const seen =
      mix.quality * image.quality +
      mix.content * image.content +
      mix.offset +
      (isAlone ? 0 : CONDITION_NOISE * (2 * random.uniform() - 1));
    return {
      degradation: null,
      severity: null,
      psnrDb: null,
      quality: answered(prompt.quality, seen, samples, random),
      similarity: prompt.similarity ? (shareOf(SAME_OBJECT, samples, random) as number) : null,
    };
  });
  return scoreConditions(conditions).score;
}

/** The expected value of an answer, 0..1. */
function answered(
  question: PromptQuestion,
  seen: number,
  samples: number | undefined,
  random: Mt19937,
): number {
  const { choices, scale } = question;
  if (scale) {
    // Without samples: over evenly spread places of the distribution that samples are drawn from.
    const places = Array.from({ length: samples ?? PLACES }, (_, i) =>
      samples === undefined ? (i + 0.5) / PLACES : inside(random),
    );
    const drawn = places.map((u) => {
      const place = sigmoid((seen + logit(u) / SHARPNESS) / SPREAD);
      const steps = (scale.max - scale.min) / RATING_STEP;
      return String(scale.min + Math.round(place * steps) * RATING_STEP);
    });
    const { value } = estimateFromSamples({ scale } as Question, drawn) as { value: number };
    return (value - scale.min) / (scale.max - scale.min);
  }
  const ordered = [...(choices ?? [])].sort((a, b) => a.value - b.value);
  /** P(at least this one), from the worst to the best. */
  const atLeast = ordered.map(({ value }, i) => {
    const below = ordered[i - 1]?.value;
    return below === undefined
      ? 1
      : sigmoid(SHARPNESS * (seen - SPREAD * logit((value + below) / 2)));
  });
  if (samples === undefined) {
    return ordered.reduce((sum, { value }, i) => {
      const here = (atLeast[i] as number) - (atLeast[i + 1] ?? 0);
      return sum + value * here;
    }, 0);
  }
  const drawn = Array.from({ length: samples }, () => {
    const u = random.uniform();
    return (ordered[atLeast.findLastIndex((share) => u < share)] as { label: string }).label;
  });
  const { probabilities } = estimateFromSamples(
    { choices: ordered } as unknown as Question,
    drawn,
  ) as { probabilities: number[] };
  return ordered.reduce((sum, { value }, i) => sum + value * (probabilities[i] as number), 0);
}

const inside = (random: Mt19937): number => Math.min(1 - 1e-9, Math.max(1e-9, random.uniform()));

function shareOf(probability: number, samples: number | undefined, random: Mt19937): number {
  if (samples === undefined) return probability;
  let count = 0;
  for (let i = 0; i < samples; i++) if (random.uniform() < probability) count += 1;
  return count / samples;
}
