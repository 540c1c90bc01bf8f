import { withoutSecrets } from '../common/without-secrets.ts';
import { oneLine } from './error-words.ts';
import type { JudgeOptions } from './judge-options.ts';
import { hasEnvironmentProxy } from './proxy.ts';
import { ABOUT_SAMPLES } from './samples-limit.ts';

/** Longest quotation of a vendor's words in an error. */
const QUOTED_CHARACTERS = 300;

/** What went wrong with a request, after the SDK's own retries. */
export type RequestFailure =
  /** `inReply`: named in a reply of status 200. */
  | { kind: 'status'; status: number; words: string; inReply?: true }
  | { kind: 'timeout' }
  /** `isUnreached`: nobody took the request; else the connection broke later. */
  | { kind: 'connection'; words: string; isUnreached?: boolean }
  /** A promptfoo provider's own words. */
  | { kind: 'provider'; words: string }
  /** A reply that is an error, without a status that says of which kind. */
  | { kind: 'reported'; words: string }
  | { kind: 'other'; words: string };

/** What a reply says of its own failure, found when it is read. */
export class VendorFailure extends Error {
  override readonly name = 'VendorFailure';
  readonly failure: RequestFailure;

  constructor(failure: RequestFailure) {
    super('words' in failure ? failure.words : failure.kind);
    this.failure = failure;
  }
}

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
  status?: number | readonly number[];
  /** In the vendor's words, in lower case. */
  about?: RegExp;
  advice: string;
  /** Every later question would end in the same way. */
  isFinal?: true;
}

const NOTHING_MORE = 'nothing more is asked of this judge in this run';
const MEND_MODEL = `mend the model's name after the colon of judge, or judgeOptions.baseUrl; ${NOTHING_MORE}`;
const PAY = 'pay, or raise the limit with the vendor; then run it again';

/** A server's words while it makes its model ready; with a status of 503, in lower case. */
export const ABOUT_LOADING = /loading|starting|warming|not ready|initiali[sz]ing/;

/** What to do about an answer that is not 2xx; the first that fits holds. */
const HINTS: readonly Hint[] = [
  { about: /^moved to /, advice: 'set judgeOptions.baseUrl to where it is now' },
  {
    // llama.cpp without --mmproj says so with a 500.
    about:
      /mmproj|image input is not supported|(does|do) not support (image|vision|multimodal|image_url)s?( (input|content|part|modal)|[.,;:!)"'`]|$)|missing data required for image input|no endpoints found that support image|not a (multimodal|vision) model|(images?|vision|image_url|multimodal)( inputs?| content)? (is|are) not supported|(images?|vision)( inputs?)? (is|are) not enabled|only supports? text|unknown variant .?image_url|content'? ?: value must be a string|content must be a string/,
    advice: `the model sees no images: name one that does, or start the server with its vision part (llama.cpp: --mmproj); ${NOTHING_MORE}`,
    isFinal: true,
  },
  {
    // OpenRouter.
    status: 404,
    about: /requested parameters/,
    advice: `no provider of this model takes all that is asked for: name another model, or set judgeOptions.probabilities: samples; ${NOTHING_MORE}`,
    isFinal: true,
  },
  {
    status: 404,
    about:
      /data policy|guardrail restrictions|providers? (is|are) (available|ignored)|allowed providers/,
    advice: `allow a provider of this model in the account's settings or in judgeOptions.request.provider; ${NOTHING_MORE}`,
    isFinal: true,
  },
  { status: 404, advice: MEND_MODEL, isFinal: true },
  {
    about: /no models? (is |are )?loaded/,
    advice: 'load the model in the server, then run it again',
  },
  {
    // Mistral, Groq, SiliconFlow, Zhipu, OpenRouter, LiteLLM; NVIDIA of one that it had.
    status: [400, 410, 422],
    about:
      /model\b.{0,80}\b((doesn't|does not|not) exist|not (be )?found|decommissioned|no longer (supported|available)|(been|was) (retired|deprecated|removed|shut down)|end of life)|(invalid|unknown) model( name| id|:)|not a valid model|模型不存在/,
    advice: MEND_MODEL,
    isFinal: true,
  },
  { status: 402, advice: PAY },
  {
    // Anthropic says so with a 400, others within a reply of status 200.
    about:
      /(credit|account) balance|balance is (too low|insufficient|not enough)|insufficient[_ ](account )?(balance|credits?|funds|quota)|free tier.{0,40}exhausted|good standing|budget (has been |was )?exceeded|billing (hard )?limit|account (is|has been|was) suspended|(余额不足|欠费)/,
    advice: PAY,
  },
  { status: 403, about: /limit exceeded|quota|billing|credit|balance/, advice: PAY },
  // OpenAI says of its reasoning models that nobody is allowed to ask.
  { status: 403, about: /logprob/, advice: 'set judgeOptions.probabilities: samples' },
  {
    status: 403,
    advice: 'the key or the account may not use this model, or the vendor blocks this content',
  },
  {
    status: 405,
    advice: 'mend judgeOptions.baseUrl: it seems not to be that of Chat Completions, such as …/v1',
  },
  {
    status: 408,
    advice:
      "the server itself gave up: lower judgeOptions.maxConcurrency, or raise the server's time limit; then run it again",
  },
  {
    status: 409,
    advice: 'the server was busy with something that excludes it: run it again later',
  },
  {
    // Google calls each of its limits a quota.
    status: 429,
    about: /per.?minute|retry in [\d.]+ ?m?s/,
    advice: 'lower judgeOptions.maxConcurrency or raise judgeOptions.maxRetries; then run it again',
  },
  { status: 429, about: /quota|billing|credit|balance/, advice: PAY },
  {
    status: 429,
    advice: 'lower judgeOptions.maxConcurrency or raise judgeOptions.maxRetries; then run it again',
  },
  {
    status: 503,
    about: ABOUT_LOADING,
    advice: 'the server is still loading the model: run it again once it is ready',
  },
  {
    about: /more system memory|out of memory|(not enough|insufficient) (\w+ )?memory/,
    advice:
      'the server has too little memory: lower judgeOptions.maxConcurrency or image.maxPixels, or serve a smaller model; then run it again',
  },
  {
    about:
      /(not|n't) support(ed)?\b.*logprobs|unsupported.*logprobs|logprobs.{0,60}(not|n't) (supported|allowed|available)/,
    advice: 'set judgeOptions.probabilities: samples',
  },
  {
    about: /top_logprobs|top_n_tokens|logprobs of \d+|max_logprobs/,
    advice: 'lower judgeOptions.topLogprobs to what the endpoint allows',
  },
  { about: /logprob/, advice: 'set judgeOptions.probabilities: samples' },
  {
    about: /(not|n't) support(ed)?\b.*\bstop\b|\bstop\b.{0,40}(not|n't) (supported|allowed)/,
    advice: 'set judgeOptions.capabilities.stop: false',
  },
  {
    about: /temperature|top_p/,
    advice: 'set judgeOptions.capabilities.temperature: false',
  },
  {
    // Of Anthropic's and Google's models that are too old or too small for it.
    status: 400,
    about:
      /(output_config\.format:|structured outputs?|json mode|json_schema|response_?(schema|mime_?type)|controlled generation).*(not|n't) (supported|enabled|available|allowed)|(not|n't) support(ed)?\b.*(structured outputs?|json mode|json_schema|response_?(schema|mime_?type)|controlled generation)/,
    advice: `the model cannot be held to the answers of a question, as this judge does: name one that can, or ask it through openai:<model>; ${NOTHING_MORE}`,
    isFinal: true,
  },
  {
    about: /thinking.?(budget|level|config)|thinking is not supported/,
    advice: 'set judgeOptions.effort or judgeOptions.thinkingBudget to what the model knows',
  },
  {
    about: /media.?resolution/,
    advice: 'set judgeOptions.mediaResolution to one that the model knows',
  },
  {
    about: /effort/,
    advice:
      'set judgeOptions.effort to one that the model knows; where it knows none, remove it (openai: judgeOptions.capabilities.effort: false)',
  },
  {
    about:
      /prefill|continue_final_message|add_generation_prompt|assistant message|end with a user message|last message (must|should)/,
    advice: 'set judgeOptions.capabilities.prefill: none',
  },
  {
    about:
      /context[ _](size|length|window)|maximum context|max_model_len|too many tokens|prompt is too long|(prompt|input).*longer than|max_(completion_)?tokens must be at least 1|`inputs` tokens|(input|prompt) token count|(input|prompt) length.{0,40}(exceed|longer|larger|should)|maximum (prompt|input|sequence) length|range of input length|input is too long|reduce the length of the messages/,
    advice:
      'give the server a larger context (llama.cpp: -c, for all slots together; vLLM: --max-model-len), or lower image.maxPixels, after which all images are asked about anew',
  },
  {
    about: /use .?max_completion_tokens/,
    advice:
      'set judgeOptions.request: {max_completion_tokens: <the longest reply, in tokens>}, which takes the place of max_tokens',
  },
  { about: /max_tokens|max_completion_tokens/, advice: 'set judgeOptions.maxTokens' },
  { about: ABOUT_SAMPLES, advice: 'set judgeOptions.samplesPerRequest: 1' },
  {
    status: 413,
    about: /per (minute|day|hour)/,
    advice:
      'lower image.maxPixels, after which all images are asked about anew, or raise the limit with the vendor',
  },
  {
    status: 413,
    advice: "raise the server's or the proxy's limit of a request, or lower image.maxPixels",
  },
  {
    about: /(at most|up to|maximum of|more than) \d+ image|too many images/,
    advice:
      'the server takes fewer images in one request than the prompt file shows: start it with more (vLLM: --limit-mm-per-prompt), or use a prompt file that shows fewer',
  },
  {
    about:
      /(image|height|width|dimension|resolution).*(too small|(must|should|has to) be (larger|greater|bigger|at least)|at least \d|minimum|below)/,
    advice: 'this image is too small for the model: leave it out, or ask another model about it',
  },
  {
    about: /image.*(large|exceed|dimension|pixel|size)|(large|exceed|dimension|pixel|size).*image/,
    advice: 'lower image.maxPixels',
  },
  {
    about: /content.?(filter|policy|management)|responsible ?ai ?policy|safety|moderation/,
    advice: 'the vendor blocks this content, so this image has no score from this judge',
  },
];

const ABOUT_KEY =
  /(invalid|incorrect|expired|missing|not valid).{0,40}api.?key|api.?key.{0,40}(invalid|incorrect|expired|missing|not valid|leaked)|validate credentials|login fail/i;

/** Some vendors say with a 400, a 403 or within a reply that a key is wrong. */
const isAboutKey = (failure: RequestFailure): boolean => {
  if (failure.kind === 'reported') return ABOUT_KEY.test(failure.words);
  if (failure.kind !== 'status') return false;
  const { status, words } = failure;
  return status === 401 || ([400, 403].includes(status) && ABOUT_KEY.test(words));
};

const hintOf = ({
  status,
  words,
}: {
  status: number | undefined;
  words: string;
}): Hint | undefined =>
  HINTS.find(
    ({ status: wanted, about }) =>
      (wanted === undefined || [wanted].flat().includes(status ?? 0)) &&
      (about === undefined || about.test(words.toLowerCase())),
  );

/** Whether every later question would fail in the same way: a wrong key does not become right within a run. */
export const isFinalFailure = (failure: RequestFailure): boolean =>
  isAboutKey(failure) ||
  (failure.kind === 'status' && hintOf(failure)?.isFinal === true) ||
  (failure.kind === 'reported' &&
    hintOf({ status: undefined, words: failure.words })?.isFinal === true);

/** Whether another try may do: what the SDKs try again after. */
export function isPassing(failure: RequestFailure): boolean {
  if (failure.kind === 'timeout' || failure.kind === 'connection') return true;
  return (
    failure.kind === 'status' &&
    (failure.status >= 500 || [408, 409, 429].includes(failure.status)) &&
    !isFinalFailure(failure)
  );
}

/** Whether another try may do, where the SDK sees none: the reply's status is 200, and an error stands in it. */
export const isPassingInReply = (failure: RequestFailure): boolean =>
  failure.kind === 'status' && failure.inReply === true && isPassing(failure);

/** One readable line: what went wrong, in the vendor's words, and what to do. */
export function describeFailure(failure: RequestFailure, setting: RequestSetting): string {
  const { endpoint, keyAdvice, options } = setting;
  const tries = options.maxRetries === 0 ? '' : `, tried ${options.maxRetries + 1} times`;
  switch (failure.kind) {
    case 'timeout':
      return `no reply within ${options.timeoutMs} ms${tries}; raise judgeOptions.timeoutMs or lower judgeOptions.maxConcurrency, then run it again`;
    case 'connection':
      return `${endpoint} cannot be reached (${quote(failure.words)})${tries}; see that the server runs and that judgeOptions.baseUrl is right${proxyAdvice()}, then run it again`;
    case 'provider':
      return `${quote(failure.words)}; mend what the provider needs, or run it again`;
    case 'reported': {
      const said = `the endpoint reports an error in place of an answer: ${quote(failure.words)}`;
      if (isAboutKey(failure)) return `${said}; ${keyAdvice}; ${NOTHING_MORE}`;
      const advice = hintOf({ status: undefined, words: failure.words })?.advice;
      return `${said}; ${advice ?? 'run it again'}`;
    }
    case 'other':
      return `the reply cannot be read (${quote(failure.words)}); ${OTHER_ADVICE.find(({ about }) => about.test(failure.words))?.advice ?? 'run it again'}`;
    case 'status': {
      const { status, words } = failure;
      const said = `${failure.inReply ? 'the reply is an error' : 'HTTP'} ${status}: ${quote(words)}`;
      if (isAboutKey(failure)) return `${said}; ${keyAdvice}; ${NOTHING_MORE}`;
      if (status === 404 && setting.addressAdvice) {
        return `${said}; ${setting.addressAdvice}; ${NOTHING_MORE}`;
      }
      const hint = hintOf(failure);
      if (hint) return `${said}; ${hint.advice}`;
      return status >= 500
        ? `${said}${tries}; run it again later`
        : `${said}; mend judgeOptions or the prompt file accordingly`;
    }
  }
}

/** What to do about a reply that is no answer of the interface, and no other will be. */
const OTHER_ADVICE: readonly { about: RegExp; advice: string }[] = [
  {
    about: /<(!doctype|html)\b/i,
    advice:
      'that is a web page: see that judgeOptions.baseUrl leads to the interface (…/v1) and not to a page or a sign-in before it',
  },
  {
    about: /^it is a stream of events/,
    advice: 'switch off that the server, or a gateway before it, streams replies',
  },
];

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
  const line = oneLine(withoutSecrets(words));
  return line.length > QUOTED_CHARACTERS ? `${line.slice(0, QUOTED_CHARACTERS - 1)}…` : line;
}
