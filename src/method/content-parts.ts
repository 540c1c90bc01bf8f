import { z } from 'zod';
import { ConfigError, suggestion } from '../common/config-error.ts';
import { withoutSecrets } from '../common/without-secrets.ts';

/** Images that a question of a prompt file may show. */
export const IMAGES = ['degraded', 'query', 'anchor', 'first', 'second'] as const;
export type ImageName = (typeof IMAGES)[number];

const PARTS = `a part is an image (${IMAGES.join(', ')}, or {image: query}) or a text (in quotes, or {text: ...})`;

const partSchema = z.union([
  z.string().min(1),
  z.strictObject({ text: z.string().min(1) }),
  z.strictObject({ image: z.enum(IMAGES) }),
]);

/** `content` of a question, as a file may write it. */
export const contentSchema = z
  .union([z.string().min(1), z.array(partSchema).min(1)], {
    error: ({ input }) => (Array.isArray(input) ? undefined : `must be a text or a list: ${PARTS}`),
  })
  .describe(
    'Message parts in order: `degraded`, `query`, `anchor`, under `condition: pair` `degraded`, `first`, `second` (images), or text. A string: images first. `anchor` stands for all anchors; the text right after it, where it mentions `{{anchor.mos}}` or `{{anchor.percent}}`, stands after each.',
  );

const writtenSchema = z.looseObject({ content: z.array(z.unknown()) });

/**
 * Says which parts there are where a file has another one. The schema would say it of the form of a part that it took
 * the wrong one for.
 *
 * @param file a prompt file as it was written
 * @throws ConfigError naming the part
 */
export function checkParts(file: unknown, where: string): void {
  const { quality, similarity } = z.looseObject({}).catch({}).parse(file);
  const questions: [string, unknown][] = [
    ...(Array.isArray(quality)
      ? quality.map((wording, index): [string, unknown] => [`quality.${index}`, wording])
      : [['quality', quality] satisfies [string, unknown]]),
    ['similarity', similarity],
  ];
  for (const [name, question] of questions) {
    const { content } = writtenSchema.catch({ content: [] }).parse(question);
    for (const [index, part] of content.entries()) {
      if (partSchema.safeParse(part).success) continue;
      throw new ConfigError(`${where}: ${name}.content[${index}] is ${shown(part)}: ${hint(part)}`);
    }
  }
}

const MOST_SHOWN = 80;

function shown(part: unknown): string {
  if (part === '') return 'an empty text';
  const text = withoutSecrets(JSON.stringify(part) ?? String(part));
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN - 3)}...` : text;
}

function hint(part: unknown): string {
  const { image } = z.strictObject({ image: z.string() }).catch({ image: '' }).parse(part);
  return image === '' ? PARTS : `there is no image "${image}", ${suggestion(image, IMAGES)}`;
}
