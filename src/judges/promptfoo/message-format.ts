import { base64, dataUri } from '../../images/data-uri.ts';
import type { EncodedImage } from '../../images/encode.ts';
import type { Question } from '../question.ts';
import { instruction } from '../reply-form.ts';

/** Forms of a message with images that promptfoo's providers hand on to their vendors. */
export const MESSAGE_FORMATS = ['openai', 'anthropic', 'gemini', 'nova', 'ollama'] as const;
export type MessageFormat = (typeof MESSAGE_FORMATS)[number];

type Part = { text: string } | { image: EncodedImage };

/**
 * The form that a promptfoo provider expects, from its id. All others, `file://` providers of one's own
 * among them, are given OpenAI's chat messages, which most of promptfoo's providers take.
 */
export function messageFormatOf(providerId: string): MessageFormat {
  const id = providerId.toLowerCase();
  const isClaude = /claude|anthropic/.test(id);
  if (id.startsWith('anthropic:')) return 'anthropic';
  if (/^(bedrock|vertex):/.test(id) && !id.startsWith('bedrock:converse:') && isClaude) {
    return 'anthropic';
  }
  if (/^(google|palm|vertex):/.test(id)) return 'gemini';
  if (/^bedrock:([a-z]+\.)?amazon\.nova/.test(id)) return 'nova';
  if (id.startsWith('ollama:')) return 'ollama';
  return 'openai';
}

/**
 * A question as the text of a promptfoo prompt: JSON in the form of a family, ending with the
 * instruction to answer with one of the words.
 *
 * @throws Error the form cannot say what the prompt file says
 */
export async function formatMessage(
  question: Question,
  format: MessageFormat,
  source: 'logprobs' | 'samples' = 'samples',
): Promise<string> {
  const parts: Part[] = await Promise.all(
    question.content.map(async (part) => {
      if ('text' in part) return part;
      const image = question.images[part.image];
      if (!image) throw new Error(`the question has no image ${part.image}`);
      return { image: await image.encoded() };
    }),
  );
  parts.push({ text: instruction(question, source) });
  return JSON.stringify(FORMATS[format](parts, question.system));
}

/** OpenAI, Anthropic, Nova: a list of messages, whose contents are parts of the family's own form. */
const messages =
  (part: (part: Part) => unknown) => (parts: readonly Part[], system: string | undefined) => [
    ...(system === undefined ? [] : [{ role: 'system', content: system }]),
    { role: 'user', content: parts.map(part) },
  ];

const FORMATS: Record<
  MessageFormat,
  (parts: readonly Part[], system: string | undefined) => unknown
> = {
  openai: messages((part) =>
    'text' in part
      ? { type: 'text', text: part.text }
      : { type: 'image_url', image_url: { url: dataUri(part.image) } },
  ),
  anthropic: messages((part) =>
    'text' in part
      ? { type: 'text', text: part.text }
      : {
          type: 'image',
          source: { type: 'base64', media_type: part.image.mimeType, data: base64(part.image) },
        },
  ),
  nova: messages((part) =>
    'text' in part
      ? { text: part.text }
      : {
          image: {
            format: part.image.mimeType.replace('image/', ''),
            source: { bytes: base64(part.image) },
          },
        },
  ),
  gemini: (parts, system) => ({
    contents: [
      {
        role: 'user',
        parts: parts.map((part) =>
          'text' in part
            ? part
            : { inlineData: { mimeType: part.image.mimeType, data: base64(part.image) } },
        ),
      },
    ],
    ...(system !== undefined && { system_instruction: { parts: [{ text: system }] } }),
  }),
  ollama: (parts, system) => {
    const firstText = parts.findIndex((part) => 'text' in part);
    if (parts.slice(firstText).some((part) => 'image' in part)) {
      throw new Error(
        "Ollama's own interface takes all images before the text, and the prompt file has text before an image; ask openai:<model> with judgeOptions.baseUrl http://127.0.0.1:11434/v1 instead",
      );
    }
    return [
      ...(system === undefined ? [] : [{ role: 'system', content: system }]),
      {
        role: 'user',
        content: parts.flatMap((part) => ('text' in part ? [part.text] : [])).join('\n'),
        images: parts.flatMap((part) => ('image' in part ? [base64(part.image)] : [])),
      },
    ];
  },
};
