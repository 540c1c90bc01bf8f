import { createHash } from 'node:crypto';

/**
 * What the local servers know: the true probability of the best choice of a question about given
 * images, in 0.05..0.95. Any change of what is sent, or of its order, changes it.
 */
export function truth(images: readonly Uint8Array[], text: string): number {
  const hash = createHash('sha256');
  for (const image of images) hash.update(createHash('sha256').update(image).digest());
  const digest = hash.update(text).digest();
  return 0.05 + (0.9 * digest.readUInt32BE(0)) / 2 ** 32;
}

/**
 * Draws of a server, in 0..1: as if independent, but the same in every run, whatever the order in
 * which questions come. What is drawn for `about` depends on it and on how often it was drawn for.
 */
export function startDraws(): (about: unknown) => number {
  const counts = new Map<string, number>();
  return (about) => {
    const key = createHash('sha256').update(JSON.stringify(about)).digest('hex');
    const count = counts.get(key) ?? 0;
    counts.set(key, count + 1);
    const digest = createHash('sha256').update(`${key} ${count}`).digest();
    return digest.readUInt32BE(0) / 2 ** 32;
  };
}

const WORST: readonly string[] = ['poor', 'bad', 'no'];

/** The words that a question offers as answers, as its text lists them, the best first. */
export function offeredWords(text: string): string[] {
  const found = /nothing else: (?<words>[^.]+)\./.exec(text)?.groups?.words;
  const words = found ? found.split(', ') : /\byes or no\b/i.test(text) ? ['Yes', 'No'] : [];
  return WORST.includes(words[0]?.toLowerCase() ?? '') ? words.reverse() : words;
}
