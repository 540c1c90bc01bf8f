import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ApiProvider } from 'promptfoo';
import { ConfigError } from '../config-error.ts';
import { optionalKey } from './api-key.ts';
import { capabilitiesOf } from './capabilities.ts';
import { type Judge, type Question, requestAnew } from './judge.ts';
import type { JudgeOptions } from './judge-options.ts';
import { formatMessage, messageFormatOf } from './promptfoo/message-format.ts';
import { readProviderReply, replyHeaders } from './promptfoo/provider-reply.ts';
import { createReplyCopies } from './reply-copies.ts';
import { VendorFailure } from './reply-failure.ts';
import { sampledAnswer } from './sampled-answer.ts';
import { lookAtServed } from './served-model.ts';
import { createVendorCall, DEFAULT_MAX_CONCURRENCY } from './vendor-call.ts';

/**
 * Asks any provider that promptfoo can load. It hands out text alone, so answers are sampled, one
 * request each. Retries are the provider's own.
 *
 * @param providerId as promptfoo names it: `google:gemini-2.5-pro`, `file://judge.js`
 * @param basePath folder of the configuration file: what `file://` is relative to
 * @throws ConfigError no provider, or token probabilities asked for
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
  if (options.probabilities === 'logprobs') {
    throw new ConfigError(
      `judge: "${id}": promptfoo's providers hand out no token probabilities; set judgeOptions.probabilities to samples or auto, or ask openai:<model>`,
    );
  }
  const format = options.messageFormat ?? messageFormatOf(providerId);
  const config = providerConfig(providerId, options);
  const maxConcurrency = options.maxConcurrency ?? DEFAULT_MAX_CONCURRENCY;
  const setting = {
    endpoint: providerId,
    keyAdvice: 'see that the key is right which the provider reads from the environment',
    options: { ...options, maxRetries: 0 },
  };
  const call = createVendorCall(id, { setting, maxConcurrency, failureOf: () => undefined });
  const copies = createReplyCopies(id, options);
  let loading: Promise<ApiProvider> | undefined;

  const send = (question: Question, signal: AbortSignal | undefined) =>
    call(signal, async () => {
      loading ??= load(id, providerId, config, basePath);
      const provider = await loading;
      const text = await formatMessage(question, format);
      const startMs = performance.now();
      const raw = await withinTime(options.timeoutMs, signal, (abortSignal) =>
        provider.callApi(
          text,
          { vars: {}, prompt: { raw: text, label: id }, bustCache: true },
          { abortSignal },
        ),
      );
      const latencyMs = Math.round(performance.now() - startMs);
      const reply = readProviderReply(raw, provider.id(), latencyMs);
      copies.refuse(reply, question, true, replyHeaders(raw));
      return reply;
    });

  return {
    id,
    kind: 'network',
    ...serverOfOnesOwn(providerId, options),
    defaultMaxConcurrency: DEFAULT_MAX_CONCURRENCY,
    requestsFor: () => ({ requests: options.samples, replies: options.samples }),
    identity: { source: 'samples', format, config, ...ownCode(providerId, basePath) },
    async ask(question, { signal, once = requestAnew }) {
      signal?.throwIfAborted();
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
        send: () => send(question, signal),
      });
      return answer;
    },
  };
}

/**
 * The provider's own configuration. promptfoo's providers sample at temperature 0 by default, where all
 * samples are one; they take 1 unless the model takes none.
 */
function providerConfig(providerId: string, options: JudgeOptions): Record<string, unknown> {
  const { temperature } = { ...capabilitiesOf(providerId), ...options.capabilities };
  return {
    ...(temperature !== false && { temperature: 1 }),
    ...(options.maxTokens !== undefined && { max_tokens: options.maxTokens }),
    ...(options.effort !== undefined && { reasoning_effort: options.effort }),
    ...(options.baseUrl !== undefined && { apiBaseUrl: options.baseUrl }),
    ...(options.apiKeyEnv !== undefined && { apiKeyEnvar: options.apiKeyEnv }),
    ...options.request,
  };
}

/**
 * What a provider of one's own is, beyond its name: the same name may stand for another file elsewhere,
 * or for this one after a change. What the file imports, and what a command runs, is not looked at.
 */
function ownCode(providerId: string, basePath: string): Record<string, string> {
  if (providerId.startsWith('exec:')) return { folder: resolve(basePath) };
  const path =
    /^(?:file:\/\/|(?:python|golang|ruby):)?(.+?\.(?:[mc]?[jt]s|py|go|rb|ya?ml|json))(?::\w+)?$/.exec(
      providerId,
    )?.[1];
  if (path === undefined) return {};
  try {
    const code = readFileSync(resolve(basePath, path));
    return { codeSha256: createHash('sha256').update(code).digest('hex') };
  } catch {
    // Loading it says what is wrong.
    return {};
  }
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

/** promptfoo is imported when it is first needed: it takes seconds. */
async function load(
  id: string,
  providerId: string,
  config: Record<string, unknown>,
  basePath: string,
): Promise<ApiProvider> {
  const { cache, loadApiProvider } = await import('promptfoo');
  // This copy of promptfoo knows nothing of `--no-cache`, and its cache would answer all samples alike.
  cache.disableCache();
  try {
    const folder = resolve(basePath);
    return await loadApiProvider(providerId, { basePath: folder, options: { config } });
  } catch (cause) {
    throw new VendorFailure({
      kind: 'provider',
      words: `promptfoo cannot load the provider of ${id}: ${cause instanceof Error ? cause.message : String(cause)}`,
    });
  }
}

/** Gives up after `timeoutMs`, even on a provider that ignores the signal. */
async function withinTime<Result>(
  timeoutMs: number,
  signal: AbortSignal | undefined,
  run: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const timeout = AbortSignal.timeout(timeoutMs);
  const either = signal ? AbortSignal.any([signal, timeout]) : timeout;
  const givenUp = Promise.withResolvers<never>();
  const giveUp = () =>
    givenUp.reject(timeout.aborted ? new VendorFailure({ kind: 'timeout' }) : either.reason);
  either.addEventListener('abort', giveUp, { once: true });
  try {
    return await Promise.race([run(either), givenUp.promise]);
  } finally {
    either.removeEventListener('abort', giveUp);
  }
}
