import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type {
  ChatCompletion,
  ChatCompletionCreateParamsNonStreaming,
} from 'openai/resources/chat/completions';
import type { ResponseCreateParamsNonStreaming } from 'openai/resources/responses/responses';
import { type Fault, isTransportFault, transportFault } from './faults.ts';
import { asResponse, chatRequestOf, keepFile, type UploadedFile } from './openai-responses.ts';
import type { ReplyShape } from './reply-shapes.ts';
import { type LocalServer, type ReceivedRequest, type ServerReply, startServer } from './server.ts';
import { offeredWords, startDraws, truth } from './truth.ts';

export type ChatRequestBody = ChatCompletionCreateParamsNonStreaming & {
  continue_final_message?: boolean;
};

export interface OpenaiServer extends LocalServer {
  /** What to give as `baseUrl`. */
  baseUrl: string;
  /** Images that were uploaded, by their ids. */
  files: Map<string, UploadedFile>;
}

export interface OpenaiServerOptions {
  /** What goes wrong with a request, by its number; undefined: nothing. */
  fault?: (index: number, body: ChatRequestBody) => Fault | ReplyShape<ChatCompletion> | undefined;
  /** Probability of the best choice; by default that of `truth`. */
  probability?: (body: ChatRequestBody) => number;
  /** Whether `n` is honoured; otherwise one reply comes, whatever was asked for. */
  severalSamples?: boolean;
  /** How long a reply takes; by default no time. */
  delayMs?: () => number;
  /** Takes the place of the reply to an upload, by its number. */
  onUpload?: (index: number) => ServerReply | undefined;
  /** Takes the place of a whole reply; to a Responses request, too, as to one of Chat Completions. */
  reply?: (body: ChatRequestBody, index: number) => ServerReply | undefined;
  /** Words offered where the request does not list them. */
  words?: readonly string[];
  /** Left out: any that is free. */
  port?: number;
}

/** Probability that is on no choice. */
const ELSEWHERE = 0.04;

/** Speaks Chat Completions and Responses, and knows the answer to every question. */
export async function startOpenaiServer(options: OpenaiServerOptions = {}): Promise<OpenaiServer> {
  const draw = startDraws();
  const files = new Map<string, UploadedFile>();
  let uploads = 0;
  const server = await startServer(async (request, index) => {
    if (request.body instanceof FormData) {
      uploads += 1;
      return options.onUpload?.(uploads - 1) ?? keepFile(request.body, files);
    }
    // Faults and replies are of questions.
    const number = index - uploads;
    if (options.delayMs) await setTimeout(options.delayMs());
    if (request.path !== '/v1/responses') return answer(request, number, options, draw);
    const body = chatRequestOf(request.body as ResponseCreateParamsNonStreaming, files);
    if (typeof body === 'string') {
      return { status: 400, body: errorBody('invalid_request_error', body) };
    }
    const asked = { ...request, path: '/v1/chat/completions', body };
    return asResponse(answer(asked, number, options, draw));
  }, options.port);
  return { ...server, baseUrl: `${server.url}/v1`, files };
}

/** The images of a request, decoded from their data URIs, and its last text. */
export function contentOf(body: ChatRequestBody): { images: Buffer[]; text: string } {
  const user = body.messages.find(({ role }) => role === 'user');
  const parts = Array.isArray(user?.content) ? user.content : [];
  return {
    images: parts.flatMap((part) =>
      part.type === 'image_url'
        ? [Buffer.from(part.image_url.url.replace(/^data:image\/\w+;base64,/, ''), 'base64')]
        : [],
    ),
    // A line break keeps neighbouring images apart, and says nothing.
    text: parts
      .flatMap((part) => (part.type === 'text' && part.text !== '\n' ? [part.text] : []))
      .join('\n'),
  };
}

/** The probability of the best choice that this server holds true of a request. */
export function trueProbability(body: ChatRequestBody): number {
  const { images, text } = contentOf(body);
  return truth(images, text.split('\n')[0] ?? '');
}

const errorBody = (type: string, message: string, code: string | null = null) => ({
  error: { message, type, param: null, code },
});

function answer(
  { path, body }: ReceivedRequest,
  index: number,
  options: OpenaiServerOptions,
  draw: ReturnType<typeof startDraws>,
): ServerReply {
  const request = body as ChatRequestBody;
  if (path !== '/v1/chat/completions') {
    return { status: 404, body: errorBody('invalid_request_error', `no such path: ${path}`) };
  }
  const replaced = options.reply?.(request, index);
  if (replaced) return replaced;
  const fault = options.fault?.(index, request);
  if (typeof fault === 'string' && isTransportFault(fault)) return transportFault(fault, errorBody);
  const right = rightReply(request, options, draw);
  if (typeof fault === 'object') return fault.of(right);
  return fault ? faultyReply(fault, right, request) : { status: 200, body: right };
}

function rightReply(
  request: ChatRequestBody,
  options: OpenaiServerOptions,
  draw: ReturnType<typeof startDraws>,
): ChatCompletion {
  const { text } = contentOf(request);
  const listed = offeredWords(text);
  const words = listed.length > 0 ? listed : (options.words ?? ['good', 'poor']);
  const probability = (options.probability ?? trueProbability)(request);
  const count = options.severalSamples === false ? 1 : (request.n ?? 1);
  const scale = /from (?<min>[\d.]+) to (?<max>[\d.]+)/.exec(text)?.groups;
  const word = () =>
    scale
      ? String(
          Math.round(Number(scale.min) + probability * (Number(scale.max) - Number(scale.min))),
        )
      : ((draw(request.messages) < probability ? words[0] : words.at(-1)) as string);
  return {
    id: `chatcmpl-${randomUUID()}`,
    object: 'chat.completion',
    created: 0,
    model: `${request.model}-2026-11-01`,
    system_fingerprint: 'fp_test',
    choices: Array.from({ length: count }, (_, index) => {
      const content = word();
      return {
        index,
        finish_reason: 'stop',
        message: { role: 'assistant', content, refusal: null },
        logprobs: request.logprobs
          ? {
              content: [scale ? number(content) : tokens(words, probability, content)],
              refusal: null,
            }
          : null,
      };
    }),
    usage: { prompt_tokens: 900, completion_tokens: count, total_tokens: 900 + count },
  };
}

/** One position with one number, as of vocabularies that have numbers as tokens. */
function number(content: string) {
  const entry = {
    token: content,
    bytes: [...Buffer.from(content)],
    logprob: Math.log(1 - ELSEWHERE),
  };
  // Shows that numbers of several digits are tokens.
  const other = { token: '100', bytes: [...Buffer.from('100')], logprob: -20 };
  return { ...entry, top_logprobs: content === '100' ? [entry] : [entry, other] };
}

/** One position whose probability is spread over spellings of the first and the last word. */
function tokens(words: readonly string[], probability: number, chosen: string) {
  const [first = '', last = ''] = [words[0], words.at(-1)];
  const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);
  const covered = 1 - ELSEWHERE;
  const spellings: [string, number][] = [
    [first, 0.6 * probability * covered],
    [capital(first), 0.3 * probability * covered],
    [` ${first}`, 0.1 * probability * covered],
    [last, 0.7 * (1 - probability) * covered],
    [`Ġ${last}`, 0.2 * (1 - probability) * covered],
    [last.slice(0, 2), 0.1 * (1 - probability) * covered],
    ['The', ELSEWHERE],
  ];
  // Two spellings that are one token: "No" and its first two letters.
  const merged = new Map<string, number>();
  for (const [token, p] of spellings) merged.set(token, (merged.get(token) ?? 0) + p);
  const top_logprobs = [...merged]
    .map(([token, p]) => ({ token, bytes: [...Buffer.from(token)], logprob: Math.log(p) }))
    .sort((a, b) => b.logprob - a.logprob);
  const generated = top_logprobs.find(({ token }) => token === chosen);
  return { token: chosen, bytes: null, logprob: generated?.logprob ?? -9999, top_logprobs };
}

function faultyReply(fault: Fault, right: ChatCompletion, request: ChatRequestBody): ServerReply {
  const [choice] = right.choices;
  if (!choice) throw new Error('a right reply has a choice');
  const ok = (body: unknown): ServerReply => ({ status: 200, body });
  const withMessage = (message: object, finish_reason = 'stop', token = '') => ({
    ...right,
    choices: right.choices.map((each) => ({
      ...each,
      finish_reason,
      message: { ...each.message, ...message },
      logprobs: request.logprobs
        ? {
            content: token
              ? [
                  {
                    token,
                    bytes: null,
                    logprob: -0.01,
                    top_logprobs: [{ token, bytes: null, logprob: -0.01 }],
                  },
                ]
              : null,
            refusal: null,
          }
        : null,
    })),
  });
  switch (fault) {
    case 'truncated JSON':
      return { truncated: right };
    case 'empty list':
      return ok({ ...right, choices: [] });
    case 'no token probabilities':
      return ok({ ...right, choices: right.choices.map((each) => ({ ...each, logprobs: null })) });
    case 'wrong type':
      return ok({ ...right, choices: [{ ...choice, message: { role: 'assistant', content: 7 } }] });
    case 'refusal':
      return ok(withMessage({ content: null, refusal: "I'm sorry, I can't rate this person." }));
    case 'content filter':
      return ok(withMessage({ content: '' }, 'content_filter'));
    case 'another language':
      return ok(withMessage({ content: 'Gut' }, 'stop', 'Gut'));
    case 'image too large':
      return {
        status: 400,
        body: errorBody('invalid_request_error', 'Image is too large: 40 MB', 'image_too_large'),
      };
    case 'wrong key':
      return {
        status: 401,
        body: errorBody('invalid_request_error', 'Incorrect API key provided', 'invalid_api_key'),
      };
    case 'unknown model':
      return {
        status: 404,
        body: errorBody(
          'invalid_request_error',
          `The model \`${request.model}\` does not exist`,
          'model_not_found',
        ),
      };
    default:
      throw new Error(`${fault} is no fault of a reply`);
  }
}
