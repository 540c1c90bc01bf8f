import { InvalidArgumentError, Option } from 'commander';

const MAX_SEED = 0xffffffff;

/** `--seed <number>`, of what `description` says. */
export const seedOption = (defaultSeed: number, description: string): Option =>
  new Option('--seed <number>', `${description}: 0 to ${MAX_SEED}`)
    .default(defaultSeed)
    .argParser(parseSeed);

function parseSeed(text: string): number {
  const seed = Number(text);
  if (!/^\d+$/.test(text) || seed > MAX_SEED) {
    throw new InvalidArgumentError(`Write an integer from 0 to ${MAX_SEED}.`);
  }
  return seed;
}
