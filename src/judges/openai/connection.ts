import type OpenAI from 'openai';
import type { JudgeImage } from '../../images/judge-image.ts';
import { readApiKey } from '../api-key.ts';
import { fetchFor } from '../http.ts';
import { jsonBody } from '../json-body.ts';
import type { AskOptions } from '../judge.ts';
import { createNamingUploads } from '../naming-uploads.ts';
import { postJson } from '../post-json.ts';
import type { Question } from '../question.ts';
import { keyAdvice, VendorFailure } from '../reply-failure.ts';
import { createWaiting, type Waiting } from '../retry-after.ts';
import { sdkFailure } from '../sdk-failure.ts';
import { openaiSdk } from '../sdks.ts';
import { createVendorCall, DEFAULT_MAX_CONCURRENCY } from '../vendor-call.ts';
import { openaiApis } from './api.ts';
import { type ChatReply, readChatReply } from './chat-reply.ts';
import type { ChatSetting, ChatWay } from './chat-request.ts';
import { type Continuation, continuationRequest, readContinuation } from './continuation.ts';
import { inlineSource } from './image-source.ts';
import { isOpenai } from './setting.ts';
import { uploadImage } from './upload-image.ts';

export interface Connection {
  client(): OpenAI;
  /**
   * Asks a question once.
   *
   * @param check looks at a reply before it counts; what it throws is thrown
   * @throws JudgeError what went wrong, in the vendor's words
   */
  send(
    question: Question,
    way: ChatWay,
    options: Pick<AskOptions, 'signal' | 'uploadOnce'>,
    check: (reply: ChatReply, headers: Headers) => void,
  ): Promise<ChatReply>;
  /** Looks whether the endpoint goes on from a begun reply. */
  lookAtContinuation(): Promise<Continuation>;
}

/**
 * An endpoint of OpenAI's protocols, through the official SDK.
 *
 * @param key.variable environment variable that holds it
 * @param key.own of a server of one's own that has no variable
 */
export function createConnection(
  id: string,
  setting: ChatSetting,
  key: { variable: string | undefined; own: string | undefined },
): Connection {
  const { endpoint, options } = setting;
  const api = openaiApis[options.api];
  const waiting = createWaiting(id, options);
  const call = createVendorCall(id, {
    setting: {
      endpoint,
      keyAdvice: keyAdvice(key.variable),
      options,
      ...addressAdvice(endpoint, api.path),
    },
    maxConcurrency: options.maxConcurrency ?? DEFAULT_MAX_CONCURRENCY,
    failureOf: (error) => sdkFailure(error, openaiSdk().default),
    waiting,
  });
  let connected: OpenAI | undefined;
  const client = () => {
    connected ??= createClient(id, setting, key, waiting);
    return connected;
  };
  const namingUploads = createNamingUploads({
    upload: (image) => uploadImage(client(), image),
    isLost: isLostFile,
  });

  const post = async (
    question: Question,
    way: ChatWay,
    signal: AbortSignal | undefined,
    idOf?: (image: JudgeImage) => Promise<string>,
  ) => {
    const body = await jsonBody((textOf) =>
      api.request(question, way, setting, async (image) =>
        idOf ? { fileId: await idOf(image) } : inlineSource(image, textOf),
      ),
    );
    const { raw, headers, latencyMs } = await postJson(client(), api.path, body, signal);
    const after = way.source === 'logprobs' ? way.after : undefined;
    return { reply: api.read(raw, { prefill: question.prefill, after }, latencyMs), headers };
  };

  return {
    client,
    send: (question, way, { signal, uploadOnce }, check) =>
      call(signal, async () => {
        const { reply, headers } = setting.uploadsImages
          ? await namingUploads((idOf) => post(question, way, signal, idOf), uploadOnce)
          : await post(question, way, signal);
        check(reply, headers);
        return reply;
      }),
    lookAtContinuation: () =>
      call(undefined, async () => {
        const body = continuationRequest(setting);
        const { raw } = await postJson(client(), openaiApis.chat.path, body);
        const reply = readChatReply(raw, undefined);
        return readContinuation(reply.samples[0]?.text ?? '');
      }),
  };
}

const LOST = /not found|no such|(not|n't) (be found|exist|find)|could not find|expired|deleted/i;

function isLostFile(error: unknown): boolean {
  const failure =
    error instanceof VendorFailure ? error.failure : sdkFailure(error, openaiSdk().default);
  return (
    failure?.kind === 'status' &&
    [400, 404].includes(failure.status) &&
    /file/i.test(failure.words) &&
    LOST.test(failure.words)
  );
}

/** What to do about an address where there is nothing. */
function addressAdvice(
  endpoint: string,
  path: '/chat/completions' | '/responses',
): { addressAdvice?: string } {
  if (new URL(endpoint).pathname === '/') {
    return {
      addressAdvice: `the address ${endpoint}, from judgeOptions.baseUrl or OPENAI_BASE_URL, has no path; most servers want ${endpoint}/v1`,
    };
  }
  return path === '/responses' && !isOpenai(endpoint)
    ? {
        addressAdvice: `mend the model's name after the colon of judge, or set judgeOptions.api: chat where the endpoint has no ${path}`,
      }
    : {};
}

function createClient(
  id: string,
  { endpoint, options }: ChatSetting,
  key: { variable: string | undefined; own: string | undefined },
  waiting: Waiting,
): OpenAI {
  return new (openaiSdk().default)({
    baseURL: endpoint,
    // The SDK insists on a key; a local server without one ignores it.
    apiKey: key.variable ? readApiKey(id, key.variable) : (key.own ?? 'none'),
    adminAPIKey: null,
    ...(!isOpenai(endpoint) && { organization: null, project: null }),
    timeout: options.timeoutMs,
    maxRetries: options.maxRetries,
    ...fetchFor(options.timeoutMs, waiting),
  });
}
