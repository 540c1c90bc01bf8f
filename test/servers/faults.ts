import type { ServerReply } from './server.ts';

/** Faults that are the same for every protocol. After these the SDKs try again. */
const TRANSPORT_FAULTS = [
  'rate limit',
  'rate limit with Retry-After',
  'error 500',
  'error 503',
  'error 529',
  'connection reset',
  'hang',
] as const;
export type TransportFault = (typeof TRANSPORT_FAULTS)[number];

/** What vendors do instead of answering. */
export const FAULTS = [
  ...TRANSPORT_FAULTS,
  'truncated JSON',
  'empty list',
  'no token probabilities',
  'wrong type',
  'refusal',
  'content filter',
  'image too large',
  'another language',
  'wrong key',
  'unknown model',
] as const;
export type Fault = (typeof FAULTS)[number];

/** Faults after which the SDKs try again. */
export const RETRIED: readonly Fault[] = TRANSPORT_FAULTS;

export const isTransportFault = (fault: Fault): fault is TransportFault => RETRIED.includes(fault);

/** @param error the protocol's error body for a type and a message */
export function transportFault(
  fault: TransportFault,
  error: (type: string, message: string) => unknown,
): ServerReply {
  switch (fault) {
    case 'rate limit':
      return { status: 429, body: error('rate_limit_error', 'Rate limit reached for requests') };
    case 'rate limit with Retry-After':
      return {
        status: 429,
        headers: { 'retry-after': '1' },
        body: error('rate_limit_error', 'Rate limit reached for requests'),
      };
    case 'error 500':
      return { status: 500, body: error('api_error', 'Internal server error') };
    case 'error 503':
      return { status: 503, body: error('api_error', 'The engine is currently overloaded') };
    case 'error 529':
      return { status: 529, body: error('overloaded_error', 'Overloaded') };
    case 'connection reset':
      return 'reset';
    case 'hang':
      return 'hang';
  }
}
