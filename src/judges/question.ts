import type { JudgeImage } from '../images/judge-image.ts';

/** One part of a message, in order: an image (index into `Question.images`) or text. */
export type ContentPart = { image: number } | { text: string };

/** A possible answer and the score it stands for. */
export interface Choice {
  label: string;
  value: number;
}

interface QuestionBase {
  /**
   * `pair` asks which of two images is better; each choice stands for how far that is the one shown first: 1 the
   * first, 0 the second, one half neither.
   */
  kind: 'quality' | 'similarity' | 'pair';
  images: readonly JudgeImage[];
  system?: string;
  content: readonly ContentPart[];
  /**
   * Further qualities that the same reply rates, in the same words or numbers: sharpness, noise. The reply is a
   * JSON object then.
   */
  dimensions?: readonly string[];
  /** The reply as begun for the model, without its end: `The quality of the image is`. */
  prefill?: string;
}

/** What a question can be answered with. */
export type AnswerForm = Pick<ChoiceQuestion | RatingQuestion, 'choices' | 'scale' | 'dimensions'>;

/** A question with a closed list of answers. */
export interface ChoiceQuestion extends QuestionBase {
  choices: readonly Choice[];
  scale?: undefined;
}

/** A question for a number between `min` and `max`. */
export interface RatingQuestion extends QuestionBase {
  scale: { min: number; max: number };
  choices?: undefined;
}

export type Question = ChoiceQuestion | RatingQuestion;

/** The two images that a pair question compares, in the order in which they are shown; undefined: it shows others. */
export function comparedImages({
  images,
  content,
}: Question): readonly [first: JudgeImage, second: JudgeImage] | undefined {
  const shown = content.flatMap((part) => {
    const image = 'image' in part ? images[part.image] : undefined;
    return image && image.role !== 'conditional' ? [image] : [];
  });
  const [first, second, ...others] = shown;
  return first && second && others.length === 0 ? [first, second] : undefined;
}
