import { readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { ConfigError } from '../../src/common/config-error.ts';
import { anchoredPrompts, PROMPTS_PROJECT_FOLDER } from './anchored-prompts.ts';
import { datasetEntry, type InitSource } from './config-text.ts';
import type { InstalledPackage } from './installed-package.ts';

/** The configurations in `configs/`, by their names. */
export const shippedNames = [
  'gate',
  'generators',
  'laptop',
  'local',
  'methods',
  'pairs',
  'paper',
  'priors',
  'vendors',
] as const;
export type ShippedName = (typeof shippedNames)[number];

/** Where the sample data set is put in a project. */
export const SAMPLE_PROJECT_FOLDER = 'iqa-sample';

/** The entry of `tests` that lists the sample data set. */
const SAMPLE_ENTRY = / {2}- path: file:\/\/(?:\.\.\/)?datasets\/sample\.ts\n(?: {4}config: .*\n)?/;

/** A gate's bound that is right for the few groups of the sample, and too low for any other images. */
const SAMPLE_BOUND = /^ *minImages: \d+ *# the sample .*\n/m;

const sampleEntrySchema = z.tuple([
  z.object({ config: z.record(z.string(), z.number()).default({}) }),
]);

/** What is written for a shipped configuration. */
export interface ShippedFiles {
  config: string;
  /** Prompt files beside it: path relative to the working directory, and text. */
  prompts: { path: string; text: string }[];
  /** Whether it is about the sample pictures, which no loader makes when it is run. */
  needsSample: boolean;
}

/**
 * A configuration of `configs/`, or the default matrix, for a project that has the package installed: the
 * same text, with the package's paths, and promptfoo's commands as they are called there.
 *
 * @param output the configuration's file
 * @param source the user's images in place of the sample data set, which the project keeps otherwise
 * @throws ConfigError the configuration can do nothing with such images
 */
export function shippedConfig(
  name: ShippedName | 'demo',
  output: string,
  { folder, reference }: InstalledPackage,
  source: InitSource | undefined,
): ShippedFiles {
  const file = name === 'demo' ? 'promptfooconfig.yaml' : `configs/${name}.yaml`;
  const written = readFileSync(join(folder, file), 'utf8');
  const shipped = source === undefined ? written : written.replace(SAMPLE_BOUND, '');
  const [sampleEntry] = SAMPLE_ENTRY.exec(shipped) ?? [];
  if (source !== undefined) refuseUseless(name, sampleEntry !== undefined, source);
  const prompts = anchoredPrompts(shipped, folder, source ?? SAMPLE_SOURCE);
  const ownPrompts = relative(dirname(resolve(output)), resolve(PROMPTS_PROJECT_FOLDER));
  const rewrite = (text: string) =>
    text
      .replaceAll(/file:\/\/(?:\.\.\/)?prompts\/([\w-]+)\.yaml/g, (_, prompt: string) =>
        prompts.has(prompt)
          ? `file://${ownPrompts.replaceAll(sep, '/')}/${prompt}.yaml`
          : `${reference}/prompts/${prompt}.yaml`,
      )
      .replaceAll(/file:\/\/(?:\.\.\/)?([\w/-]+)\.ts/g, (_, path) => `${reference}/dist/${path}.js`)
      .replaceAll(GENERATOR, () => `${reference}/configs/sample-generator.mjs`)
      .replaceAll(
        'config: { distortion:',
        `config: { folder: ${SAMPLE_PROJECT_FOLDER}/images, distortion:`,
      )
      .replaceAll(
        '(run\n# `npm run eval` once before, which makes it)',
        `(in ${SAMPLE_PROJECT_FOLDER}/)`,
      )
      .replaceAll(`configs/${name}.yaml`, () => output)
      .replaceAll(/npm run eval -- (-c \S+)/g, 'npx promptfoo eval $1 --no-table')
      .replaceAll('npm run eval --', 'npx promptfoo eval')
      .replaceAll('npm run iqa --', 'npx promptfoo-iqa')
      .replaceAll(/\bdocs\/(?=[\w-]+\.md)/g, `${folder}/docs/`);
  const entry = sampleEntry && datasetEntry(reference, source ?? sampleSource(sampleEntry));
  return {
    config:
      entry === undefined ? rewrite(shipped) : shipped.split(SAMPLE_ENTRY).map(rewrite).join(entry),
    prompts: [...prompts].map(([prompt, text]) => ({
      path: `${PROMPTS_PROJECT_FOLDER}/${prompt}.yaml`,
      text,
    })),
    needsSample: name === 'demo' || shipped.includes(GENERATOR),
  };
}

const GENERATOR = 'file://sample-generator.mjs';

const SAMPLE_SOURCE: InitSource = { dataset: 'sample', config: { folder: SAMPLE_PROJECT_FOLDER } };

function sampleSource(entry: string): InitSource {
  const [{ config }] = sampleEntrySchema.parse(parse(entry));
  return { ...SAMPLE_SOURCE, config: { ...SAMPLE_SOURCE.config, ...config } };
}

/** Those for which a folder of images has too little, and why. */
const NEEDS_SCORES: Readonly<Record<string, string>> = {
  gate: 'so no correlation could pass or fail',
  methods: 'by which methods are told apart and anchors are taken',
  pairs: 'by which anchors are taken',
};

function refuseUseless(name: string, asksSample: boolean, source: InitSource): void {
  if (name === 'generators') {
    throw new ConfigError(
      '--config generators rates the pictures that generators answer with; leave --images, --scores and --dataset out',
    );
  }
  if (!asksSample) {
    throw new ConfigError(
      `--config ${name} has data sets of its own, whose folders environment variables name; leave --images, --scores and --dataset out`,
    );
  }
  const why = NEEDS_SCORES[name];
  if (why !== undefined && source.dataset === 'folder') {
    throw new ConfigError(
      `--config ${name}: a folder of images has no scores, ${why}; give --scores or --dataset`,
    );
  }
}
