import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { BATCH_ENGINES, type BatchEngineName } from '../batch/batch-options.ts';
import type { Capabilities } from '../capabilities.ts';
import { capabilitiesSchema } from '../capabilities-schema.ts';
import type { OpenaiApiName } from './api-names.ts';

/** A whole name of a host, or `*.` and a name for all hosts below it. */
const hostPattern = z.string().regex(/^(\*\.)?[a-z\d-]+(\.[a-z\d-]+)+$/);

const rowSchema = z.strictObject({
  name: z.string().min(1),
  hosts: z.array(hostPattern).min(1),
  /** What holds for all models there. */
  holds: capabilitiesSchema,
  /** Further fields of the requests for token probabilities. */
  logprobsRequest: z.record(z.string(), z.json()).exactOptional(),
  /** Whose batch interface it has; left out: OpenAI's, if any. */
  batchEngine: z.enum(BATCH_ENGINES).exactOptional(),
  /** Where that is said, and on which day it was. */
  source: z.url({ protocol: /^https$/ }),
  date: z.iso.date(),
});

/** What one endpoint is known to hold to. */
export type EndpointRow = z.output<typeof rowSchema>;

let rows: readonly EndpointRow[] | undefined;

/** The table of `endpoints.json`. */
export function endpointRows(): readonly EndpointRow[] {
  rows ??= z
    .array(rowSchema)
    .parse(JSON.parse(readFileSync(new URL('endpoints.json', import.meta.url), 'utf8')));
  return rows;
}

/** What is known of the endpoint at an address; undefined: nothing. */
export function endpointRow(endpoint: string): EndpointRow | undefined {
  // A dot at the end is part of a name that is whole.
  const host = new URL(endpoint).hostname.replace(/\.$/, '');
  return endpointRows().find(({ hosts }) => hosts.some((pattern) => covers(pattern, host)));
}

const covers = (pattern: string, host: string): boolean =>
  pattern.startsWith('*.') ? host.endsWith(pattern.slice(1)) : host === pattern;

/** How each entry of a row is said. */
const SAID: Record<keyof Capabilities, (value: string | number | boolean) => string> = {
  logprobs: (gives) => `${gives ? '' : 'no '}token probabilities`,
  prefill: (way) => `begun replies: ${way}`,
  temperature: (takes) => `${takes ? '' : 'no '}temperature`,
  effort: (takes) => `${takes ? '' : 'no '}effort`,
  severalSamples: (gives) => (gives ? 'several replies a request' : 'one reply a request'),
  mostSamples: (most) => `at most ${most} replies a request`,
  topLogprobs: (most) => `at most ${most} tokens at each position`,
  logprobsField: (field) => `how many tokens at each position: ${field}`,
  stop: (takes) => `${takes ? '' : 'no '}stop`,
  limitField: (field) => `longest reply: ${field}`,
  cacheBreakpoints: (takes) => `${takes ? '' : 'no '}prompt cache breakpoints`,
};

const say = (of: Partial<Capabilities>, name: keyof Capabilities): string[] => {
  const value = of[name];
  return value === undefined ? [] : [SAID[name](value)];
};

/** What Responses has not, or has under names of its own. */
const OF_CHAT: readonly (keyof Capabilities)[] = [
  ...(['prefill', 'severalSamples', 'mostSamples', 'logprobsField', 'stop', 'limitField'] as const),
];

/**
 * What was applied of a row, in one line.
 *
 * @param overrides what the configuration says instead
 * @param asked.api through which the endpoint is asked
 * @param asked.engine whose batch interface the configuration says that it has
 */
export function describeEndpoint(
  { name, holds, logprobsRequest, batchEngine, source, date }: EndpointRow,
  overrides: Partial<Capabilities>,
  { api, engine }: { api: OpenaiApiName; engine?: BatchEngineName | undefined },
): string {
  const all = Object.keys(holds) as (keyof Capabilities)[];
  const names = all.filter((each) => api === 'chat' || !OF_CHAT.includes(each));
  const instead = names.flatMap((each) => say(overrides, each));
  const applied = [
    ...names.flatMap((each) => (overrides[each] === undefined ? say(holds, each) : [])),
    ...(logprobsRequest ? [`token probabilities with ${JSON.stringify(logprobsRequest)}`] : []),
    ...(batchEngine && api === 'chat' && (engine ?? batchEngine) === batchEngine
      ? [`batches by its own interface (${batchEngine})`]
      : []),
  ];
  return [
    `${name}: ${applied.join(', ') || 'nothing to keep to'}`,
    ...(instead.length > 0 ? [`instead, by judgeOptions.capabilities, ${instead.join(', ')}`] : []),
    `known from ${source} on ${date}`,
  ].join('; ');
}
