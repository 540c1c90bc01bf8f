import type { JudgeOptions } from './judge-options.ts';
import { hasEnvironmentProxy } from './proxy.ts';
import { withoutSecrets } from './without-secrets.ts';

/** Longest quotation of a vendor's words in an error. */
const QUOTED_CHARACTERS = 300;

/** What went wrong with a request, after the SDK's own retries. */
export type RequestFailure =
  | { kind: 'status'; status: number; words: string }
  | { kind: 'timeout' }
  | { kind: 'connection'; words: string }
  /** A promptfoo provider's own words. */
  | { kind: 'provider'; words: string }
  | { kind: 'other'; words: string };

/** The settings that a hint may name, and what they are now. */
export interface RequestSetting {
  endpoint: string;
  /** What to do about a key that is refused. */
  keyAdvice: string;
  /** What may be wrong with the endpoint's address, where it answers that there is nothing (404). */
  addressAdvice?: string;
  options: Pick<JudgeOptions, 'maxRetries' | 'timeoutMs'>;
}

interface Hint {
  /** Left out: any status. */
  status?: number;
  /** In the vendor's words, in lower case. */
  about?: RegExp;
  advice: string;
}

/** What to do about an answer that is not 2xx; the first that fits holds. */
const HINTS: readonly Hint[] = [
  {
    status: 404,
    advice:
      "mend the model's name after the colon of judge, or judgeOptions.baseUrl; nothing more is asked of this judge in this run",
  },
  {
    status: 403,
    advice: 'the key or the account may not use this model, or the vendor blocks this content',
  },
  {
    status: 429,
    about: /quota|billing|credit|balance/,
    advice: 'pay, or raise the limit with the vendor; then go on with --retry-errors',
  },
  {
    status: 429,
    advice:
      'lower judgeOptions.maxConcurrency or raise judgeOptions.maxRetries; then go on with --retry-errors',
  },
  { about: /top_logprobs/, advice: 'lower judgeOptions.topLogprobs to what the endpoint allows' },
  { about: /logprob/, advice: 'set judgeOptions.probabilities: samples' },
  {
    about: /temperature|top_p/,
    advice: 'set judgeOptions.capabilities.temperature: false',
  },
  {
    about: /effort/,
    advice:
      'set judgeOptions.effort to one that the model knows, or judgeOptions.capabilities.effort: false',
  },
  {
    about: /prefill|continue_final_message|add_generation_prompt|assistant message/,
    advice: 'set judgeOptions.capabilities.prefill: none',
  },
  { about: /max_tokens|max_completion_tokens/, advice: 'set judgeOptions.maxTokens' },
  {
    about:
      /['"`]n['"`]|\bn (must|is|>|should)|only one completion|multiple (choices|completions)|candidate/,
    advice: 'set judgeOptions.samplesPerRequest: 1',
  },
  { status: 413, advice: 'lower image.maxPixels' },
  {
    about:
      /image.*(large|exceed|dimension|pixel|size)|(large|exceed|dimension|pixel|size).*image|context length|too many tokens/,
    advice: 'lower image.maxPixels',
  },
  {
    about: /content.?(filter|policy|management)|safety|moderation/,
    advice: 'the vendor blocks this content, so this image has no score from this judge',
  },
];

/** One readable line: what went wrong, in the vendor's words, and what to do. */
export function describeFailure(failure: RequestFailure, setting: RequestSetting): string {
  const { endpoint, keyAdvice, options } = setting;
  const tries = options.maxRetries === 0 ? '' : `, tried ${options.maxRetries + 1} times`;
  switch (failure.kind) {
    case 'timeout':
      return `no reply within ${options.timeoutMs} ms${tries}; raise judgeOptions.timeoutMs or lower judgeOptions.maxConcurrency, then go on with --retry-errors`;
    case 'connection':
      return `${endpoint} cannot be reached (${quote(failure.words)})${tries}; see that the server runs and that judgeOptions.baseUrl is right${proxyAdvice()}, then go on with --retry-errors`;
    case 'provider':
      return `${quote(failure.words)}; mend what the provider needs, or go on with --retry-errors`;
    case 'other':
      return `the reply cannot be read (${quote(failure.words)}); go on with --retry-errors`;
    case 'status': {
      const { status, words } = failure;
      const said = `HTTP ${status}: ${quote(words)}`;
      if (status === 401) {
        return `${said}; ${keyAdvice}; nothing more is asked of this judge in this run`;
      }
      if (status === 404 && setting.addressAdvice) {
        return `${said}; ${setting.addressAdvice}; nothing more is asked of this judge in this run`;
      }
      const hint = HINTS.find(
        ({ status: wanted, about }) =>
          (wanted === undefined || wanted === status) &&
          (about === undefined || about.test(words.toLowerCase())),
      );
      if (hint) return `${said}; ${hint.advice}`;
      return status >= 500
        ? `${said}${tries}; go on later with --retry-errors`
        : `${said}; mend judgeOptions or the prompt file accordingly`;
    }
  }
}

const proxyAdvice = (): string =>
  hasEnvironmentProxy()
    ? ', and so the proxy of HTTPS_PROXY or HTTP_PROXY, which NO_PROXY makes exceptions from'
    : '';

export const keyAdvice = (apiKeyEnv: string | undefined): string =>
  apiKeyEnv
    ? `see that the environment variable ${apiKeyEnv} holds a valid key`
    : 'name the environment variable that holds the key in judgeOptions.apiKeyEnv';

/** A vendor's words, on one line, not endless and without keys, which are looked for while they are whole. */
export function quote(words: string): string {
  const line = withoutSecrets(words).replaceAll(/\s+/g, ' ').trim();
  return line.length > QUOTED_CHARACTERS ? `${line.slice(0, QUOTED_CHARACTERS - 1)}…` : line;
}
