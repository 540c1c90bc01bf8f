import type { JudgeImage } from '../images/judge-image.ts';
import type { Question } from '../judges/question.ts';
import type { MessagePart, PromptQuestion } from './prompt-file.ts';

/** The images that a question may show. */
export interface ShownImages {
  degraded?: JudgeImage;
  query?: JudgeImage;
  /** The two that are compared. */
  first?: JudgeImage;
  second?: JudgeImage;
  /** In the order in which they are shown. */
  anchors?: readonly Anchor[];
}

/** An image that is shown with its score, or that the query image is compared with. */
export interface Anchor {
  /** How people call it: its path, mostly. */
  name: string;
  /** SHA-256 (hex) of its file. */
  sha256: string;
  image: JudgeImage;
  /** Left out for images that a prompt file lists. */
  known?: {
    /** As its data set has it. */
    mos: number;
    /** Where its score lies between the lowest (0) and the highest (100) of the pool, versions of the query image left out. */
    percent: number;
  };
}

/**
 * A question of a prompt file about given images.
 *
 * @throws Error it shows an image where there is none
 */
export function questionOf(
  kind: Question['kind'],
  asked: PromptQuestion,
  { anchors = [], ...images }: ShownImages,
): Question {
  const { choices, scale, content, ...rest } = asked;
  const list: JudgeImage[] = [];
  const parts = withAnchors(content, anchors).map((part) => {
    if ('text' in part) return part;
    const image = typeof part.image === 'string' ? images[part.image] : part.image;
    if (!image) throw new Error(`the prompt shows a ${part.image} image where there is none`);
    return { image: list.push(image) - 1 };
  });
  const base = { kind, images: list, content: parts, ...rest };
  return scale ? { ...base, scale } : { ...base, choices: choices ?? [] };
}

type ShownPart =
  | { image: 'degraded' | 'query' | 'first' | 'second' | JudgeImage }
  | { text: string };

/** Every anchor in its place, with the text about it. */
function withAnchors(content: readonly MessagePart[], anchors: readonly Anchor[]): ShownPart[] {
  return content.flatMap((part, index): ShownPart[] => {
    const before = content[index - 1];
    const isAbout =
      'text' in part && before !== undefined && isAnchor(before) && MENTION.test(part.text);
    if (isAbout) return [];
    if (!isAnchor(part)) return [part as ShownPart];
    const next = content[index + 1];
    const about = next && 'text' in next && MENTION.test(next.text) ? next.text : undefined;
    return anchors.flatMap(({ name, image, known }): ShownPart[] => {
      if (about === undefined) return [{ image }];
      if (!known)
        throw new Error(`the prompt says the score of anchor ${name}, which is not known`);
      return [{ image }, { text: filled(about, known) }];
    });
  });
}

const isAnchor = (part: MessagePart): boolean => 'image' in part && part.image === 'anchor';

const MENTION = /\{anchor\.(mos|percent)\}/;

/** Scores as people write them: no more than four digits after the point. */
const filled = (text: string, { mos, percent }: NonNullable<Anchor['known']>): string =>
  text
    .replaceAll('{anchor.mos}', String(Number(mos.toFixed(4))))
    .replaceAll('{anchor.percent}', String(Math.round(percent)));
