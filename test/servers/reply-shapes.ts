import {
  brotliCompressSync,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from 'node:zlib';
import type { Message } from '@anthropic-ai/sdk/resources/messages';
import type { ChatCompletion } from 'openai/resources/chat/completions';
import type { GoogleReply } from './google-reply.ts';
import type { ServerReply } from './server.ts';

/**
 * Shapes in which real servers give a reply. What is plain in spite of its shape has to count; what is
 * not has to be an error that tells what it was.
 */
export interface ReplyShape<Reply = never> {
  name: string;
  of(right: Reply): ServerReply;
  /** What the error says; left out: the right answer has to come. */
  told?: RegExp;
}

type Choice = ChatCompletion.Choice;
type Position = {
  token: string;
  bytes: number[] | null;
  logprob: number | null;
  top_logprobs: Entry[];
};
type Entry = { token: string; bytes: number[] | null; logprob: number | null };

const ok = (body: unknown): ServerReply => ({ status: 200, body });

/** Every choice with other fields. */
const choices =
  (change: (choice: Choice) => object) =>
  (right: ChatCompletion): ServerReply =>
    ok({ ...right, choices: right.choices.map((choice) => ({ ...choice, ...change(choice) })) });

const fields =
  (change: object) =>
  (right: object): ServerReply =>
    ok({ ...right, ...change });

const content = (write: (word: string) => unknown, message: object = {}) =>
  choices((choice) => ({
    message: { ...choice.message, content: write(choice.message.content ?? ''), ...message },
  }));

const positionsOf = ({ logprobs }: Choice) => (logprobs?.content ?? []) as Position[];

const position = (token: string, logprob = -0.01): Position => ({
  token,
  bytes: [...Buffer.from(token)],
  logprob,
  top_logprobs: [{ token, bytes: [...Buffer.from(token)], logprob }],
});

/** Tokens before and after those of the answer, and what the content then is. */
const around = (
  before: readonly string[],
  after: readonly string[],
  write: (word: string) => unknown,
  message: object = {},
) =>
  choices((choice) => ({
    message: { ...choice.message, content: write(choice.message.content ?? ''), ...message },
    logprobs: {
      content: [
        ...before.map((token) => position(token)),
        ...positionsOf(choice),
        ...after.map((token) => position(token)),
      ],
    },
  }));

const eachPosition = (change: (position: Position) => object) =>
  choices((choice) => ({
    logprobs: { content: positionsOf(choice).map((each) => ({ ...each, ...change(each) })) },
  }));

/** Tokens written in another way, the generated one as well. */
const written = (change: (entry: Entry) => object) =>
  eachPosition((each) => ({
    ...change(each),
    top_logprobs: each.top_logprobs.map((entry) => ({ ...entry, ...change(entry) })),
  }));

const alternativesToo = (...entries: { token: string; logprob: unknown }[]) =>
  eachPosition((each) => ({ top_logprobs: [...each.top_logprobs, ...entries] }));

const raw =
  (write: (json: string) => string | Uint8Array, headers: Record<string, string> = {}) =>
  (right: object): ServerReply => ({ status: 200, headers, raw: write(JSON.stringify(right)) });

const refused = (status: number, body: unknown) => (): ServerReply => ({ status, body });

/** Of any protocol: how a body arrives. */
export const BODY_SHAPES: readonly ReplyShape<object>[] = [
  { name: 'packed by gzip', of: raw((json) => gzipSync(json), { 'content-encoding': 'gzip' }) },
  {
    name: 'packed by brotli',
    of: raw((json) => brotliCompressSync(json), { 'content-encoding': 'br' }),
  },
  {
    name: 'packed by zstd',
    of: raw((json) => zstdCompressSync(json), { 'content-encoding': 'zstd' }),
  },
  {
    name: 'packed by zlib',
    of: raw((json) => deflateSync(json), { 'content-encoding': 'deflate' }),
  },
  {
    name: 'packed without a frame',
    of: raw((json) => deflateRawSync(json), { 'content-encoding': 'deflate' }),
  },
  { name: 'packed, but not said', of: raw((json) => gzipSync(json)) },
  {
    name: 'said to be packed, but is not',
    of: raw((json) => json, { 'content-encoding': 'gzip' }),
  },
  {
    name: 'said to be text',
    of: raw((json) => json, { 'content-type': 'text/plain; charset=utf-8' }),
  },
  { name: 'said to be a page', of: raw((json) => json, { 'content-type': 'text/html' }) },
  { name: 'said to be nothing', of: raw((json) => json, { 'content-type': '' }) },
  { name: 'with a byte order mark and blank lines', of: raw((json) => `\ufeff\n\n${json}\n`) },
  { name: 'without usage', of: fields({ usage: undefined }) },
  { name: 'usage null', of: fields({ usage: null }) },
  { name: 'usage empty', of: fields({ usage: {} }) },
  { name: 'usage as text', of: fields({ usage: 'none' }) },
  { name: 'without a model', of: fields({ model: undefined }) },
  { name: 'model null', of: fields({ model: null }) },
  {
    name: 'an empty body',
    of: raw(() => ''),
    told: /the reply cannot be read \(it is empty\)/,
  },
  {
    name: 'a web page of status 200',
    of: raw(() => '<!doctype html><title>Log in</title>', { 'content-type': 'text/html' }),
    told: /the reply cannot be read \(it is no JSON .*Log in/,
  },
  {
    name: 'a stream',
    of: raw((json) => `data: ${json}\n\ndata: [DONE]\n\n`, { 'content-type': 'text/event-stream' }),
    told: /it is a stream of events, which was not asked for/,
  },
  {
    name: 'an error of status 200',
    of: () => ok({ object: 'error', message: 'the worker has died', code: 500 }),
    told: /the reply is an error 500: the worker has died; run it again later/,
  },
  {
    name: 'an error of status 200 as text',
    of: () => ok({ error: 'upstream request timeout' }),
    told: /reports an error in place of an answer: upstream request timeout/,
  },
  {
    name: '402',
    of: refused(402, { error: { message: 'Insufficient credits' } }),
    told: /HTTP 402: Insufficient credits; pay, or raise the limit/,
  },
  {
    name: '400, words in an error as text',
    of: refused(400, { error: 'prompt is too long for the context size of 4096' }),
    told: /HTTP 400: prompt is too long .*; give the server a larger context/,
  },
  {
    name: '422, a list of details',
    of: refused(422, { detail: [{ loc: ['body', 'messages', 0], msg: 'Field required' }] }),
    told: /HTTP 422: body\.messages\.0: Field required; mend judgeOptions/,
  },
  {
    name: '400, words in capitals',
    of: refused(400, { Message: 'The image is malformed' }),
    told: /HTTP 400: The image is malformed; /,
  },
  {
    name: '400, no money',
    of: refused(400, { type: 'error', error: { message: 'Your credit balance is too low.' } }),
    told: /HTTP 400: Your credit balance is too low\.; pay, or raise the limit/,
  },
  {
    name: 'an address that has moved',
    of: () => ({ status: 301, headers: { location: 'https://example.org/v1' }, raw: '' }),
    told: /HTTP 301: moved to https:\/\/example\.org\/v1; set judgeOptions\.baseUrl to where it is now/,
  },
  {
    name: '400, a page',
    of: () => ({
      status: 400,
      headers: { 'content-type': 'text/html' },
      raw: '<html><head><style>p{}</style><title>400 Bad Request</title></head><body><h1>Request Header Too Large</h1></body></html>',
    }),
    told: /HTTP 400: 400 Bad Request Request Header Too Large; /,
  },
  {
    name: '400, a list with control characters',
    of: refused(400, [{ error: { message: 'bad\u001b[31m request\u0000', status: 'INVALID' } }]),
    told: /HTTP 400: bad request; /,
  },
  {
    name: '400, empty',
    of: () => ({ status: 400, raw: '' }),
    told: /HTTP 400: an error without words; /,
  },
];

const REASONED = ['Good', ' sharpness', ' but', ' noisy', '.'];

/** Of Chat Completions, whatever is asked for. */
const CHAT_SHAPES: readonly ReplyShape<ChatCompletion>[] = [
  {
    name: 'usage with null fields',
    of: fields({ usage: { prompt_tokens: null, completion_tokens: null } }),
  },
  {
    name: 'usage in digits',
    of: fields({ usage: { prompt_tokens: '900', completion_tokens: '1' } }),
  },
  { name: 'half of the usage', of: fields({ usage: { prompt_tokens: 900 } }) },
  { name: 'fingerprint as a number', of: fields({ system_fingerprint: 7 }) },
  { name: 'without an id', of: fields({ id: undefined, object: undefined, created: undefined }) },
  { name: 'finish_reason null', of: choices(() => ({ finish_reason: null })) },
  { name: 'finish_reason of its own', of: choices(() => ({ finish_reason: 'eos_token' })) },
  { name: 'error null', of: fields({ error: null }) },
  { name: 'content as parts', of: content((word) => [{ type: 'text', text: word }]) },
  {
    name: 'content as parts, reasoning among them',
    of: content((word) => [
      { type: 'thinking', thinking: [{ type: 'text', text: 'Poor light' }] },
      { type: 'text', text: word },
    ]),
  },
  { name: 'an end token left over', of: content((word) => `${word}<|im_end|>`) },
  { name: 'a sentence end left over', of: content((word) => ` ${word}</s>`) },
  {
    name: 'the beginning repeated in the content',
    of: content((word) => `The quality of the image is ${word}`),
  },
  { name: 'an end token of another family left over', of: content((word) => `${word}<seed:eos>`) },
  { name: "the role's name before it", of: content((word) => `assistant\n\n${word}`) },
  {
    name: "Gemini's filter",
    of: choices(({ message }) => ({
      finish_reason: 'content_filter: PROHIBITED_CONTENT',
      message: { ...message, content: null },
    })),
    told: /refused: finish_reason content_filter: PROHIBITED_CONTENT/,
  },
  {
    name: "Bedrock's guardrail, with its words in the content",
    of: choices(({ message }) => ({
      finish_reason: 'guardrail_intervened',
      message: { ...message, content: 'Blocked by policy 7.' },
    })),
    told: /refused: finish_reason guardrail_intervened: Blocked by policy 7\./,
  },
  {
    name: 'no choices, but words',
    of: () => ok({ choices: [], message: 'the worker has died' }),
    told: /an error in place of an answer: the worker has died/,
  },
  { name: 'refusal as false', of: content((word) => word, { refusal: false }) },
  {
    name: 'an error in the choice',
    of: choices(({ message }) => ({
      finish_reason: 'error',
      error: {
        code: 502,
        message: 'Provider returned error',
        metadata: { raw: '{"error":{"message":"upstream connect error"}}' },
      },
      message: { ...message, content: '' },
    })),
    told: /the reply is an error 502: Provider returned error: upstream connect error; run it again later/,
  },
  {
    name: 'an answer begun before an error',
    of: choices(() => ({ finish_reason: 'error', error: { message: 'upstream connection lost' } })),
    told: /an error in place of an answer: upstream connection lost/,
  },
  ...['abort', 'cancelled', 'insufficient_system_resource', 'network_error'].map((reason) => ({
    name: `an answer that broke off: ${reason}`,
    of: choices(() => ({ finish_reason: reason })),
    told: new RegExp(`an error in place of an answer: finish_reason ${reason}`),
  })),
  {
    name: 'the call of a tool in the place of an answer',
    of: choices(() => ({
      finish_reason: 'tool_calls',
      message: { role: 'assistant', content: null, tool_calls: [{ id: 'a', type: 'function' }] },
    })),
    told: /refused: finish_reason tool_calls, without an answer/,
  },
  {
    name: 'no money, with status 200',
    of: () =>
      ok({ choices: null, base_resp: { status_code: 1008, status_msg: 'insufficient balance' } }),
    told: /an error in place of an answer: insufficient balance; pay, or raise the limit/,
  },
  {
    name: 'finish_reason error alone',
    of: choices(() => ({ finish_reason: 'error' })),
    told: /an error in place of an answer: finish_reason error/,
  },
];

/** Of Chat Completions with token probabilities. */
export const TOKEN_SHAPES: readonly ReplyShape<ChatCompletion>[] = [
  ...CHAT_SHAPES,
  {
    name: 'tokens of reasoning first, of the answer in the content',
    of: around([...REASONED, '</think>', '\n\n'], [], (word) => word, {
      reasoning_content: REASONED.join(''),
    }),
  },
  {
    name: 'tokens of reasoning first, without a mark between',
    of: around(REASONED, [], (word) => word, { reasoning: REASONED.join('') }),
  },
  {
    name: 'tokens of thinking first, without a mark between',
    of: around(REASONED, [], (word) => word, { thinking: REASONED.join('') }),
  },
  {
    name: 'reasoning in the content too',
    of: around(
      ['<think>', ...REASONED, '</think>', '\n'],
      [],
      (word) => `<think>${REASONED.join('')}</think>\n${word}`,
    ),
  },
  {
    name: 'an empty reasoning',
    of: around(
      ['<think>', '\n\n', '</think>', '\n\n'],
      ['<|im_end|>'],
      (word) => `<think>\n\n</think>\n\n${word}`,
    ),
  },
  {
    name: 'a box',
    of: around(
      ['<|begin_of_box|>'],
      ['<|end_of_box|>'],
      (word) => `<|begin_of_box|>${word}<|end_of_box|>`,
    ),
  },
  {
    name: 'a box in the tokens alone',
    of: around(['<|begin_of_box|>'], ['<|end_of_box|>'], (word) => word),
  },
  {
    name: 'the beginning repeated in content and tokens',
    of: around(
      ['The', ' quality', ' of', ' the', ' image', ' is'],
      [],
      (word) => `The quality of the image is ${word}`,
    ),
  },
  {
    name: "DeepSeek's end among the tokens",
    of: around([], ['<｜end▁of▁sentence｜>'], (word) => word),
  },
  { name: 'an end token among the tokens', of: around([], ['<|im_end|>'], (word) => word) },
  { name: 'a point among the tokens', of: around([], ['.'], (word) => word) },
  {
    name: 'tokens named by their bytes',
    of: written(({ token }) => ({
      token: '\ufffd',
      bytes: [...Buffer.from(token.replace('Ġ', ' '))],
    })),
  },
  {
    name: 'tokens without names',
    of: written(({ token }) => ({ token: undefined, bytes: [...Buffer.from(token)] })),
  },
  {
    name: 'tokens as the vocabulary has them',
    of: eachPosition(({ top_logprobs }) => ({
      top_logprobs: top_logprobs.map((each) => ({
        ...each,
        token: each.token.replace(/^ ?/, 'Ġ'),
      })),
    })),
  },
  {
    name: 'tokens as SentencePiece has them',
    of: written(({ token }) => ({ token: token.replace(/^[ Ġ]?/, '▁'), bytes: undefined })),
  },
  {
    name: 'a token listed twice',
    of: eachPosition(({ top_logprobs }) => ({ top_logprobs: [...top_logprobs, top_logprobs[0]] })),
  },
  { name: 'an alternative of null', of: alternativesToo({ token: 'zzz', logprob: null }) },
  {
    name: 'an alternative of the lowest number',
    of: alternativesToo({ token: '#', logprob: -3.4028234663852886e38 }),
  },
  { name: 'an alternative of -9999', of: alternativesToo({ token: '#', logprob: -9999 }) },
  { name: 'an alternative of "-inf"', of: alternativesToo({ token: '#', logprob: '-inf' }) },
  {
    name: 'an alternative of -Infinity, which is no JSON',
    of: (right) => {
      const { body } = alternativesToo({ token: '#', logprob: '∞' })(right) as { body: unknown };
      return raw((json) => json.replaceAll('"∞"', '-Infinity'))(body as object);
    },
  },
  {
    name: 'alternatives as an object',
    of: eachPosition(({ top_logprobs }) => ({
      top_logprobs: Object.fromEntries(top_logprobs.map(({ token, logprob }) => [token, logprob])),
    })),
  },
  {
    name: 'token probabilities as the older Completions give them',
    of: choices((choice) => ({
      logprobs: {
        tokens: positionsOf(choice).map(({ token }) => token),
        token_logprobs: positionsOf(choice).map(({ logprob }) => logprob),
        top_logprobs: positionsOf(choice).map(({ top_logprobs }) =>
          Object.fromEntries(top_logprobs.map(({ token, logprob }) => [token, logprob])),
        ),
      },
    })),
  },
  {
    name: 'token probabilities as the older Completions give them, beside an empty list',
    of: choices((choice) => ({
      logprobs: {
        content: [],
        tokens: positionsOf(choice).map(({ token }) => token),
        token_logprobs: positionsOf(choice).map(({ logprob }) => logprob),
        top_logprobs: positionsOf(choice).map(({ top_logprobs }) =>
          Object.fromEntries(top_logprobs.map(({ token, logprob }) => [token, logprob])),
        ),
      },
    })),
  },
  {
    name: 'the generated token without a probability',
    of: choices(({ message, logprobs: _ }) => {
      const other = message.content === 'good' ? 'poor' : 'good';
      const top_logprobs = [
        { token: message.content, logprob: null },
        { token: other, logprob: Math.log(0.8) },
        ...Array.from({ length: 15 }, (_, i) => ({ token: `x${i}`, logprob: Math.log(0.004) })),
      ];
      return {
        logprobs: { content: [{ token: message.content, logprob: null, top_logprobs }] },
      };
    }),
    told: /the probability of the token "(good|poor)", which was generated, is not known, while 0\.140/,
  },
  {
    name: 'tokens that contradict the content',
    of: content((word) => (word === 'good' ? 'poor' : 'good')),
    told: /token probabilities that do not belong to the answer: its content is "(good|poor)"/,
  },
  {
    name: 'tokens by their numbers',
    of: eachPosition(() => ({ token: 'token_id:1234', bytes: [...Buffer.from('token_id:1234')] })),
    told: /do not belong to the answer: .*"token_id:1234"/,
  },
  {
    name: 'reasoning cut at the limit',
    of: choices((choice) => ({
      finish_reason: 'length',
      message: { ...choice.message, content: null, reasoning_content: 'Good lighting' },
    })),
    told: /ended at the token limit while it still reasoned; raise judgeOptions\.maxTokens, which leaves/,
  },
  {
    name: 'reasoning and no answer',
    of: content(() => null, { reasoning_content: 'Good lighting' }),
    told: /the reply holds reasoning and no answer/,
  },
  {
    name: 'reasoning in the content and no answer',
    of: around(['<think>'], [], (word) => `<think>${word}`),
    told: /the reply holds reasoning and no answer/,
  },
  {
    name: 'no content',
    of: content(() => null),
    told: /the reply is empty; running again asks this question/,
  },
  {
    name: 'positive log probabilities',
    of: eachPosition(({ top_logprobs }) => ({
      top_logprobs: top_logprobs.map((each) => ({ ...each, logprob: -(each.logprob ?? 0) })),
    })),
    told: /for the token ".*" is no log probability/,
  },
  {
    name: 'probabilities that sum above 1',
    of: eachPosition(({ top_logprobs }) => ({
      top_logprobs: top_logprobs.map((each) => ({ ...each, logprob: -0.1 })),
    })),
    told: /stand for probabilities that sum to/,
  },
  {
    name: 'one choice under another name',
    of: choices((choice) => {
      const isGood = choice.message.content === 'good';
      const [mine, other] = isGood ? ['good', 'gut'] : ['poor', 'dürftig'];
      const list: Entry[] = [
        { token: mine, bytes: null, logprob: Math.log(0.6) },
        { token: other, bytes: null, logprob: Math.log(0.4) },
      ];
      return { logprobs: { content: [{ ...list[0], top_logprobs: list }] } };
    }),
    told: /no token stands for the choice (good|poor), while 0\.400 of the token probability lies on none/,
  },
  {
    name: 'the generated token alone',
    of: eachPosition(() => ({ top_logprobs: [] })),
    told: /the probability of the chosen token alone and none of the others/,
  },
];

/** Ways of writing the answer `word`, in a sampled reply. */
export const WORDINGS: Readonly<Record<string, (word: string) => string>> = {
  'reasoning with its end alone': (word) => `Sharp, but is it good?\n</think>\n\n${word}`,
  'reasoning in tags': (word) => `<thinking>Poor light.</thinking>\n${word}`,
  "Kimi's reasoning": (word) => `◁think▷Poor light◁/think▷${word}`,
  "Mistral's reasoning": (word) => `[THINK]Poor or good?[/THINK]${word}`,
  "Command's reasoning": (word) =>
    `<|START_THINKING|>Poor?<|END_THINKING|><|START_RESPONSE|>${word}<|END_RESPONSE|>`,
  "gpt-oss's channels": (word) =>
    `<|channel|>analysis<|message|>good or poor?<|end|><|start|>assistant<|channel|>final<|message|>${word}<|return|>`,
  "Gemma's channels": (word) => `<|channel>thought\ngood or poor?<channel|>${word}<turn|>`,
  "MedGemma's reasoning": (word) => `<unused94>thought\nPoor or good?<unused95>${word}`,
  "Apertus's reasoning": (word) => `<|inner_prefix|>Poor?<|inner_suffix|>${word}`,
  "Hunyuan's reasoning": (word) => `<think:opensource>Poor?</think:opensource>${word}`,
  'reasoning in tags with a setting': (word) => `<think effort="low">good?</think >\n${word}`,
  "LLaVA-CoT's stages": (word) =>
    `<SUMMARY>a</SUMMARY> <CAPTION>b</CAPTION> <REASONING>poor?</REASONING> <CONCLUSION> ${word} </CONCLUSION>`,
  'a tag of another name': (word) => `<final_answer>\n${word}\n</final_answer>`,
  'a fence': (word) => `\`\`\`text\n${word}\n\`\`\``,
  'a heading': (word) => `**Final Answer**\n\n${word}`,
  'a verdict': (word) => `Verdict: ${word}.`,
  "GLM's box": (word) => `<|begin_of_box|>${word}<|end_of_box|>`,
  'a box after reasoning': (word) =>
    `<think>good?</think><answer><|begin_of_box|>${word}<|end_of_box|></answer>`,
  'answer tags': (word) => `<think>poor or good</think><answer> ${word} </answer>`,
  "LaTeX's box": (word) => `The image is $\\boxed{\\text{${word}}}$.`,
  'an object': (word) => JSON.stringify({ answer: word }),
  'an object in a fence': (word) => `\`\`\`json\n{"quality": "${word}"}\n\`\`\``,
  'bold and capital': (word) => `**${word[0]?.toUpperCase()}${word.slice(1)}**`,
  'quotation marks': (word) => `“${word}.”`,
  'an announced answer': (word) => `**Answer:** ${word}`,
  'an object with its reasons': (word) => JSON.stringify({ why: 'Poor light?', answer: word }),
  'an object as Python writes it': (word) => `{'answer': '${word}'}`,
  'an answer in a sentence': (word) => `The final answer is **${word}**.`,
  "DeepSeek's end": (word) => `${word}<｜end▁of▁sentence｜>`,
  'the end mark of a family of its own': (word) => `${word}\n<|hy_eos|>`,
  'text in typewriter letters': (word) => `\\boxed{\\texttt{${word}}}`,
  'a turn that goes on': (word) => `${word}<|im_end|>\n<|im_start|>user\nIs it poor?`,
};

/** Of Chat Completions with sampled answers. */
export const SAMPLE_SHAPES: readonly ReplyShape<ChatCompletion>[] = [
  ...CHAT_SHAPES,
  ...Object.entries(WORDINGS).map(([name, write]) => ({ name, of: content(write) })),
  {
    name: 'one of several choices in error',
    of: ({ choices: [first, ...others], ...right }) =>
      ok({
        ...right,
        choices: [
          {
            ...first,
            ...(others.length > 0 && { finish_reason: 'error', error: { message: 'lost' } }),
          },
          ...others,
        ],
      }),
  },
  {
    name: 'more choices than asked for',
    of: (right) => ok({ ...right, choices: [...right.choices, ...right.choices] }),
  },
];

/** Of Anthropic's Messages. */
export const MESSAGE_SHAPES: readonly ReplyShape<Message>[] = [
  {
    name: 'usage with null fields',
    of: fields({ usage: { input_tokens: null, output_tokens: null } }),
  },
  {
    name: 'thinking first',
    of: (right) =>
      ok({ ...right, content: [{ type: 'thinking', thinking: 'poor?' }, ...right.content] }),
  },
  { name: 'stop_reason null', of: fields({ stop_reason: null, stop_details: 'none' }) },
  {
    name: 'overloaded, with status 200',
    of: () => ok({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }),
    told: /an error in place of an answer: Overloaded/,
  },
];

type Candidates = NonNullable<GoogleReply['candidates']>;

const candidates =
  (change: (candidate: Candidates[number]) => object) =>
  (right: GoogleReply): ServerReply =>
    ok({ ...right, candidates: right.candidates?.map((each) => ({ ...each, ...change(each) })) });

const textIn = ({ content }: Candidates[number]): string => content?.parts?.[0]?.text ?? '';

/** A further step behind those of the words; nothing where no token probabilities were asked for. */
const stepBehind = (token: string, entry: object = { logProbability: -0.001 }) =>
  candidates(({ logprobsResult }) => {
    if (!logprobsResult) return {};
    const { chosenCandidates = [], topCandidates = [] } = logprobsResult;
    const step = { token, ...entry };
    return {
      logprobsResult: {
        chosenCandidates: [...chosenCandidates, step],
        topCandidates: [...topCandidates, { candidates: [step] }],
      },
    };
  });

/** Of Google's `generateContent`. */
export const CANDIDATE_SHAPES: readonly ReplyShape<GoogleReply>[] = [
  { name: 'an end token among those of the words', of: stepBehind('<end_of_turn>') },
  { name: 'an empty token at the end', of: stepBehind('') },
  { name: 'a line break behind the words', of: stepBehind('\n') },
  { name: 'a last token without a probability', of: stepBehind('', {}) },
  { name: 'usageMetadata null', of: fields({ usageMetadata: null }) },
  { name: 'usageMetadata as text', of: fields({ usageMetadata: 'none' }) },
  {
    name: 'usageMetadata with null fields',
    of: fields({ usageMetadata: { promptTokenCount: null, totalTokenCount: null } }),
  },
  { name: 'without a model', of: fields({ modelVersion: undefined }) },
  { name: 'without an id', of: fields({ responseId: null }) },
  { name: 'finishReason left out', of: candidates(() => ({ finishReason: undefined })) },
  {
    name: 'safety ratings of another form',
    of: candidates(() => ({ safetyRatings: { HARM_CATEGORY_HARASSMENT: 'LOW' } })),
  },
  {
    name: 'a thought first',
    of: candidates((candidate) => ({
      content: { parts: [{ text: 'poor?', thought: true }, { text: textIn(candidate) }] },
    })),
  },
  {
    name: 'a signature of the thoughts beside the words',
    of: candidates((candidate) => ({
      content: { parts: [{ text: textIn(candidate), thoughtSignature: 'AbCd' }] },
    })),
  },
  {
    name: 'words in two parts',
    of: candidates((candidate) => ({
      content: {
        parts: [{ text: textIn(candidate).slice(0, 2) }, { text: textIn(candidate).slice(2) }],
      },
    })),
  },
  {
    name: 'cut off while it thought',
    of: candidates(() => ({ content: { role: 'model' }, finishReason: 'MAX_TOKENS' })),
    told: /cut off at the token limit|ended at the token limit/,
  },
  {
    name: 'a reply that would go on',
    of: candidates(() => ({ finishReason: 'CONTINUATION', continuationToken: 'AbCd' })),
    told: /refused: finishReason CONTINUATION/,
  },
  {
    name: "Model Armor's block",
    of: () =>
      ok({
        promptFeedback: { blockReason: 'MODEL_ARMOR', blockReasonMessage: 'Blocked by policy 7.' },
      }),
    told: /refused: promptFeedback\.blockReason MODEL_ARMOR: Blocked by policy 7\./,
  },
  {
    name: 'neither candidates nor a reason',
    of: () => ok({ usageMetadata: { promptTokenCount: 9, totalTokenCount: 9 } }),
    told: /the reply cannot be read \(its list of candidates is empty\)/,
  },
  {
    name: 'a list of one reply',
    of: (right) => ok([right]),
    told: /the reply cannot be read \(the whole: /,
  },
];
