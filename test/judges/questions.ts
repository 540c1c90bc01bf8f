import { createHash } from 'node:crypto';
import { encodeImage } from '../../providers/images/encode.ts';
import type { RawImage } from '../../providers/images/raw-image.ts';
import type { Choice, JudgeImage, Question } from '../../providers/judges/judge.ts';

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
