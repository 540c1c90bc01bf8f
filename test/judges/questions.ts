import { createHash } from 'node:crypto';
import { encodeImage } from '../../src/images/encode.ts';
import type { JudgeImage } from '../../src/images/judge-image.ts';
import type { RawImage } from '../../src/images/raw-image.ts';
import type { Choice, Question } from '../../src/judges/question.ts';

/** An image as a judge gets it, made from pixels. */
export function judgeImage(role: JudgeImage['role'], image: RawImage): JudgeImage {
  return {
    role,
    width: image.width,
    height: image.height,
    sha256: createHash('sha256').update(image.data).digest('hex'),
    encoding: 'png',
    pixels: async () => image,
    encoded: () => encodeImage(image, 'png'),
  };
}

export const GOOD_POOR: readonly Choice[] = [
  { label: 'good', value: 1 },
  { label: 'poor', value: 0 },
];

export const FIVE_LEVELS: readonly Choice[] = [
  { label: 'excellent', value: 1 },
  { label: 'good', value: 0.75 },
  { label: 'fair', value: 0.5 },
  { label: 'poor', value: 0.25 },
  { label: 'bad', value: 0 },
];

/** A quality question about one image, or about an image beside its degraded copy. */
export function qualityQuestion(
  images: readonly JudgeImage[],
  choices: readonly Choice[] = GOOD_POOR,
): Question & { choices: readonly Choice[] } {
  return {
    kind: 'quality',
    images,
    content: [...images.map((_, image) => ({ image })), { text: 'Good or poor?' }],
    choices,
  };
}

export function similarityQuestion(images: readonly JudgeImage[]): Question {
  return {
    kind: 'similarity',
    images,
    content: [...images.map((_, image) => ({ image })), { text: 'The same object? Yes or no' }],
    choices: [
      { label: 'Yes', value: 1 },
      { label: 'No', value: 0 },
    ],
  };
}

export const THREE_SIDES: readonly Choice[] = [
  { label: 'first', value: 1 },
  { label: 'similar', value: 0.5 },
  { label: 'second', value: 0 },
];

/** Which of the last two images is better; one before them is a copy that is called poor. */
export function pairQuestion(
  images: readonly JudgeImage[],
  choices: readonly Choice[] = THREE_SIDES,
): Question & { choices: readonly Choice[] } {
  return {
    kind: 'pair',
    images,
    content: [...images.map((_, image) => ({ image })), { text: 'Which is better?' }],
    choices,
  };
}
