import type { ApiProvider } from 'promptfoo';
import { ConfigError } from '../common/config-error.ts';
import { loadPromptfooProvider } from '../harness/load-provider.ts';
import { replyHeaders } from '../harness/provider-response.ts';
import { type Answer, requestAnew } from './answer.ts';
import { answerFromTokens, answersTo, factsOf, massesOf } from './answer-from-replies.ts';
import { optionalKey } from './api-key.ts';
import { isToldByTokens, TOKENS } from './choose-way.ts';
import type { AskOptions, Judge } from './judge.ts';
import type { JudgeOptions } from './judge-options.ts';
import type { ChatReply } from './openai/chat-reply.ts';
import { createTokenCheck } from './openai/token-check.ts';
import { formatMessage, messageFormatOf } from './promptfoo/message-format.ts';
import { ownCode } from './promptfoo/own-code.ts';
import { withPassedTokens } from './promptfoo/passed-tokens.ts';
import { providerConfig, withTokens } from './promptfoo/provider-config.ts';
import { readProviderReply, thrownFailure } from './promptfoo/provider-reply.ts';
import { withinTime } from './promptfoo/within-time.ts';
import type { AnswerForm, Question } from './question.ts';
import { createReplyCopies } from './reply-copies.ts';
import { VendorFailure } from './reply-failure.ts';
import { sampledAnswer } from './sampled-answer.ts';
import { lookAtServed } from './served-model.ts';
import { createVendorCall, DEFAULT_MAX_CONCURRENCY } from './vendor-call.ts';

/**
 * Asks any provider that promptfoo can load. Most hand out text alone, so answers are sampled, one request
 * each, unless token probabilities are insisted on. Retries are the provider's own.
 *
 * @param providerId as promptfoo names it: `google:gemini-2.5-pro`, `file://judge.js`
 * @param basePath folder of the configuration file: what `file://` is relative to
 * @throws ConfigError no provider, or token probabilities of one that passes none on
 */
export function createPromptfooJudge(
  providerId: string | undefined,
  options: JudgeOptions,
  basePath: string,
): Judge {
  if (!providerId) {
    throw new ConfigError('judge: "promptfoo": name the provider, as in promptfoo:google:gemini-…');
  }
  const id = `promptfoo:${providerId}`;
  const format = options.messageFormat ?? messageFormatOf(providerId);
  const source = options.probabilities === 'logprobs' ? 'logprobs' : 'samples';
  const config = providerConfig(providerId, format, options);
  const tokens = source === 'logprobs' ? withTokens(config, providerId, options) : undefined;
  const maxConcurrency = options.maxConcurrency ?? DEFAULT_MAX_CONCURRENCY;
  const setting = {
    endpoint: providerId,
    keyAdvice: 'see that the key is right which the provider reads from the environment',
    options: { ...options, maxRetries: 0 },
  };
  const call = createVendorCall(id, { setting, maxConcurrency, failureOf: () => undefined });
  const copies = createReplyCopies(id, options);
  const checkTokens = createTokenCheck(id, providerId);
  const loaded = new Map<object, Promise<ApiProvider>>();
  const provide = (wanted: Record<string, unknown>): Promise<ApiProvider> => {
    const loading = loaded.get(wanted) ?? load(id, providerId, wanted, basePath);
    loaded.set(wanted, loading);
    return loading;
  };

  const send = (
    question: Question,
    asked: 'logprobs' | 'samples',
    signal: AbortSignal | undefined,
  ): Promise<ChatReply> =>
    call(signal, async () => {
      const provider = await provide(asked === 'logprobs' ? (tokens ?? config) : config);
      const text = await formatMessage(question, format, asked);
      const startMs = performance.now();
      const callProvider = async (abortSignal: AbortSignal) => {
        try {
          const prompt = { raw: text, label: id };
          return await provider.callApi(
            text,
            { vars: {}, prompt, bustCache: true },
            { abortSignal },
          );
        } catch (error) {
          abortSignal.throwIfAborted();
          throw thrownFailure(error);
        }
      };
      const raw = await withinTime(options.timeoutMs, signal, callProvider);
      const latencyMs = Math.round(performance.now() - startMs);
      const reply = readProviderReply(raw, provider.id(), latencyMs);
      const isSample = asked === 'samples';
      const read = isSample ? reply : withPassedTokens(raw, reply);
      if (!isSample) checkTokens(read);
      copies.refuse(read, question, isSample, replyHeaders(raw));
      return read;
    });

  const asksSamples = (form: AnswerForm) => source === 'samples' || !isToldByTokens(form);

  const askTokens = async (
    question: Question,
    { signal, once = requestAnew }: AskOptions,
  ): Promise<Answer> => {
    const reply = await once(TOKENS.part, () => send(question, 'logprobs', signal));
    const sample = reply.samples[0] ?? { text: '' };
    const labels = answersTo(question).map(({ label }) => label);
    const masses = massesOf(id, labels, sample);
    return {
      ...answerFromTokens(id, question, sample, { ...options, isBegun: false }, masses),
      source: 'logprobs',
      asked: { probabilities: 'configured', reply: 'instructed', requests: 1 },
      ...factsOf([reply]),
    };
  };

  return {
    id,
    kind: 'network',
    usesStore: true,
    ...serverOfOnesOwn(providerId, options),
    defaultMaxConcurrency: DEFAULT_MAX_CONCURRENCY,
    requestsFor: (question) =>
      asksSamples(question)
        ? { requests: options.samples, replies: options.samples }
        : { requests: 1, replies: 1 },
    identity: { source, format, config: tokens ?? config, ...ownCode(providerId, basePath) },
    async ask(question, askOptions) {
      const { signal, once = requestAnew } = askOptions;
      signal?.throwIfAborted();
      if (!asksSamples(question)) return askTokens(question, askOptions);
      const { answer } = await sampledAnswer({
        judgeId: id,
        question,
        options,
        perRequest: 1,
        asked: {
          probabilities: options.probabilities === 'auto' ? 'auto' : 'configured',
          reply: 'instructed',
        },
        once,
        copies,
        send: () => send(question, 'samples', signal),
      });
      return answer;
    },
  };
}

/** Ollama's own place; promptfoo reads the same variable. */
const OLLAMA = 'http://localhost:11434';

/** What promptfoo writes between a provider and a model. */
const APIS = /^(chat|completions?|messages|responses|vision)$/;

function serverOfOnesOwn(
  providerId: string,
  { baseUrl, apiKeyEnv }: JudgeOptions,
): Pick<Judge, 'serves'> {
  const [vendor, ...rest] = providerId.split(':');
  const endpoint =
    baseUrl ?? (vendor === 'ollama' ? process.env.OLLAMA_BASE_URL || OLLAMA : undefined);
  if (endpoint === undefined) return {};
  const model = (APIS.test(rest[0] ?? '') ? rest.slice(1) : rest).join(':');
  return {
    serves: { endpoint, look: () => lookAtServed(endpoint, model, optionalKey(apiKeyEnv)) },
  };
}

/** When it is first needed. */
async function load(
  id: string,
  providerId: string,
  config: Record<string, unknown>,
  basePath: string,
): Promise<ApiProvider> {
  try {
    return await loadPromptfooProvider(providerId, config, basePath);
  } catch (cause) {
    throw new VendorFailure({
      kind: 'provider',
      words: `promptfoo cannot load the provider of ${id}: ${cause instanceof Error ? cause.message : String(cause)}`,
    });
  }
}
