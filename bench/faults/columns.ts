import { startAnthropicServer } from '../../test/servers/anthropic.ts';
import { FAULTS, type Fault } from '../../test/servers/faults.ts';
import { startGoogleServer } from '../../test/servers/google.ts';
import { startOpenaiServer } from '../../test/servers/openai.ts';
import {
  BODY_SHAPES,
  CANDIDATE_SHAPES,
  MESSAGE_SHAPES,
  type ReplyShape,
  SAMPLE_SHAPES,
  TOKEN_SHAPES,
} from '../../test/servers/reply-shapes.ts';
import type { LocalServer } from '../../test/servers/server.ts';

/** A key or a model does not become wrong at random. */
const FINAL: readonly Fault[] = ['wrong key', 'unknown model'];
export const RANDOM_FAULTS = FAULTS.filter((fault) => !FINAL.includes(fault));
/** Shown by Chat Completions with token probabilities alone. */
const TOKENS_ONLY: readonly Fault[] = ['no token probabilities'];
const OPTIONS = { timeoutMs: 3000, maxRetries: 3, maxConcurrency: 16 };

/** Images differ in size, by which the servers know them. */
const IMAGES_A_LINE = 25;
/** Degradations need no less, and every column rates the same images. */
const SMALLEST = 32;
export const sizeOf = (index: number) => ({
  width: SMALLEST + (index % IMAGES_A_LINE),
  height: SMALLEST + Math.floor(index / IMAGES_A_LINE),
});
const indexOf = (png: Buffer) =>
  png.readUInt32BE(16) - SMALLEST + IMAGES_A_LINE * (png.readUInt32BE(20) - SMALLEST);

/** True P(good) of an image, spread over 0.05..0.95 by the golden ratio. */
const truthOf = (index: number) => 0.05 + 0.9 * ((index * 0.6180339887498949) % 1);
/** Where answers are sampled: the same in every sample, so that a score can be compared with it. */
const certainty = (index: number) => (truthOf(index) > 0.5 ? 1 : 0);

/** Something that a server does instead of the usual: a fault, or a reply in an odd shape. */
export type Oddity = Fault | ReplyShape;

/** What the servers did to each image's row. */
export class FaultLog {
  readonly #share: number;

  readonly faults = new Map<number, Oddity[]>();
  requests = 0;

  constructor(share: number) {
    this.#share = share;
  }

  /** One of the faults or of the shapes, as often the ones as the others; mostly none. */
  draw<Shape extends ReplyShape>(
    faults: readonly Fault[],
    shapes: readonly Shape[],
    png: Buffer | undefined,
  ): Fault | Shape | undefined {
    this.requests += 1;
    if (!png) throw new Error('a request without an image');
    if (Math.random() >= this.#share) return undefined;
    const isFault = shapes.length === 0 || Math.random() < 0.5;
    const kinds: readonly (Fault | Shape)[] = isFault ? faults : shapes;
    const fault = kinds[Math.floor(Math.random() * kinds.length)]!;
    const index = indexOf(png);
    this.faults.set(index, [...(this.faults.get(index) ?? []), fault]);
    return fault;
  }
}

export interface Column {
  label: string;
  judge: string;
  judgeOptions: object;
  log: FaultLog;
  server: LocalServer;
  truth: (index: number) => number;
}

const firstImage = (body: unknown): Buffer | undefined => {
  const found = /"(?:url|data)":"(?:data:image\/png;base64,)?(iVBOR[\w+/=]+)"/.exec(
    JSON.stringify(body),
  );
  return found?.[1] ? Buffer.from(found[1], 'base64') : undefined;
};
const imageIndex = (body: unknown) => indexOf(firstImage(body) as Buffer);

/** What a server does that knows the answer and draws what it does instead. */
function drawnFor<Shape extends ReplyShape>(
  probabilities: 'logprobs' | 'samples',
  share: number,
  shapes: readonly Shape[],
) {
  const log = new FaultLog(share);
  const isOfTokens = probabilities === 'logprobs';
  const truth = isOfTokens ? truthOf : certainty;
  const faults = RANDOM_FAULTS.filter((fault) => isOfTokens || !TOKENS_ONLY.includes(fault));
  const serverOptions = {
    fault: (_: number, body: unknown) => log.draw(faults, shapes, firstImage(body)),
    probability: (body: unknown) => truth(imageIndex(body)),
  };
  return { log, truth, serverOptions };
}

export async function openaiColumn(
  probabilities: 'logprobs' | 'samples',
  share: number,
): Promise<Column> {
  const shapes = [...BODY_SHAPES, ...(probabilities === 'logprobs' ? TOKEN_SHAPES : SAMPLE_SHAPES)];
  const { log, truth, serverOptions } = drawnFor(probabilities, share, shapes);
  const server = await startOpenaiServer(serverOptions);
  return {
    label: `openai, ${probabilities}`,
    judge: `openai:${probabilities}`,
    judgeOptions: { ...OPTIONS, baseUrl: server.baseUrl, probabilities },
    log,
    server,
    truth,
  };
}

/** Its server writes every reply from one of Chat Completions, so that it shows faults and no odd shapes. */
export async function responsesColumn(share: number): Promise<Column> {
  const { log, truth, serverOptions } = drawnFor('logprobs', share, []);
  const server = await startOpenaiServer(serverOptions);
  return {
    label: 'openai, logprobs through Responses',
    judge: 'openai:responses',
    judgeOptions: { ...OPTIONS, baseUrl: server.baseUrl, api: 'responses' },
    log,
    server,
    truth,
  };
}

export async function anthropicColumn(share: number): Promise<Column> {
  const shapes = [...BODY_SHAPES, ...MESSAGE_SHAPES];
  const { log, truth, serverOptions } = drawnFor('samples', share, shapes);
  const server = await startAnthropicServer(serverOptions);
  return {
    label: 'anthropic, 4 samples',
    judge: 'anthropic:claude-test',
    judgeOptions: { ...OPTIONS, baseUrl: server.url, samples: 4 },
    log,
    server,
    truth,
  };
}

/** On Vertex AI's and AI Studio's interface alike, with the images in the middle of a body in pieces. */
export async function googleColumn(
  probabilities: 'logprobs' | 'samples',
  share: number,
): Promise<Column> {
  const shapes = [...BODY_SHAPES, ...CANDIDATE_SHAPES];
  const { log, truth, serverOptions } = drawnFor(probabilities, share, shapes);
  const server = await startGoogleServer(serverOptions);
  const capabilities = { mostSamples: 8 };
  return {
    label: `google, ${probabilities}`,
    judge: `google:${probabilities}`,
    judgeOptions: { ...OPTIONS, baseUrl: server.url, probabilities, capabilities },
    log,
    server,
    truth,
  };
}

/** A key that is refused once `after` requests were answered. */
export async function refusedColumn(after: number): Promise<Column> {
  const log = new FaultLog(0);
  const server = await startOpenaiServer({
    fault: () => (++log.requests > after ? 'wrong key' : undefined),
    probability: (body) => truthOf(imageIndex(body)),
  });
  return {
    label: 'openai, key refused',
    judge: 'openai:refused',
    judgeOptions: { ...OPTIONS, baseUrl: server.baseUrl },
    log,
    server,
    truth: truthOf,
  };
}
