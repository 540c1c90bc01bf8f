import { randomUUID } from 'node:crypto';
import type { ChatCompletionCreateParamsNonStreaming } from 'openai/resources/chat/completions';
import type { FileObject } from 'openai/resources/files';
import type {
  Response,
  ResponseCreateParamsNonStreaming,
  ResponseInputContent,
  ResponseOutputItem,
  ResponseOutputMessage,
} from 'openai/resources/responses/responses';
import type { ServerReply } from './server.ts';

/** An image that was uploaded. */
export interface UploadedFile {
  id: string;
  bytes: Buffer;
  mimeType: string;
  purpose: string;
  /** Seconds after which it is deleted. */
  expiresAfter: string | undefined;
}

const ofForm = (form: FormData, name: string): string | undefined => {
  const value = form.get(name);
  return typeof value === 'string' ? value : undefined;
};

/** Keeps an uploaded image. */
export async function keepFile(
  form: FormData,
  files: Map<string, UploadedFile>,
): Promise<ServerReply> {
  const file = form.get('file');
  if (!(file instanceof File)) throw new Error('the form has no file');
  const bytes = Buffer.from(await file.arrayBuffer());
  const id = `file-${randomUUID()}`;
  const purpose = ofForm(form, 'purpose') ?? '';
  const expiresAfter = ofForm(form, 'expires_after[seconds]');
  files.set(id, { id, bytes, mimeType: file.type, purpose, expiresAfter });
  const body: FileObject = {
    id,
    object: 'file',
    bytes: bytes.length,
    created_at: 0,
    filename: file.name,
    purpose: 'vision',
    status: 'processed',
  };
  return { status: 200, body };
}

/** What the interface takes, of what the judge may send. */
const FIELDS: readonly (keyof ResponseCreateParamsNonStreaming)[] = [
  ...(['model', 'store', 'instructions', 'input', 'max_output_tokens', 'temperature'] as const),
  ...(['top_p', 'reasoning', 'top_logprobs', 'include', 'prompt_cache_key'] as const),
  ...(['prompt_cache_options', 'service_tier', 'text'] as const),
];

const LEAST_TOKENS = 16;

/**
 * The same question as a Chat Completions request.
 *
 * @returns why the interface refuses it, as text
 */
export function chatRequestOf(
  request: ResponseCreateParamsNonStreaming,
  files: ReadonlyMap<string, UploadedFile>,
): ChatCompletionCreateParamsNonStreaming | string {
  const unknown = Object.keys(request).find((name) => !(FIELDS as string[]).includes(name));
  if (unknown) return `Unknown parameter: '${unknown}'.`;
  if ((request.max_output_tokens ?? LEAST_TOKENS) < LEAST_TOKENS) {
    return "Invalid 'max_output_tokens': integer below minimum value. Expected a value >= 16.";
  }
  const [message] = Array.isArray(request.input) ? request.input : [];
  if (!message || !('content' in message) || !Array.isArray(message.content)) {
    return "Invalid type for 'input'.";
  }
  const isForTokens = request.include?.includes('message.output_text.logprobs') ?? false;
  const content: { type: string; [name: string]: unknown }[] = [];
  for (const part of message.content as ResponseInputContent[]) {
    if (part.type === 'input_text') content.push({ type: 'text', text: part.text });
    if (part.type !== 'input_image') continue;
    const file = part.file_id ? files.get(part.file_id) : undefined;
    if (part.file_id && !file) return `No such File object: ${part.file_id}`;
    const url = file
      ? `data:${file.mimeType};base64,${file.bytes.toString('base64')}`
      : part.image_url;
    content.push({ type: 'image_url', image_url: { url, detail: part.detail } });
  }
  return {
    model: request.model ?? '',
    messages: [{ role: 'user', content: content as never }],
    ...(isForTokens && { logprobs: true, top_logprobs: request.top_logprobs ?? 0 }),
  };
}

/** What of a Chat Completions reply this server gives, which may be wrong on purpose. */
interface ChatLike {
  model: string;
  choices: {
    finish_reason: string;
    message: { content: unknown; refusal?: string | null };
    logprobs?: { content?: unknown[] | null } | null;
  }[];
  usage: { prompt_tokens: number; completion_tokens: number };
}

/** A reply of Chat Completions as one of Responses; errors have one shape. */
export function asResponse(reply: ServerReply): ServerReply {
  if (typeof reply === 'string') return reply;
  if ('truncated' in reply) return { truncated: responseOf(reply.truncated as ChatLike) };
  if (!('body' in reply) || reply.status !== 200) return reply;
  const body = reply.body as Partial<ChatLike>;
  return body.choices ? { ...reply, body: responseOf(body as ChatLike) } : reply;
}

function responseOf({ model, choices, usage }: ChatLike): Partial<Response> {
  const [choice] = choices;
  const isBlocked = choice?.finish_reason === 'content_filter';
  const reasoning: ResponseOutputItem = {
    type: 'reasoning',
    id: `rs_${randomUUID()}`,
    summary: [],
  };
  return {
    id: `resp_${randomUUID()}`,
    object: 'response',
    created_at: 0,
    model,
    status: isBlocked ? 'incomplete' : 'completed',
    error: null,
    incomplete_details: isBlocked ? { reason: 'content_filter' } : null,
    output: choice ? [reasoning, messageOf(choice)] : [],
    usage: {
      input_tokens: usage.prompt_tokens,
      input_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
      output_tokens: usage.completion_tokens,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: usage.prompt_tokens + usage.completion_tokens,
    },
  };
}

function messageOf({ message, logprobs }: ChatLike['choices'][number]): ResponseOutputMessage {
  return {
    type: 'message',
    id: `msg_${randomUUID()}`,
    role: 'assistant',
    status: 'completed',
    content: [
      message.refusal
        ? { type: 'refusal', refusal: message.refusal }
        : {
            type: 'output_text',
            annotations: [],
            text: message.content as string,
            logprobs: (logprobs?.content ?? []) as never,
          },
    ],
  };
}
