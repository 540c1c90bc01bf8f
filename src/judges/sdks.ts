import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/**
 * The vendors' SDKs, hundreds of files each: read with the first request, since many runs make none (a
 * rerun from the answer store) and most ask one vendor.
 */
export const openaiSdk = (): typeof import('openai') => require('openai');
export const anthropicSdk = (): typeof import('@anthropic-ai/sdk') => require('@anthropic-ai/sdk');
export const googleSdk = (): typeof import('@google/genai') => require('@google/genai');
