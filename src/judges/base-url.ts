import type { z } from 'zod';
import { ConfigError } from '../common/config-error.ts';

/** What people copy from a manual's example request, and the SDKs add by themselves. */
const PATH_OF_REQUESTS = /\/(chat\/completions|completions|messages|responses|models)$/;

/**
 * An endpoint's address as the SDKs need it: without slashes at its end or twice, and without the path of
 * a single request.
 *
 * @returns why it is none, in `problem`
 */
export function readBaseUrl(text: string): { baseUrl: string } | { problem: string } {
  const given = text.trim();
  const problem = problemOf(given);
  if (problem) return { problem };
  const { origin, pathname } = new URL(given);
  const path = pathname.replaceAll(/\/{2,}/g, '/').replace(/\/$/, '');
  return { baseUrl: `${origin}${path.replace(PATH_OF_REQUESTS, '')}` };
}

/** For a zod schema. */
export function toBaseUrl(text: string, context: z.RefinementCtx<string>): string {
  const read = readBaseUrl(text);
  if ('baseUrl' in read) return read.baseUrl;
  context.addIssue({ code: 'custom', message: read.problem, input: text });
  return text;
}

/**
 * Where a judge asks: what the configuration says, else the environment, else the vendor's own address.
 *
 * @throws ConfigError what the environment says is no address
 */
export function endpointFrom(
  baseUrl: string | undefined,
  { variable, vendor }: { variable: string; vendor: string },
): string {
  const set = process.env[variable]?.trim();
  if (baseUrl !== undefined || !set) return baseUrl ?? vendor;
  const read = readBaseUrl(set);
  if ('baseUrl' in read) return read.baseUrl;
  throw new ConfigError(`the environment variable ${variable} ${read.problem}`);
}

function problemOf(text: string): string | undefined {
  if (!/^https?:\/\//i.test(text)) {
    const isAddress = /^[\w.-]+(:\d+)?(\/\S*)?$/.test(text) || /^\[[\da-f:]+\]/i.test(text);
    const scheme = /^(localhost|[\d.]+|\[)/i.test(text) ? 'http' : 'https';
    return `must be an http or https address${isAddress ? `; write ${scheme}://${text}` : ''}`;
  }
  if (!URL.canParse(text)) return 'must be an http or https address';
  const { username, password, search, hash } = new URL(text);
  // A secret in an address would be written into results, and keys come from the environment only.
  return username || password || search || hash
    ? 'must hold no user, password or query; put the key into an environment variable and name it in apiKeyEnv'
    : undefined;
}
