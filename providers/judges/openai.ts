import type OpenAI from 'openai';
import { ConfigError } from '../config-error.ts';
import { base64Bytes, dataUri } from '../images/data-uri.ts';
import { answerFromTokens, answersTo, factsOf, massesOf } from './answers.ts';
import { optionalKey, readApiKey } from './api-key.ts';
import { endpointFrom } from './base-url.ts';
import type { BatchAsking } from './batch.ts';
import { capabilitiesOf, defaultEffort } from './capabilities.ts';
import { fetchFor } from './http.ts';
import { jsonBody } from './json-body.ts';
import {
  type Answer,
  type AnswerForm,
  type AskOptions,
  type Judge,
  type Question,
  requestAnew,
} from './judge.ts';
import { JudgeError } from './judge-error.ts';
import type { JudgeOptions } from './judge-options.ts';
import { createOpenaiBatchEngine } from './openai/batch-engine.ts';
import { type ChatReply, readChatReply } from './openai/chat-reply.ts';
import { type ChatSetting, type ChatWay, chatRequest, maxTokens } from './openai/chat-request.ts';
import { type Continuation, continuationRequest, readContinuation } from './openai/continuation.ts';
import { followBranches } from './openai/follow-branches.ts';
import { createTokenCheck } from './openai/token-check.ts';
import { OWN_FIELDS, refuseOwnFields } from './own-fields.ts';
import { isLocalEndpoint } from './own-machine.ts';
import { postJson } from './post-json.ts';
import { readBeginning } from './reading/labels.ts';
import { isClosedRange } from './reading/numbers.ts';
import type { OpenBranch } from './reading/token-masses.ts';
import { createReplyCopies } from './reply-copies.ts';
import { keyAdvice, quote } from './reply-failure.ts';
import { createWaiting, type Waiting } from './retry-after.ts';
import { firstDraws, sampledAnswer } from './sampled-answer.ts';
import { samplesLimit } from './samples-limit.ts';
import { sdkFailure } from './sdk-failure.ts';
import { openaiSdk } from './sdks.ts';
import { lookAtServed } from './served-model.ts';
import { createVendorCall, DEFAULT_MAX_CONCURRENCY } from './vendor-call.ts';
import { replyForm } from './wording.ts';

const OPENAI_ENDPOINT = 'https://api.openai.com/v1';
const OPENAI_KEY = 'OPENAI_API_KEY';

/** OpenAI's limit of `n`. */
const MOST_SAMPLES_A_REQUEST = 128;

/** Statuses by which endpoints refuse a request as it is. */
const SAMPLES_REFUSED: readonly number[] = [400, 422, 500, 501];

/** Name of the one request for token probabilities. */
const TOKENS_PART = 'token probabilities';

/** For judges that ask a server of their own through this one. */
interface OwnServer {
  /** What the judge is called instead. */
  id: string;
  /** Left out: the server wants none. */
  key?: string;
}

/**
 * Asks OpenAI, or any endpoint that speaks its Chat Completions protocol, with the official SDK.
 *
 * @param model as the endpoint names it: `gpt-4.1`, `Qwen/Qwen3-VL-8B-Instruct`
 * @throws ConfigError no model, a field of the request that is the judge's own
 */
export function createOpenaiJudge(
  model: string | undefined,
  options: JudgeOptions,
  own?: OwnServer,
): Judge {
  if (!model) throw new ConfigError('judge: "openai": name the model, as in openai:gpt-4.1');
  const id = own?.id ?? `openai:${model}`;
  refuseOwnFields(id, options, OWN_FIELDS.openai);
  const setting = chatSetting(model, options);
  const { endpoint, capabilities, effort } = setting;
  const way = chooseWay(options, capabilities);
  const settled = {
    probabilities: way.chosenBy,
    ...(capabilities.effort && effort !== undefined && { effort }),
  };
  // OpenAI's key goes to no other endpoint than the environment's own, unless the user names it.
  const hasOwnKey = options.baseUrl === undefined || isOpenai(endpoint);
  const apiKeyEnv = options.apiKeyEnv ?? (hasOwnKey ? OPENAI_KEY : undefined);
  const maxConcurrency = options.maxConcurrency ?? DEFAULT_MAX_CONCURRENCY;
  const requests = {
    endpoint,
    keyAdvice: keyAdvice(apiKeyEnv),
    options,
    ...(new URL(endpoint).pathname === '/' && {
      addressAdvice: `judgeOptions.baseUrl has no path; most servers want ${endpoint}/v1`,
    }),
  };
  const waiting = createWaiting(id, options);
  const call = createVendorCall(id, {
    setting: requests,
    maxConcurrency,
    failureOf: (error) => sdkFailure(error, openaiSdk().default),
    waiting,
  });
  const checkTokens = createTokenCheck(id, endpoint);
  const copies = createReplyCopies(id, options);
  let connected: OpenAI | undefined;
  const client = () => {
    connected ??= createClient(id, setting, apiKeyEnv, waiting, own?.key);
    return connected;
  };
  /** Most replies to ask for at once, as far as the endpoint has shown or said it. */
  let largestBatch = capabilities.severalSamples === false ? 1 : MOST_SAMPLES_A_REQUEST;

  const send = (
    question: Question,
    asked: ChatWay,
    signal: AbortSignal | undefined,
  ): Promise<ChatReply> =>
    call(signal, async () => {
      const body = await jsonBody((textOf) =>
        chatRequest(question, asked, setting, (image) =>
          dataUri(image, textOf(base64Bytes(image))),
        ),
      );
      const { raw, headers, latencyMs } = await postJson(
        client(),
        '/chat/completions',
        body,
        signal,
      );
      const after = asked.source === 'logprobs' ? asked.after : undefined;
      const reply = readChatReply(raw, question.prefill, latencyMs, after);
      // A reply that was begun may end at once; not every server lists the token that says so.
      const endsAtOnce = after !== undefined && reply.samples[0]?.text.trim() === '';
      if (asked.source === 'logprobs' && !endsAtOnce) checkTokens(reply);
      const begun = after === undefined ? question : { ...question, prefill: after };
      copies.refuse(reply, begun, asked.source === 'samples', headers);
      return reply;
    });

  const lookAtContinuation = (): Promise<Continuation> =>
    call(undefined, async () => {
      const body = continuationRequest(setting);
      const { raw } = await postJson(client(), '/chat/completions', body);
      const reply = readChatReply(raw, undefined);
      return readContinuation(reply.samples[0]?.text ?? '');
    });

  const askTokens = async (
    question: Question,
    { signal, once = requestAnew }: AskOptions,
  ): Promise<Answer> => {
    const form = replyForm(question, 'logprobs', capabilities);
    const answers = answersTo(question);
    const labels = answers.map(({ label }) => label);
    const first = await once(TOKENS_PART, () => send(question, { source: 'logprobs' }, signal));
    const replies = [first];
    const askAfter = async (branch: OpenBranch) => {
      const after = branch.text;
      const reply = await once(`${TOKENS_PART} after ${JSON.stringify(after)}`, () =>
        send(question, { source: 'logprobs', after }, signal),
      );
      replies.push(reply);
      const [sample] = reply.samples;
      if (!sample?.positions) return undefined;
      if (readBeginning(after + sample.text, labels) === 'other') {
        throw new JudgeError(
          id,
          `${endpoint} was to go on from the reply "${after}", and answered "${quote(sample.text)}", which together is none of the answers; if it begins anew instead, set judgeOptions.capabilities.prefill: none`,
        );
      }
      return massesOf(id, labels, sample, branch);
    };
    const sample = first.samples[0] ?? { text: '' };
    const masses = massesOf(id, labels, sample);
    const values = answers.map(({ value }) => value);
    const found =
      capabilities.prefill === 'none' ? masses : await followBranches(masses, values, askAfter);
    const isBegun = form === 'prefilled';
    return {
      ...answerFromTokens(id, question, sample, { ...options, isBegun }, found),
      source: 'logprobs',
      asked: { ...settled, reply: form, requests: replies.length },
      ...factsOf(replies),
    };
  };

  const samplesPerRequest = () =>
    Math.min(options.samples, options.samplesPerRequest ?? largestBatch, largestBatch);

  const askSamples = async (question: Question, askOptions: AskOptions): Promise<Answer> => {
    const perRequest = samplesPerRequest();
    try {
      return await askSamplesBy(perRequest, question, askOptions);
    } catch (error) {
      const limit = refusedSamples(error, perRequest);
      if (limit === undefined) throw error;
      largestBatch = Math.min(largestBatch, limit);
      // What the endpoint did give is kept by `once`.
      return askSamples(question, askOptions);
    }
  };

  /** How many samples the endpoint gives at once, where it refused to give that many. */
  const refusedSamples = (error: unknown, asked: number): number | undefined => {
    const cause = error instanceof JudgeError ? error.cause : undefined;
    const failure = sdkFailure(cause, openaiSdk().default);
    return failure?.kind === 'status' && SAMPLES_REFUSED.includes(failure.status)
      ? samplesLimit(failure.words, asked)
      : undefined;
  };

  const askSamplesBy = async (
    perRequest: number,
    question: Question,
    { signal, once = requestAnew }: AskOptions,
  ): Promise<Answer> => {
    const form = replyForm(question, 'samples', capabilities);
    const drawn = await sampledAnswer({
      judgeId: id,
      question,
      options,
      perRequest,
      asked: { ...settled, reply: form },
      once,
      copies,
      send: (count) => send(question, { source: 'samples', samples: count }, signal),
    });
    if (drawn.largestBatch < perRequest) largestBatch = drawn.largestBatch;
    return drawn.answer;
  };

  const asksSamples = ({ scale }: AnswerForm) =>
    way.source === 'samples' || (scale !== undefined && !isClosedRange(scale));

  const batch: BatchAsking = {
    engine: createOpenaiBatchEngine(client),
    parts: (question) =>
      asksSamples(question)
        ? firstDraws(options.samples, samplesPerRequest()).map(({ part }) => part)
        : [TOKENS_PART],
    async requests(question) {
      if (!asksSamples(question)) {
        const body = await chatRequest(question, { source: 'logprobs' }, setting);
        return [{ part: TOKENS_PART, body }];
      }
      return Promise.all(
        firstDraws(options.samples, samplesPerRequest()).map(async ({ part, count }) => ({
          part,
          body: await chatRequest(question, { source: 'samples', samples: count }, setting),
        })),
      );
    },
    read(raw, { part, prefill }) {
      const reply = readChatReply(raw, prefill);
      if (part === TOKENS_PART) checkTokens(reply);
      return reply;
    },
  };

  return {
    id,
    kind: 'network',
    access: { endpoint, ...(apiKeyEnv && { keyVariable: apiKeyEnv }) },
    batch,
    ...(capabilities.prefill !== 'none' && { lookAtContinuation }),
    ...(!isOpenai(endpoint) && {
      serves: { endpoint, look: () => lookAtServed(endpoint, model, optionalKey(apiKeyEnv)) },
    }),
    defaultMaxConcurrency: DEFAULT_MAX_CONCURRENCY,
    requestsFor: (question) =>
      asksSamples(question)
        ? { requests: Math.ceil(options.samples / samplesPerRequest()), replies: options.samples }
        : { requests: 1, replies: 1 },
    identity: {
      endpoint,
      source: way.source,
      capabilities,
      effort,
      maxTokens: maxTokens(setting),
      ...(isLocalEndpoint(endpoint) && { imagesApart: true }),
    },
    async ask(question, askOptions) {
      askOptions.signal?.throwIfAborted();
      return asksSamples(question)
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
    endpoint: endpointFrom(options.baseUrl, {
      variable: 'OPENAI_BASE_URL',
      vendor: OPENAI_ENDPOINT,
    }),
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

const isOpenai = (endpoint: string): boolean =>
  /(^|\.)openai\.com$/.test(new URL(endpoint).hostname);

function createClient(
  id: string,
  { endpoint, options }: ChatSetting,
  apiKeyEnv: string | undefined,
  waiting: Waiting,
  ownKey = 'none',
): OpenAI {
  return new (openaiSdk().default)({
    baseURL: endpoint,
    // The SDK insists on a key; a local server without one ignores it.
    apiKey: apiKeyEnv ? readApiKey(id, apiKeyEnv) : ownKey,
    adminAPIKey: null,
    ...(!isOpenai(endpoint) && { organization: null, project: null }),
    timeout: options.timeoutMs,
    maxRetries: options.maxRetries,
    ...fetchFor(options.timeoutMs, waiting),
  });
}
