import { InvalidArgumentError, Option } from 'commander';

const MAX_SEED = 0xffffffff;

/** `--seed <number>`: the `seed` of the provider's configuration. */
export const seedOption = (defaultSeed: number): Option =>
  new Option(
    '--seed <number>',
    'seed of the random degradations, as in the provider configuration: 0 to 4294967295',
  )
    .default(defaultSeed)
    .argParser(parseSeed);

function parseSeed(text: string): number {
  const seed = Number(text);
  if (!/^\d+$/.test(text) || seed > MAX_SEED) {
    throw new InvalidArgumentError(`Write an integer from 0 to ${MAX_SEED}.`);
  }
  return seed;
}
