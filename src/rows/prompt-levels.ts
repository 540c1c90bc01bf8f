import { methodOf, type PromptFile, type PromptQuestion } from '../method/prompt-file.ts';

/** A rating of more steps than this has no levels that a person would tell apart. */
const MOST_LEVELS = 11;

/**
 * Scores that the answers of a prompt's quality questions stand for, ascending and distinct, 0..1: those of the
 * choices, or of the whole numbers of a rating's scale where they are few.
 *
 * @returns undefined where it asks for a number of no few levels, its wordings have different ones, or scores
 *   are made of differences or comparisons
 */
export function levelsOfPrompt(prompt: PromptFile): number[] | undefined {
  if (prompt.pair || methodOf(prompt) === 'contrast') return undefined;
  const [first, ...others] = prompt.quality.map(levelsOfQuestion);
  return first && others.every((levels) => String(levels) === String(first)) ? first : undefined;
}

function levelsOfQuestion({ choices, scale }: PromptQuestion): number[] | undefined {
  if (choices) {
    return [...new Set(choices.map(({ value }) => value))].sort((a, b) => a - b);
  }
  if (!scale || !Number.isInteger(scale.min) || !Number.isInteger(scale.max)) return undefined;
  const steps = scale.max - scale.min;
  if (steps + 1 > MOST_LEVELS) return undefined;
  return Array.from({ length: steps + 1 }, (_, step) => step / steps);
}
