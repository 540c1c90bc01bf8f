import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { Agent, request } from 'undici';
import { ImageError } from './image-error.ts';

const MAX_BYTES = 50_000_000;
const TIME_LIMIT_MS = 30_000;
const MAX_REDIRECTS = 3;

export interface RemoteLimits {
  maxBytes: number;
  timeLimitMs: number;
  /** Whether an IP address may be connected to. */
  isAllowed: (address: string) => boolean;
  lookup: LookupFunction;
}

/** Whether an address is one of the public internet: not this machine, a private network or a translation into one. */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  return ipaddr.process(address).range() === 'unicast';
}

const LIMITS: RemoteLimits = {
  maxBytes: MAX_BYTES,
  timeLimitMs: TIME_LIMIT_MS,
  isAllowed: isPublicAddress,
  lookup: lookup as LookupFunction,
};

/**
 * Fetches an image from the public internet. Each hop's address is checked as it is connected to, so
 * that neither a redirect nor a name that changes its address leads into a private network.
 *
 * @param limits for tests
 * @throws ImageError a private address, too large, too slow, not found, too many redirects
 */
export async function fetchImage(
  url: string,
  limits: Partial<RemoteLimits> = {},
): Promise<Uint8Array> {
  const { maxBytes, timeLimitMs, isAllowed, lookup } = { ...LIMITS, ...limits };
  const agent = new Agent({ connect: { lookup: checkedLookup(lookup, isAllowed) } });
  const signal = AbortSignal.timeout(timeLimitMs);
  try {
    let place = new URL(url);
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      refusePlace(place, isAllowed);
      const { statusCode, headers, body } = await request(place, { dispatcher: agent, signal });
      const location = headers.location;
      if (statusCode >= 300 && statusCode < 400 && location !== undefined) {
        await body.dump();
        place = new URL(String(location), place);
        continue;
      }
      if (statusCode !== 200) {
        await body.dump();
        throw new Error(`the server answered with status ${statusCode}`);
      }
      return await readBody(body, maxBytes);
    }
    throw new Error(`more than ${MAX_REDIRECTS} redirects`);
  } catch (cause) {
    throw new ImageError(url, `could not be fetched: ${describe(cause, timeLimitMs)}`, { cause });
  } finally {
    await agent.destroy();
  }
}

function refusePlace({ protocol, hostname }: URL, isAllowed: RemoteLimits['isAllowed']): void {
  if (protocol !== 'http:' && protocol !== 'https:') {
    throw new Error(`it leads to a ${protocol} address; only http and https are fetched`);
  }
  // Names are checked when they are looked up; addresses are not looked up.
  const literal = hostname.replace(/^\[|\]$/g, '');
  if (ipaddr.isValid(literal) && !isAllowed(literal)) throw privateError(literal);
}

/** The connection is made to the addresses that were checked, and to no others. */
const checkedLookup =
  (lookup: LookupFunction, isAllowed: RemoteLimits['isAllowed']): LookupFunction =>
  (hostname, options, callback) =>
    lookup(hostname, options, (error, address, family) => {
      if (error) return callback(error, address, family);
      const addresses = Array.isArray(address) ? address.map((entry) => entry.address) : [address];
      const refused = addresses.find((entry) => !isAllowed(entry));
      if (refused !== undefined) return callback(privateError(refused), address, family);
      return callback(null, address, family);
    });

const privateError = (address: string): NodeJS.ErrnoException =>
  new Error(
    `${address} is no address of the public internet; download the image and give its path`,
  );

async function readBody(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > maxBytes) throw new Error(`it has more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function describe(cause: unknown, timeLimitMs: number): string {
  if (!(cause instanceof Error)) return String(cause);
  return cause.name === 'TimeoutError' ? `it took longer than ${timeLimitMs} ms` : cause.message;
}
