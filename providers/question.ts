import type { JudgeImage, Question } from './judges/judge.ts';
import type { PromptFile } from './prompt-file.ts';

/**
 * The question that a prompt file asks about given images.
 *
 * @throws Error the file asks no such question, or shows an image where there is none
 */
export function questionOf(
  kind: Question['kind'],
  prompt: PromptFile,
  images: { degraded?: JudgeImage; query: JudgeImage },
): Question {
  const asked = prompt[kind];
  if (!asked) throw new Error(`the prompt file asks no ${kind} question`);
  const { choices, scale, content, ...rest } = asked;
  const list: JudgeImage[] = [];
  const parts = content.map((part) => {
    if ('text' in part) return part;
    const image = images[part.image];
    if (!image) throw new Error(`the prompt shows a ${part.image} image where there is none`);
    return { image: list.push(image) - 1 };
  });
  const base = { kind, images: list, content: parts, ...rest };
  return scale ? { ...base, scale } : { ...base, choices: choices ?? [] };
}
