import type { JudgeImage, Question } from './judges/judge.ts';
import type { PromptQuestion } from './prompt-file.ts';

/** The question that a prompt file asks about given images. */
export function questionOf(
  kind: Question['kind'],
  { choices, scale, content, ...rest }: PromptQuestion,
  images: { degraded?: JudgeImage; query: JudgeImage },
): Question {
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
