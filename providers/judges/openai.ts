import OpenAI from 'openai';
import pLimit from 'p-limit';
import { ConfigError } from '../config-error.ts';
import { answerFromSamples, answerFromTokens, factsOf } from './answers.ts';
import { readApiKey } from './api-key.ts';
import { capabilitiesOf, defaultEffort } from './capabilities.ts';
import { drawSamples } from './draw-samples.ts';
import { createFinalRefusal } from './final-refusal.ts';
import { fetchFor } from './http.ts';
import type { Answer, AskOptions, Judge, Once, Question } from './judge.ts';
import { JudgeError } from './judge-error.ts';
import type { JudgeOptions } from './judge-options.ts';
import { type ChatReply, readChatReply } from './openai/chat-reply.ts';
import { type ChatSetting, chatRequest, maxTokens } from './openai/chat-request.ts';
import { describeFailure } from './reply-failure.ts';
import { sdkFailure } from './sdk-failure.ts';
import { replyForm } from './wording.ts';

/** Said here and not left to OPENAI_BASE_URL: what is asked stands in the configuration. */
const OPENAI_ENDPOINT = 'https://api.openai.com/v1';
const OPENAI_KEY = 'OPENAI_API_KEY';

/** A paid request runs whatever becomes of the others. */
const every: Once = (_part, request) => request();

/**
 * Asks OpenAI, or any endpoint that speaks its Chat Completions protocol, with the official SDK.
 *
 * @param model as the endpoint names it: `gpt-4.1`, `Qwen/Qwen3-VL-8B-Instruct`
 * @throws ConfigError no model
 */
export function createOpenaiJudge(model: string | undefined, options: JudgeOptions): Judge {
  if (!model) throw new ConfigError('judge: "openai": name the model, as in openai:gpt-4.1');
  const id = `openai:${model}`;
  const setting = chatSetting(model, options);
  const { endpoint, capabilities, effort } = setting;
  const way = chooseWay(options, capabilities);
  const apiKeyEnv = options.apiKeyEnv ?? (isOpenai(endpoint) ? OPENAI_KEY : undefined);
  const maxConcurrency = options.maxConcurrency ?? 8;
  const limit = pLimit(maxConcurrency);
  const refusal = createFinalRefusal();
  let client: OpenAI | undefined;
  /** Most replies that the endpoint has given for one request, once it gave fewer than asked for. */
  let largestBatch = capabilities.severalSamples === false ? 1 : Number.POSITIVE_INFINITY;

  const send = async (
    question: Question,
    asked: Parameters<typeof chatRequest>[1],
    signal: AbortSignal | undefined,
  ): Promise<ChatReply> => {
    refusal.throwIfRefused();
    client ??= createClient(id, setting, apiKeyEnv);
    const body = await chatRequest(question, asked, setting);
    const startMs = performance.now();
    try {
      const raw: unknown = await client.chat.completions.create(body, {
        ...(signal && { signal }),
      });
      return readChatReply(raw, Math.round(performance.now() - startMs));
    } catch (cause) {
      signal?.throwIfAborted();
      const failure = sdkFailure(cause, OpenAI);
      const message = describeFailure(failure, { endpoint, apiKeyEnv, options });
      const error = new JudgeError(id, message, { cause });
      if (failure.kind === 'status') refusal.note(failure.status, error);
      throw error;
    }
  };

  const askTokens = async (
    question: Question & { scale?: undefined },
    { signal, once = every }: AskOptions,
  ): Promise<Answer> => {
    const reply = await once('token probabilities', () =>
      limit(async () => {
        const received = await send(question, { source: 'logprobs' }, signal);
        checkTokens(id, received, setting);
        return received;
      }),
    );
    const [sample] = reply.samples;
    const positions = sample?.positions ?? [];
    const form = replyForm(question, 'logprobs', capabilities);
    return {
      ...answerFromTokens(id, question, { text: sample?.text ?? '', positions }, options),
      source: 'logprobs',
      asked: { probabilities: way.chosenBy, reply: form, requests: 1 },
      ...factsOf([reply]),
    };
  };

  const askSamples = async (
    question: Question,
    { signal, once = every }: AskOptions,
  ): Promise<Answer> => {
    const perRequest = Math.min(options.samples, options.samplesPerRequest ?? largestBatch);
    const replies = await drawSamples(options.samples, perRequest, (first, count) =>
      once(`samples from ${first}`, () =>
        limit(() => send(question, { source: 'samples', samples: count }, signal)),
      ),
    );
    const most = Math.max(...replies.map(({ samples }) => samples.length));
    if (most < perRequest) largestBatch = most;
    const drawn = replies.flatMap(({ samples }) => samples).slice(0, options.samples);
    const form = replyForm(question, 'samples', capabilities);
    const texts = drawn.map((sample) => ({ ...sample, text: own(sample.text, question.prefill) }));
    return {
      ...answerFromSamples(id, question, texts, options),
      source: 'samples',
      asked: { probabilities: way.chosenBy, reply: form, requests: replies.length },
      ...factsOf(replies),
    };
  };

  return {
    id,
    kind: 'network',
    defaultMaxConcurrency: maxConcurrency,
    identity: { endpoint, source: way.source, capabilities, effort, maxTokens: maxTokens(setting) },
    async ask(question, askOptions) {
      askOptions.signal?.throwIfAborted();
      return way.source === 'samples' || question.scale
        ? askSamples(question, askOptions)
        : askTokens(question, askOptions);
    },
  };
}

function chatSetting(model: string, options: JudgeOptions): ChatSetting {
  const effort = options.effort ?? defaultEffort(model);
  const known = capabilitiesOf(model, effort);
  return {
    model,
    endpoint: options.baseUrl ?? OPENAI_ENDPOINT,
    options,
    capabilities: { ...known, ...options.capabilities },
    effort,
  };
}

/** Token probabilities unless the model is known to give none, or the user wants samples. */
function chooseWay(
  { probabilities }: JudgeOptions,
  { logprobs }: ChatSetting['capabilities'],
): { source: 'logprobs' | 'samples'; chosenBy: 'auto' | 'configured' } {
  if (probabilities !== 'auto') return { source: probabilities, chosenBy: 'configured' };
  return { source: logprobs === false ? 'samples' : 'logprobs', chosenBy: 'auto' };
}

/** OpenAI's key goes to OpenAI alone, unless the user names it for another endpoint. */
const isOpenai = (endpoint: string): boolean =>
  /(^|\.)openai\.com$/.test(new URL(endpoint).hostname);

function createClient(
  id: string,
  { endpoint, options }: ChatSetting,
  apiKeyEnv: string | undefined,
): OpenAI {
  return new OpenAI({
    baseURL: endpoint,
    // The SDK insists on a key; a local server without one ignores it.
    apiKey: apiKeyEnv ? readApiKey(id, apiKeyEnv) : 'none',
    adminAPIKey: null,
    ...(!isOpenai(endpoint) && { organization: null, project: null }),
    timeout: options.timeoutMs,
    maxRetries: options.maxRetries,
    ...fetchFor(options.timeoutMs),
  });
}

/** Refuses a reply without token probabilities, before it is kept. */
function checkTokens(id: string, { samples, model, usage }: ChatReply, setting: ChatSetting): void {
  const [sample] = samples;
  const paid = { model, ...(usage && { usage }) };
  if (sample?.refused !== undefined) {
    throw new JudgeError(id, `refused: ${sample.refused}`, { paid });
  }
  if (!sample?.positions) {
    throw new JudgeError(
      id,
      `${setting.endpoint} gave no token probabilities for ${model}, although they were asked for; set judgeOptions.probabilities: samples, or use an endpoint that gives them`,
      { paid },
    );
  }
  if (sample.positions.every(({ alternatives }) => alternatives.length === 0)) {
    throw new JudgeError(
      id,
      `${setting.endpoint} gave the probability of the chosen token alone and none of the others (top_logprobs); set judgeOptions.probabilities: samples, or use an endpoint that gives them`,
      { paid },
    );
  }
}

/** What the model itself said: some servers repeat the beginning, some put the reasoning before it. */
function own(text: string, prefill: string | undefined): string {
  const said = text.replace(/^\s*<think>[\s\S]*?<\/think>/, '');
  const begun = prefill?.trim();
  return begun && said.trimStart().startsWith(begun) ? said.trimStart().slice(begun.length) : said;
}
