/**
 * Pixels to one token: vision towers cut images into patches of 14 or 16 pixels a side, and most models
 * put several of them together; this is for those that do not.
 */
const PIXELS_PER_TOKEN = 16 * 16;

/** Question, template and reply, beside the images. */
const TEXT_TOKENS = 1024;

const IMAGES_PER_QUESTION = 2;

/** A token's keys and values in a model of 8 billion parameters, generously. */
const BYTES_PER_TOKEN = 128 * 1024;

/** Share of the machine's memory that a model may fill. */
const MEMORY_SHARE = 0.75;

export interface ServerSize {
  /** Questions that are answered at once. */
  slots: number;
  /** Of one slot, in tokens. */
  contextTokens: number;
}

/**
 * How many questions a server takes at once, and how long they may be.
 *
 * @param maxConcurrency questions wanted at once
 * @param maxPixels of an image as it is sent
 * @param memory of the machine and of the weights, in bytes; the weights are 0 where they are not known
 */
export function serverSize(
  maxConcurrency: number,
  maxPixels: number,
  memory: { totalBytes: number; weightsBytes: number },
): ServerSize {
  const imageTokens = Math.ceil(maxPixels / PIXELS_PER_TOKEN);
  const contextTokens = roundUp(IMAGES_PER_QUESTION * imageTokens + TEXT_TOKENS, 256);
  const free = memory.totalBytes * MEMORY_SHARE - memory.weightsBytes;
  const fitting = Math.floor(free / (contextTokens * BYTES_PER_TOKEN));
  return { slots: Math.max(1, Math.min(maxConcurrency, fitting)), contextTokens };
}

const roundUp = (value: number, step: number): number => Math.ceil(value / step) * step;
