import { calcPrice, findProvider } from '@pydantic/genai-prices';
import type { Usage } from './answer.ts';
import type { Judge } from './judge.ts';
import type { JudgeOptions } from './judge-options.ts';

/** What a judge's tokens cost. */
export interface Price {
  /** Undefined where the price is unknown: never 0. */
  costUsd(usage: Usage): number | undefined;
  /** Where it comes from: `judgeOptions.price`, the list's name of the model; undefined when unknown. */
  source: string | undefined;
}

const PER_MILLION = 1e6;

/**
 * The price of a judge's tokens: as configured, else from the bundled price list by the vendor and
 * model of its id. Another address than the vendor's own has that address's price, or none known.
 *
 * @param judge its id is `openai:gpt-4.1`, `promptfoo:google:gemini-2.5-pro`
 */
export function priceOf(
  { id, isFree }: Pick<Judge, 'id' | 'isFree'>,
  options: JudgeOptions,
): Price {
  if (options.price)
    return { costUsd: configuredCost(options.price), source: 'judgeOptions.price' };
  if (isFree) return { costUsd: () => 0, source: 'computed here' };
  const place = findPlace(id, options);
  if (!place) return UNKNOWN;
  const listed = calcPrice({ input_tokens: 1, output_tokens: 1 }, place.model, place.vendor);
  if (!listed) return UNKNOWN;
  return {
    source: `${listed.provider.id} ${listed.model.id}`,
    costUsd: (usage) => calcPrice(listUsage(usage), place.model, place.vendor)?.total_price,
  };
}

const UNKNOWN: Price = { costUsd: () => undefined, source: undefined };

function findPlace(judge: string, { baseUrl, vertex }: JudgeOptions) {
  const names = judge.split(':');
  if (names[0] === 'promptfoo') names.shift();
  const [vendor = '', ...rest] = names;
  // The parts between are promptfoo's, such as `chat` in openai:chat:gpt-4.1; ids of models may hold colons.
  const model = judge.startsWith('promptfoo:')
    ? rest.filter((part) => !APIS.has(part)).join(':')
    : rest.join(':');
  const addressVariable = ADDRESS_VARIABLES.get(vertex ? `${vendor} vertex` : vendor);
  const address = baseUrl || (addressVariable && process.env[addressVariable]);
  if (address) return { model, vendor: { providerApiUrl: address } };
  return findProvider({ providerId: vendor }) && { model, vendor: { providerId: vendor } };
}

/** Where the environment names another endpoint for a vendor's models. */
const ADDRESS_VARIABLES: ReadonlyMap<string, string> = new Map([
  ['anthropic', 'ANTHROPIC_BASE_URL'],
  ['google', 'GOOGLE_GEMINI_BASE_URL'],
  ['google vertex', 'GOOGLE_VERTEX_BASE_URL'],
  ['openai', 'OPENAI_BASE_URL'],
]);

/** What promptfoo writes between vendor and model. */
const APIS: ReadonlySet<string> = new Set(['chat', 'responses', 'messages', 'completion']);

const listUsage = (usage: Usage) => ({
  input_tokens: usage.inputTokens,
  output_tokens: usage.outputTokens,
  ...(usage.cachedInputTokens && { cache_read_tokens: usage.cachedInputTokens }),
  ...(usage.cacheWriteTokens && { cache_write_tokens: usage.cacheWriteTokens }),
});

/** Anthropic's price of input that is kept for five minutes, in shares of other input. */
const CACHE_WRITE_SHARE = 1.25;

const configuredCost =
  (price: NonNullable<JudgeOptions['price']>) =>
  ({ inputTokens, outputTokens, cachedInputTokens = 0, cacheWriteTokens = 0 }: Usage): number => {
    const { inputUsdPerMillionTokens: input } = price;
    return (
      ((inputTokens - cachedInputTokens - cacheWriteTokens) * input +
        cachedInputTokens * (price.cachedInputUsdPerMillionTokens ?? input) +
        cacheWriteTokens * (price.cacheWriteUsdPerMillionTokens ?? CACHE_WRITE_SHARE * input) +
        outputTokens * price.outputUsdPerMillionTokens) /
      PER_MILLION
    );
  };
