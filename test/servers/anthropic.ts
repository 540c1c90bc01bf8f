import { randomUUID } from 'node:crypto';
import type {
  ContentBlockParam,
  Message,
  MessageCreateParamsNonStreaming,
} from '@anthropic-ai/sdk/resources/messages';
import { type Fault, isTransportFault, transportFault } from './faults.ts';
import type { ReplyShape } from './reply-shapes.ts';
import { type LocalServer, type ReceivedRequest, type ServerReply, startServer } from './server.ts';
import { offeredWords, startDraws, truth } from './truth.ts';

export interface AnthropicServerOptions {
  /** What goes wrong with a request, by its number; undefined: nothing. */
  fault?: (
    index: number,
    body: MessageCreateParamsNonStreaming,
  ) => Fault | ReplyShape<Message> | undefined;
  /** Probability of the best choice; by default that of `truth`. */
  probability?: (body: MessageCreateParamsNonStreaming) => number;
  /** Takes the place of a whole reply. */
  reply?: (body: MessageCreateParamsNonStreaming, index: number) => ServerReply | undefined;
}

interface ServerState {
  /** What the prompt cache holds. */
  cached: ReadonlySet<string>;
  draw: ReturnType<typeof startDraws>;
}

/**
 * Speaks the Messages interface, and knows the answer to every question. It refuses what the real one
 * refuses (sampling parameters, a begun reply), and keeps a prompt cache: what a request shares with an
 * earlier one that has been answered is read from it, up to the marked block.
 */
export async function startAnthropicServer(
  options: AnthropicServerOptions = {},
): Promise<LocalServer> {
  const cached = new Set<string>();
  const draw = startDraws();
  return startServer(async (request, index) => {
    const reply = answer(request, index, options, { cached, draw });
    // Replies take a moment, so that requests sent together cannot find each other's prefix.
    await new Promise((resolve) => setTimeout(resolve, 5));
    if (typeof reply === 'object' && 'status' in reply && reply.status === 200) {
      cached.add(cachePrefix(request.body as MessageCreateParamsNonStreaming));
    }
    return reply;
  });
}

const blocksOf = (body: MessageCreateParamsNonStreaming): ContentBlockParam[] => {
  const content = body.messages[0]?.content;
  return Array.isArray(content) ? content : [];
};

function contentOf(body: MessageCreateParamsNonStreaming): { images: Buffer[]; text: string } {
  const blocks = blocksOf(body);
  return {
    images: blocks.flatMap((block) =>
      block.type === 'image' && block.source.type === 'base64'
        ? [Buffer.from(block.source.data, 'base64')]
        : [],
    ),
    text: blocks.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n'),
  };
}

/** Everything before the marked block's end: schema, system message, blocks. */
function cachePrefix(body: MessageCreateParamsNonStreaming): string {
  const blocks = blocksOf(body);
  const marked = blocks.findLastIndex((block) => 'cache_control' in block && block.cache_control);
  return JSON.stringify([body.output_config?.format, body.system, blocks.slice(0, marked + 1)]);
}

const errorBody = (type: string, message: string) => ({
  type: 'error',
  error: { type, message },
  request_id: 'req_test',
});

function answer(
  { path, headers, body }: ReceivedRequest,
  index: number,
  options: AnthropicServerOptions,
  state: ServerState,
): ServerReply {
  const request = body as MessageCreateParamsNonStreaming & Record<string, unknown>;
  const refuse = (message: string): ServerReply => ({
    status: 400,
    body: errorBody('invalid_request_error', message),
  });
  if (path !== '/v1/messages' || !headers['anthropic-version']) {
    return { status: 404, body: errorBody('not_found_error', `no such path: ${path}`) };
  }
  for (const name of ['temperature', 'top_p', 'top_k']) {
    if (name in request) return refuse(`${name}: not supported`);
  }
  if (request.messages.at(-1)?.role === 'assistant') {
    return refuse('This model does not support assistant message prefill.');
  }
  const replaced = options.reply?.(request, index);
  if (replaced) return replaced;
  const fault = options.fault?.(index, request);
  if (typeof fault === 'string' && isTransportFault(fault)) return transportFault(fault, errorBody);
  const right = rightReply(request, options, state);
  if (typeof fault === 'object') return fault.of(right);
  return fault ? faultyReply(fault, right, request) : { status: 200, body: right };
}

function rightReply(
  request: MessageCreateParamsNonStreaming,
  options: AnthropicServerOptions,
  { cached, draw }: ServerState,
): Message {
  const { images, text } = contentOf(request);
  const probability = options.probability?.(request) ?? truth(images, text.split('\n')[0] ?? '');
  const scale = /from (?<min>[\d.]+) to (?<max>[\d.]+)/.exec(text)?.groups;
  const words = offeredWords(text);
  const given = scale
    ? Math.round(Number(scale.min) + probability * (Number(scale.max) - Number(scale.min)))
    : draw(request.messages) < probability
      ? words[0]
      : words.at(-1);
  const isCached = cached.has(cachePrefix(request));
  return {
    id: `msg_${randomUUID()}`,
    type: 'message',
    role: 'assistant',
    model: `${request.model}-20261101`,
    container: null,
    diagnostics: null,
    content: [{ type: 'text', text: JSON.stringify({ answer: given }), citations: null }],
    stop_reason: 'end_turn',
    stop_sequence: null,
    stop_details: null,
    usage: {
      input_tokens: 20,
      output_tokens: 8,
      output_tokens_details: null,
      cache_creation: null,
      cache_creation_input_tokens: isCached ? 0 : 1000,
      cache_read_input_tokens: isCached ? 1000 : 0,
      inference_geo: null,
      server_tool_use: null,
      service_tier: 'standard',
      speed: 'standard',
    },
  };
}

function faultyReply(
  fault: Fault,
  right: Message,
  request: MessageCreateParamsNonStreaming,
): ServerReply {
  const ok = (body: unknown): ServerReply => ({ status: 200, body });
  switch (fault) {
    case 'truncated JSON':
      return { truncated: right };
    case 'empty list':
      return ok({ ...right, content: [] });
    case 'wrong type':
      return ok({ ...right, content: 'good' });
    case 'refusal':
      return ok({
        ...right,
        content: [],
        stop_reason: 'refusal',
        stop_details: {
          type: 'refusal',
          category: 'general_harms',
          explanation: 'I will not rate this person.',
        },
      });
    case 'content filter':
      return ok({ ...right, content: [], stop_reason: 'refusal', stop_details: null });
    case 'another language':
      return ok({ ...right, content: [{ type: 'text', text: 'Gut', citations: null }] });
    case 'image too large':
      return {
        status: 400,
        body: errorBody(
          'invalid_request_error',
          'messages.0.content.0: image is 5000x5000, the largest dimensions that fit are 1568x1568',
        ),
      };
    case 'wrong key':
      return { status: 401, body: errorBody('authentication_error', 'invalid x-api-key') };
    case 'unknown model':
      return { status: 404, body: errorBody('not_found_error', `model: ${request.model}`) };
    default:
      throw new Error(`${fault} is no fault of this interface`);
  }
}
