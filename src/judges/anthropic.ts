import type Anthropic from '@anthropic-ai/sdk';
import { ConfigError } from '../common/config-error.ts';
import { base64Bytes } from '../images/data-uri.ts';
import { requestAnew } from './answer.ts';
import { createAnthropicBatchEngine } from './anthropic/batch-engine.ts';
import { readMessageReply } from './anthropic/message-reply.ts';
import {
  inlineImage,
  type MessageSetting,
  maxTokens,
  messageRequest,
} from './anthropic/message-request.ts';
import { uploadImage } from './anthropic/upload-image.ts';
import { optionalKey, readApiKey } from './api-key.ts';
import { endpointFrom } from './base-url.ts';
import { withLimits } from './batch/with-limits.ts';
import type { BatchAsking } from './batch.ts';
import type { Effort } from './capabilities.ts';
import { fetchFor } from './http.ts';
import { jsonBody } from './json-body.ts';
import type { Judge } from './judge.ts';
import type { JudgeOptions } from './judge-options.ts';
import { postJson } from './post-json.ts';
import type { Question } from './question.ts';
import { OWN_FIELDS, refuseOwnFields } from './refuse-own-fields.ts';
import { createReplyCopies } from './reply-copies.ts';
import { keyAdvice } from './reply-failure.ts';
import { createWaiting } from './retry-after.ts';
import { firstDraws, sampledAnswer } from './sampled-answer.ts';
import { sdkFailure } from './sdk-failure.ts';
import { anthropicSdk } from './sdks.ts';
import { createFirstAlone } from './send-first-alone.ts';
import { lookAtServed } from './served-model.ts';
import { createVendorCall, DEFAULT_MAX_CONCURRENCY } from './vendor-call.ts';

const ANTHROPIC_ENDPOINT = 'https://api.anthropic.com';
const ANTHROPIC_KEY = 'ANTHROPIC_API_KEY';

/**
 * Asks Anthropic's Messages interface with the official SDK. It gives no token probabilities, so answers
 * are sampled, one request each, all to one question sharing the vendor's prompt cache.
 *
 * @param model as in `claude-opus-4-6`
 * @throws ConfigError no model, token probabilities or an effort that do not exist, a field of
 *   the request that is the judge's own
 */
export function createAnthropicJudge(model: string | undefined, options: JudgeOptions): Judge {
  if (!model) throw new ConfigError('judge: "anthropic": name the model, as in anthropic:claude-…');
  if (options.probabilities === 'logprobs') {
    throw new ConfigError(
      `judge: "anthropic:${model}": Anthropic gives no token probabilities; set judgeOptions.probabilities to samples or auto`,
    );
  }
  const id = `anthropic:${model}`;
  refuseOwnFields(id, options, OWN_FIELDS.anthropic);
  const setting: MessageSetting = { model, effort: messageEffort(id, options.effort), options };
  const endpoint = endpointFrom(options.baseUrl, {
    variable: 'ANTHROPIC_BASE_URL',
    vendor: ANTHROPIC_ENDPOINT,
    // The SDK adds it.
  }).replace(/\/v1$/, '');
  // Anthropic's key goes to no other endpoint than the environment's own, unless the user names it.
  const hasOwnKey = options.baseUrl === undefined || isAnthropic(endpoint);
  const apiKeyEnv = options.apiKeyEnv ?? (hasOwnKey ? ANTHROPIC_KEY : undefined);
  const maxConcurrency = options.maxConcurrency ?? DEFAULT_MAX_CONCURRENCY;
  const requests = { endpoint, keyAdvice: keyAdvice(apiKeyEnv), options };
  const waiting = createWaiting(id, options);
  const call = createVendorCall(id, {
    setting: requests,
    maxConcurrency,
    failureOf: (error) => sdkFailure(error, anthropicSdk().default),
    waiting,
  });
  const firstAlone = createFirstAlone();
  const copies = createReplyCopies(id, options);
  let connected: Anthropic | undefined;
  const client = () => {
    connected ??= new (anthropicSdk().default)({
      baseURL: endpoint,
      // The SDK insists on a key; a local server without one ignores it.
      apiKey: apiKeyEnv ? readApiKey(id, apiKeyEnv) : 'none',
      timeout: options.timeoutMs,
      maxRetries: options.maxRetries,
      ...fetchFor(options.timeoutMs, waiting),
    });
    return connected;
  };

  const send = (question: Question, signal: AbortSignal | undefined) =>
    firstAlone(prefixOf(question), () =>
      call(signal, async () => {
        const body = await jsonBody((textOf) =>
          messageRequest(question, setting, (image) =>
            inlineImage(image, (encoded) => textOf(base64Bytes(encoded))),
          ),
        );
        const { raw, headers, latencyMs } = await postJson(client(), '/v1/messages', body, signal);
        const reply = readMessageReply(raw, latencyMs);
        copies.refuse(reply, question, true, headers);
        return reply;
      }),
    );

  const batch: BatchAsking = {
    engine: withLimits(createAnthropicBatchEngine(client), options.batch),
    parts: () => firstDraws(options.samples, 1).map(({ part }) => part),
    async requests(question, uploadOnce) {
      const body = await messageRequest(question, setting, async (image) => ({
        type: 'file',
        file_id: await uploadOnce(image, () => uploadImage(client(), image)),
      }));
      return batch.parts(question).map((part) => ({ part, body }));
    },
    read: (raw) => readMessageReply(raw),
  };

  return {
    id,
    kind: 'network',
    usesStore: true,
    access: { endpoint, ...(apiKeyEnv && { keyVariable: apiKeyEnv }) },
    batch,
    ...(!isAnthropic(endpoint) && {
      serves: { endpoint, look: () => lookAtServed(endpoint, model, optionalKey(apiKeyEnv)) },
    }),
    defaultMaxConcurrency: DEFAULT_MAX_CONCURRENCY,
    requestsFor: () => ({ requests: options.samples, replies: options.samples }),
    identity: { endpoint, source: 'samples', maxTokens: maxTokens(options) },
    async ask(question, { signal, once = requestAnew }) {
      signal?.throwIfAborted();
      const { answer } = await sampledAnswer({
        judgeId: id,
        question,
        options,
        perRequest: 1,
        asked: {
          probabilities: options.probabilities === 'auto' ? 'auto' : 'configured',
          reply: 'constrained',
          ...(setting.effort && { effort: setting.effort }),
        },
        once,
        copies,
        send: () => send(question, signal),
      });
      return answer;
    },
  };
}

const isAnthropic = (endpoint: string): boolean =>
  /(^|\.)anthropic\.com$/.test(new URL(endpoint).hostname);

/** What the requests of one prefix have in common: the answers that they allow stand in it too. */
const prefixOf = ({ system, images, content, choices, scale, dimensions }: Question): string =>
  JSON.stringify([
    system,
    images.map(({ sha256 }) => sha256),
    content.slice(0, content.findLastIndex((part) => 'image' in part) + 1),
    scale ?? choices.map(({ label }) => label),
    dimensions,
  ]);

function messageEffort(id: string, effort: Effort | undefined): MessageSetting['effort'] {
  if (effort !== 'none' && effort !== 'minimal') return effort;
  throw new ConfigError(
    `judge: "${id}": judgeOptions.effort: Anthropic knows low, medium, high, xhigh and max (found "${effort}")`,
  );
}
