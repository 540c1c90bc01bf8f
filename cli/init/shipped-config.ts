import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '../../providers/config-error.ts';
import { datasetEntry, type InitSource } from './config-text.ts';
import type { InstalledPackage } from './installed-package.ts';

/** The configurations in `configs/`, by their names. */
export const shippedNames = ['gate', 'laptop', 'local', 'paper', 'priors', 'vendors'] as const;
export type ShippedName = (typeof shippedNames)[number];

/** The entry of `tests` that lists the sample data set, whose photographs are no part of the package. */
const SAMPLE_ENTRY = / {2}- path: file:\/\/\.\.\/datasets\/sample\.ts\n(?: {4}config: .*\n)?/;

export interface ShippedConfig {
  text: string;
  /** Whether it asks about the sample data set. */
  asksSample: boolean;
}

/**
 * A configuration of `configs/` for a project that has the package installed: the same text, with the
 * package's paths, and promptfoo's commands as they are called there.
 *
 * @param source the user's images in place of the sample data set
 * @throws ConfigError the configuration can do nothing with such images
 */
export function shippedConfig(
  name: ShippedName,
  output: string,
  { folder, reference }: InstalledPackage,
  source: InitSource | undefined,
): ShippedConfig {
  const shipped = readFileSync(join(folder, 'configs', `${name}.yaml`), 'utf8');
  const asksSample = SAMPLE_ENTRY.test(shipped);
  if (source !== undefined) refuseUseless(name, asksSample, source);
  const rewrite = (text: string) =>
    text
      .replaceAll('file://../prompts/', () => `${reference}/prompts/`)
      .replaceAll(/file:\/\/\.\.\/([\w/-]+)\.ts/g, (_, path) => `${reference}/dist/${path}.js`)
      .replaceAll(`configs/${name}.yaml`, () => output)
      .replaceAll('npm run eval --', 'npx promptfoo eval')
      .replaceAll('npm run iqa --', 'npx promptfoo-iqa')
      .replaceAll(/\bdocs\/(?=[\w-]+\.md)/g, `${folder}/docs/`);
  const text =
    source === undefined
      ? rewrite(shipped)
      : shipped.split(SAMPLE_ENTRY).map(rewrite).join(datasetEntry(reference, source));
  return { text, asksSample: asksSample && source === undefined };
}

function refuseUseless(name: ShippedName, asksSample: boolean, source: InitSource): void {
  if (!asksSample) {
    throw new ConfigError(
      `--config ${name} has data sets of its own, whose folders environment variables name; leave --images, --scores and --dataset out`,
    );
  }
  if (name === 'gate' && source.dataset === 'folder') {
    throw new ConfigError(
      '--config gate: a folder of images has no scores, so no correlation could pass or fail; give --scores or --dataset',
    );
  }
}
