import { randomUUID } from 'node:crypto';
import {
  BlockedReason,
  type Candidate,
  type Content,
  FinishReason,
  type GenerateContentConfig,
  HarmCategory,
  HarmProbability,
  type LogprobsResult,
} from '@google/genai';
import { type Fault, isTransportFault, transportFault } from './faults.ts';
import type { GoogleReply } from './google-reply.ts';
import type { ReplyShape } from './reply-shapes.ts';
import { type LocalServer, type ReceivedRequest, type ServerReply, startServer } from './server.ts';
import { offeredWords, startDraws, truth } from './truth.ts';

/** A body as the interface takes it. */
export interface GoogleBody {
  contents: Content[];
  systemInstruction?: Content;
  generationConfig: GenerateContentConfig;
  safetySettings?: unknown;
}

export interface GoogleServerOptions {
  /** What goes wrong with a question, by its number; undefined: nothing. */
  fault?: (index: number, body: GoogleBody) => Fault | ReplyShape<GoogleReply> | undefined;
  /** Probability of the best choice; by default that of `truth`. */
  probability?: (body: GoogleBody) => number;
  /** Takes the place of a whole reply. */
  reply?: (body: GoogleBody, index: number) => ServerReply | undefined;
  /** Most candidates of one request; by default 8. */
  mostCandidates?: number;
  /** Whether this model gives token probabilities; by default it does. */
  logprobs?: boolean;
  /** Whether a model thinks where it is not told how much. */
  thinks?: boolean;
  /** What goes wrong with a request of an upload, by its number; undefined: nothing. */
  uploadFault?: (index: number) => ServerReply | undefined;
}

export interface GoogleServer extends LocalServer {
  /** The questions alone, without uploads. */
  questions: ReceivedRequest[];
  /** Images that were uploaded, by their address. */
  uploads: Map<string, { bytes: Buffer; type: string }>;
}

interface ServerState {
  draw: ReturnType<typeof startDraws>;
  uploads: GoogleServer['uploads'];
  /** Questions that were asked before: their prompts are cached. */
  seen: Set<string>;
}

const QUESTION =
  /^\/(?:v1beta\/models|v1beta1\/projects\/[\w-]+\/locations\/[\w-]+\/publishers\/google\/models)\/([\w.-]+):generateContent$/;

/** Probability that is on no choice. */
const ELSEWHERE = 0.04;

/** https://ai.google.dev/api/generate-content#v1beta.GenerationConfig; the interface refuses other names. */
const KNOWN_FIELDS: readonly string[] = [
  ...['stopSequences', 'responseMimeType', 'responseSchema', 'responseJsonSchema'],
  ...['responseModalities', 'candidateCount', 'maxOutputTokens', 'temperature', 'topP', 'topK'],
  ...['seed', 'presencePenalty', 'frequencyPenalty', 'responseLogprobs', 'logprobs'],
  ...['enableEnhancedCivicAnswers', 'speechConfig', 'thinkingConfig', 'imageConfig'],
  'mediaResolution',
];

/** Speaks `generateContent` of AI Studio and of Vertex AI and takes uploads, and knows the answer to every question. */
export async function startGoogleServer(options: GoogleServerOptions = {}): Promise<GoogleServer> {
  const state: ServerState = { draw: startDraws(), uploads: new Map(), seen: new Set() };
  const questions: ReceivedRequest[] = [];
  let uploadRequests = 0;
  const server: LocalServer = await startServer((request) => {
    if (request.path.startsWith('/upload/')) {
      uploadRequests += 1;
      const fault = options.uploadFault?.(uploadRequests - 1);
      return fault ?? upload(request, server.url, state.uploads);
    }
    const index = questions.push(request) - 1;
    return answer(request, index, options, state);
  });
  return { ...server, questions, uploads: state.uploads };
}

/** Two steps: the first tells where the bytes go. */
function upload(
  { path, headers, body }: ReceivedRequest,
  url: string,
  uploads: GoogleServer['uploads'],
): ServerReply {
  if (headers['x-goog-upload-command'] === 'start') {
    const type = String(headers['x-goog-upload-header-content-type']);
    const name = `files/${randomUUID()}`;
    return {
      status: 200,
      headers: {
        'x-goog-upload-status': 'active',
        'x-goog-upload-url': `${url}/upload/v1beta/files?name=${name}&type=${encodeURIComponent(type)}`,
      },
      body: {},
    };
  }
  const query = new URL(path, url).searchParams;
  const name = query.get('name') ?? '';
  const uri = `https://generativelanguage.googleapis.com/v1beta/${name}`;
  const mimeType = query.get('type') ?? '';
  if (!Buffer.isBuffer(body))
    return { status: 400, body: errorBody('INVALID_ARGUMENT', 'no bytes') };
  uploads.set(uri, { bytes: body, type: mimeType });
  const expirationTime = new Date(Date.now() + 48 * 3_600_000).toISOString();
  return {
    status: 200,
    headers: { 'x-goog-upload-status': 'final' },
    body: { file: { name, uri, mimeType, state: 'ACTIVE', expirationTime } },
  };
}

const CODES: Record<string, number> = {
  INVALID_ARGUMENT: 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  NOT_FOUND: 404,
};

export const errorBody = (status: string, message: string) => ({
  error: { code: CODES[status] ?? 500, message, status },
});

const refuse = (status: string, message: string): ServerReply => ({
  status: CODES[status] ?? 500,
  body: errorBody(status, message),
});

function answer(
  request: ReceivedRequest,
  index: number,
  options: GoogleServerOptions,
  state: ServerState,
): ServerReply {
  const model = QUESTION.exec(request.path)?.[1];
  if (model === undefined) return refuse('NOT_FOUND', `no such path: ${request.path}`);
  const body = request.body as GoogleBody;
  const replaced = options.reply?.(body, index);
  if (replaced) return replaced;
  const fault = options.fault?.(index, body);
  if (typeof fault === 'string' && isTransportFault(fault)) {
    return transportFault(fault, errorBody);
  }
  const refused = refusalOf(body.generationConfig, model, options);
  if (refused) return refuse('INVALID_ARGUMENT', refused);
  const right = rightReply(body, model, options, state);
  if (typeof fault === 'object') return fault.of(right);
  return fault ? faultyReply(fault, right, model) : { status: 200, body: right };
}

/** What the interface refuses, in its words. */
function refusalOf(
  config: GenerateContentConfig,
  model: string,
  { mostCandidates = 8, logprobs = true }: GoogleServerOptions,
): string | undefined {
  const unknown = Object.keys(config).find((field) => !KNOWN_FIELDS.includes(field));
  if (unknown) {
    return `Invalid JSON payload received. Unknown name "${unknown}" at 'generation_config': Cannot find field.`;
  }
  const { candidateCount = 1, responseLogprobs, responseSchema, responseMimeType } = config;
  if (candidateCount > mostCandidates) {
    return mostCandidates === 1
      ? 'Multiple candidates is not enabled for this model'
      : `Unable to submit request because it has a candidateCount value of ${candidateCount} but the supported range is from 1 (inclusive) to ${mostCandidates + 1} (exclusive). Update the value and try again.`;
  }
  if (responseLogprobs && !logprobs) return `Logprobs is not enabled for models/${model}`;
  if (config.logprobs !== undefined && !responseLogprobs) {
    return 'Logprobs is set, but response_logprobs is not';
  }
  if (responseSchema && responseMimeType !== 'application/json') {
    return 'controlled generation is only supported with application/json';
  }
  if (config.thinkingConfig && /^gemini-[12]\.?0?-/.test(model)) {
    return 'Thinking is not supported by this model';
  }
  return undefined;
}

const partsOf = ({ contents }: GoogleBody) => contents.flatMap(({ parts }) => parts ?? []);

/** Images in their order, and the texts. */
export function contentOf(
  body: GoogleBody,
  uploads: GoogleServer['uploads'] = new Map(),
): { images: Buffer[]; text: string } {
  const parts = partsOf(body);
  return {
    images: parts.flatMap(({ inlineData, fileData }) => {
      if (inlineData) return [Buffer.from(inlineData.data ?? '', 'base64')];
      const uploaded = fileData && uploads.get(fileData.fileUri ?? '');
      return uploaded ? [uploaded.bytes] : [];
    }),
    text: parts.flatMap(({ text }) => (text === undefined ? [] : [text])).join('\n'),
  };
}

function rightReply(
  body: GoogleBody,
  model: string,
  options: GoogleServerOptions,
  { draw, uploads, seen }: ServerState,
): GoogleReply {
  const { images, text } = contentOf(body, uploads);
  const { candidateCount = 1, thinkingConfig, responseSchema } = body.generationConfig;
  const probability = options.probability?.(body) ?? truth(images, text.split('\n')[0] ?? '');
  const scale = /from (?<min>[\d.]+) to (?<max>[\d.]+)/.exec(text)?.groups;
  const words = offeredWords(text);
  const candidates = Array.from({ length: candidateCount }, (_, index): Candidate => {
    const given = scale
      ? String(
          Math.round(Number(scale.min) + probability * (Number(scale.max) - Number(scale.min))),
        )
      : ((draw(body.contents) < probability ? words[0] : words.at(-1)) ?? '');
    const said = responseSchema ? JSON.stringify({ answer: scale ? Number(given) : given }) : given;
    return {
      index,
      content: { role: 'model', parts: [{ text: said }] },
      finishReason: FinishReason.STOP,
      ...(body.generationConfig.responseLogprobs && {
        logprobsResult: scale ? digits(given) : tokens(words, probability, given),
      }),
    };
  });
  const { thinkingBudget, thinkingLevel } = thinkingConfig ?? {};
  const thinks =
    thinkingBudget === undefined && !thinkingLevel ? options.thinks === true : thinkingBudget !== 0;
  const prompt = JSON.stringify(body.contents);
  const isCached = seen.has(prompt);
  seen.add(prompt);
  const counts = {
    promptTokenCount: 1000 * images.length + 20,
    candidatesTokenCount: 5 * candidateCount,
    ...(thinks && { thoughtsTokenCount: 100 * candidateCount }),
  };
  return {
    candidates,
    modelVersion: `${model}-001`,
    responseId: randomUUID(),
    usageMetadata: {
      ...counts,
      ...(isCached && { cachedContentTokenCount: 1000 }),
      totalTokenCount: Object.values(counts).reduce((sum, count) => sum + count, 0),
    },
  };
}

/** Each digit is a token, as in Gemini's vocabulary; another digit is nearly as likely. */
const digits = (given: string): LogprobsResult => {
  const other = (digit: string) => String((Number(digit) + 3) % 10);
  const steps = [...given].map((digit) => [
    { token: digit, logProbability: Math.log(0.5) },
    { token: other(digit), logProbability: Math.log(0.5 - ELSEWHERE) },
  ]);
  return {
    chosenCandidates: steps.flatMap(([chosen]) => chosen ?? []),
    topCandidates: steps.map((candidates) => ({ candidates })),
  };
};

/** One step whose probability is spread over spellings of the first and the last word. */
function tokens(words: readonly string[], probability: number, chosen: string): LogprobsResult {
  const [first = '', last = ''] = [words[0], words.at(-1)];
  const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);
  const covered = 1 - ELSEWHERE;
  const spellings: [string, number][] = [
    [first, 0.6 * probability * covered],
    [capital(first), 0.3 * probability * covered],
    [`▁${first}`, 0.1 * probability * covered],
    [last, 0.7 * (1 - probability) * covered],
    [`▁${last}`, 0.2 * (1 - probability) * covered],
    [last.slice(0, 2), 0.1 * (1 - probability) * covered],
    ['The', ELSEWHERE],
  ];
  // Two spellings that are one token: "No" and its first two letters.
  const merged = new Map<string, number>();
  for (const [token, p] of spellings) merged.set(token, (merged.get(token) ?? 0) + p);
  const candidates = [...merged]
    .map(([token, p]) => ({ token, tokenId: token.length, logProbability: Math.log(p) }))
    .sort((a, b) => b.logProbability - a.logProbability);
  const generated = candidates.find(({ token }) => token === chosen);
  return {
    chosenCandidates: [generated ?? { token: chosen }],
    topCandidates: [{ candidates }],
  };
}

function faultyReply(fault: Fault, right: GoogleReply, model: string): ServerReply {
  const ok = (body: unknown): ServerReply => ({ status: 200, body });
  const each = (change: (candidate: Candidate) => object) =>
    ok({ ...right, candidates: right.candidates?.map((one) => ({ ...one, ...change(one) })) });
  switch (fault) {
    case 'truncated JSON':
      return { truncated: right };
    case 'empty list':
      return ok({ ...right, candidates: [] });
    case 'no token probabilities':
      return each(() => ({ logprobsResult: undefined }));
    case 'wrong type':
      return each(() => ({ content: 'good' }));
    case 'refusal':
      return each(() => ({
        content: undefined,
        finishReason: FinishReason.SAFETY,
        safetyRatings: [
          {
            category: HarmCategory.HARM_CATEGORY_HARASSMENT,
            probability: HarmProbability.HIGH,
            blocked: true,
          },
        ],
        logprobsResult: undefined,
      }));
    case 'content filter':
      return ok({
        modelVersion: right.modelVersion,
        responseId: right.responseId,
        promptFeedback: { blockReason: BlockedReason.PROHIBITED_CONTENT },
        usageMetadata: { promptTokenCount: 1020, totalTokenCount: 1020 },
      });
    case 'another language':
      return each(({ logprobsResult }) => ({
        content: { role: 'model', parts: [{ text: 'Gut' }] },
        ...(logprobsResult && {
          logprobsResult: {
            chosenCandidates: [{ token: 'Gut', logProbability: -0.01 }],
            topCandidates: [{ candidates: [{ token: 'Gut', logProbability: -0.01 }] }],
          },
        }),
      }));
    case 'image too large':
      return refuse(
        'INVALID_ARGUMENT',
        'Unable to process input image. The image exceeds the maximum size.',
      );
    case 'wrong key':
      return refuse('INVALID_ARGUMENT', 'API key not valid. Please pass a valid API key.');
    case 'unknown model':
      return refuse(
        'NOT_FOUND',
        `models/${model} is not found for API version v1beta, or is not supported for generateContent. Call ListModels to see the list of available models and their supported methods.`,
      );
    default:
      throw new Error(`${fault} is no fault of this interface`);
  }
}
