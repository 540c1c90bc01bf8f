import { ConfigError } from '../../common/config-error.ts';
import {
  type Capabilities,
  capabilitiesOf,
  defaultEffort,
  takesCacheBreakpoints,
} from '../capabilities.ts';
import type { JudgeOptions } from '../judge-options.ts';
import type { ChatSetting } from './chat-request.ts';
import { type EndpointRow, endpointRow } from './endpoints.ts';

/**
 * How a model is asked at an endpoint: what is known of the model, what is known of the endpoint, and what
 * the user knows better.
 *
 * @throws ConfigError token probabilities are insisted on where the table says that there are none; what
 *   the interface does not have
 */
export function settingOf(
  id: string,
  model: string,
  endpoint: string,
  options: JudgeOptions,
): ChatSetting & { row: EndpointRow | undefined } {
  const row = endpointRow(endpoint);
  refuseTokens(id, options, row);
  if (options.api === 'chat' && options.imageTransfer === 'upload') {
    throw new ConfigError(
      `judge: "${id}": judgeOptions.imageTransfer: Chat Completions takes no uploads; set judgeOptions.api: responses, or remove it`,
    );
  }
  const effort = options.effort ?? defaultEffort(model);
  const isOwn = isOpenai(endpoint);
  const isResponses = options.api === 'responses';
  return {
    row,
    model,
    endpoint,
    options,
    capabilities: {
      ...capabilitiesOf(model, effort),
      ...row?.holds,
      ...options.capabilities,
      ...(isResponses && ofResponses(id, isOwn && takesCacheBreakpoints(model), options)),
    },
    ...(row?.logprobsRequest && { logprobsRequest: row.logprobsRequest }),
    ...(isResponses && {
      cacheKeys: isOwn,
      uploadsImages: (options.imageTransfer ?? (isOwn ? 'upload' : 'inline')) === 'upload',
    }),
    effort,
  };
}

function ofResponses(
  id: string,
  takesBreakpoints: boolean,
  { capabilities }: JudgeOptions,
): Partial<Capabilities> {
  const { prefill = 'none', severalSamples = false } = capabilities;
  if (prefill !== 'none' || severalSamples) {
    throw new ConfigError(
      `judge: "${id}": judgeOptions.api: responses begins no replies and gives one a request; remove prefill and severalSamples from judgeOptions.capabilities, or set judgeOptions.api: chat`,
    );
  }
  return {
    prefill,
    severalSamples,
    cacheBreakpoints: capabilities.cacheBreakpoints ?? takesBreakpoints,
  };
}

function refuseTokens(
  id: string,
  { probabilities, capabilities }: JudgeOptions,
  row: EndpointRow | undefined,
): void {
  const isKnownToGiveNone = (capabilities.logprobs ?? row?.holds.logprobs) === false;
  if (!row || !isKnownToGiveNone || probabilities !== 'logprobs') return;
  throw new ConfigError(
    `judge: "${id}": ${row.name} gives no token probabilities (${row.source}, ${row.date}); set judgeOptions.probabilities to samples or auto, or judgeOptions.capabilities.logprobs to true where it gives them by now`,
  );
}

export const isOpenai = (endpoint: string): boolean => endpointRow(endpoint)?.name === 'OpenAI';

/**
 * What decides answers of what is known: a part of what they are kept under. How many replies come at once, what a
 * field is called, what is kept in a cache and what this way of asking does not send decide none, so that answers
 * outlive a row that joins the table of endpoints.
 */
export function decisive(
  { model, options, capabilities, effort, logprobsRequest }: ChatSetting,
  source: 'logprobs' | 'samples',
): { capabilities: Partial<Capabilities>; logprobsRequest?: ChatSetting['logprobsRequest'] } {
  const {
    mostSamples: _most,
    logprobsField: _field,
    limitField: _limit,
    cacheBreakpoints: _cache,
    topLogprobs: _top,
    stop: _stop,
    ...asked
  } = { ...capabilitiesOf(model, effort), ...options.capabilities };
  const { prefill, temperature, topLogprobs, stop } = capabilities;
  const isForTokens = source === 'logprobs';
  return {
    capabilities: {
      ...asked,
      prefill,
      ...(temperature !== undefined && { temperature }),
      effort: capabilities.effort,
      ...(isForTokens &&
        topLogprobs !== undefined &&
        topLogprobs < options.topLogprobs && { topLogprobs }),
      ...(prefill !== 'none' && stop !== undefined && { stop }),
    },
    ...(isForTokens && logprobsRequest && { logprobsRequest }),
  };
}
