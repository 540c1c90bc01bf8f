import type { GoogleGenAI, GoogleGenAIOptions } from '@google/genai';
import { ConfigError } from '../../common/config-error.ts';
import { readApiKey } from '../api-key.ts';
import { endpointFrom } from '../base-url.ts';
import { errorWords } from '../error-words.ts';
import type { JudgeOptions } from '../judge-options.ts';
import { keyAdvice } from '../reply-failure.ts';
import { googleSdk } from '../sdks.ts';
import type { GooglePlatform } from './gemini-model.ts';

const AI_STUDIO_ENDPOINT = 'https://generativelanguage.googleapis.com';

/** In the order in which Google's SDK looks for them. */
const KEYS = ['GOOGLE_API_KEY', 'GEMINI_API_KEY'] as const;

/** Locations that are several regions, with a host of their own kind. */
const SEVERAL_REGIONS: readonly string[] = ['us', 'eu'];

/** Where a model is asked, and by which right. */
export interface GooglePlace {
  platform: GooglePlatform;
  /** Without the version of the interface, which the SDK adds. */
  endpoint: string;
  /** Left out: application-default credentials, or none. */
  apiKeyEnv?: string;
  vertex?: { project: string; location: string };
}

/**
 * AI Studio, or Vertex AI where a project and a location are configured. Both come from the configuration alone:
 * what the environment says about Google Cloud is not taken for a wish to be billed there.
 *
 * @throws ConfigError what is configured does not go together
 */
export function googlePlace(judgeId: string, options: JudgeOptions): GooglePlace {
  const { vertex, apiKeyEnv, baseUrl, imageTransfer } = options;
  if (vertex) {
    if (imageTransfer === 'upload') {
      throw new ConfigError(
        `judge: "${judgeId}": judgeOptions.imageTransfer: Vertex AI takes no uploads; set it to inline, or remove it`,
      );
    }
    return {
      platform: 'vertex',
      endpoint: endpointOf(baseUrl, 'GOOGLE_VERTEX_BASE_URL', vertexEndpoint(vertex.location)),
      vertex,
      ...(apiKeyEnv && { apiKeyEnv }),
    };
  }
  const endpoint = endpointOf(baseUrl, 'GOOGLE_GEMINI_BASE_URL', AI_STUDIO_ENDPOINT);
  // Google's key goes to no other endpoint than the environment's own, unless the user names it.
  const hasOwnKey = baseUrl === undefined || isGoogle(endpoint);
  const variable = apiKeyEnv ?? (hasOwnKey ? usualKey() : undefined);
  return { platform: 'ai-studio', endpoint, ...(variable && { apiKeyEnv: variable }) };
}

const usualKey = (): string => KEYS.find((name) => process.env[name]?.trim()) ?? 'GEMINI_API_KEY';

export const isGoogle = (endpoint: string): boolean =>
  /(^|\.)googleapis\.com$/.test(new URL(endpoint).hostname);

/** As the SDK has them; it is said here too, since the address is a part of what an answer is kept under. */
function vertexEndpoint(location: string): string {
  if (location === 'global') return 'https://aiplatform.googleapis.com';
  return SEVERAL_REGIONS.includes(location)
    ? `https://aiplatform.${location}.rep.googleapis.com`
    : `https://${location}-aiplatform.googleapis.com`;
}

const endpointOf = (baseUrl: string | undefined, variable: string, vendor: string): string =>
  endpointFrom(baseUrl, { variable, vendor }).replace(/\/v1(alpha|beta1?)?$/, '');

/** What to do about a right that is refused. */
export const rightAdvice = ({ apiKeyEnv, vertex }: GooglePlace): string =>
  vertex && !apiKeyEnv
    ? `see that the application-default credentials are valid and may use the project ${vertex.project}: run "gcloud auth application-default login", or name a file of credentials in GOOGLE_APPLICATION_CREDENTIALS`
    : keyAdvice(apiKeyEnv);

/**
 * The official SDK's client. It tries nothing again by itself, since it would not wait as long as a reply asks
 * for.
 */
export function googleClient(
  judgeId: string,
  { endpoint, apiKeyEnv, vertex }: GooglePlace,
  { timeoutMs }: Pick<JudgeOptions, 'timeoutMs'>,
  fetch: typeof globalThis.fetch,
): GoogleGenAI {
  const options: GoogleGenAIOptions = {
    vertexai: vertex !== undefined,
    ...vertex,
    httpOptions: { baseUrl: endpoint, timeout: timeoutMs, fetch },
  };
  if (apiKeyEnv) options.apiKey = readApiKey(judgeId, apiKeyEnv);
  // The SDK insists on a key; a local server without one ignores it.
  else if (!vertex) options.apiKey = 'none';
  return quietly(() => new (googleSdk().GoogleGenAI)(options));
}

/**
 * A file of AI Studio's Files interface. The SDK's own download waits for ever where the connection breaks.
 *
 * @param file its name, `files/abc`
 * @throws Error with the reply's status
 */
export async function downloadFile(
  judgeId: string,
  { endpoint, apiKeyEnv }: GooglePlace,
  file: string,
  fetch: typeof globalThis.fetch,
): Promise<Response> {
  const response = await fetch(`${endpoint}/v1beta/${file}:download?alt=media`, {
    headers: apiKeyEnv ? { 'x-goog-api-key': readApiKey(judgeId, apiKeyEnv) } : {},
  });
  if (response.ok) return response;
  const words = errorWords(await response.text()) ?? response.statusText;
  throw Object.assign(new Error(words), { status: response.status });
}

/** The SDK prints what it makes of the environment, in which it looks for what it is told here. */
function quietly<Made>(make: () => Made): Made {
  const { debug, warn } = console;
  const silent = () => {};
  Object.assign(console, { debug: silent, warn: silent });
  try {
    return make();
  } finally {
    Object.assign(console, { debug, warn });
  }
}
