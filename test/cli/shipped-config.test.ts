import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { shippedConfig, shippedNames } from '../../cli/init/shipped-config.ts';
import { parsePromptFile } from '../../src/method/prompt-file.ts';

const PACKAGE = 'node_modules/promptfoo-iqa';
/** The checkout stands in for the installed package, whose files are the same. */
const INSTALLED = { folder: '.', reference: `file://../${PACKAGE}` };
const CSV = {
  dataset: 'csv',
  config: { file: 'my images/scores.csv', image: 'image', mos: 'mos' },
};
const FOLDER = { dataset: 'folder', config: { path: 'images' } };

const idsOf = (config: string): string[] =>
  parse(config).prompts.map(({ id }: { id: string }) => id);

describe('a shipped configuration in a project', () => {
  it.each(shippedNames)('%s names files of the package or of the project alone', (name) => {
    const { config } = shippedConfig(name, `configs/${name}.yaml`, INSTALLED, undefined);
    const named = [...config.matchAll(/file:\/\/[^\s,}]+/g)].map(([path]) => path);
    expect(named.length).toBeGreaterThan(0);
    for (const path of named) expect(path).toMatch(/^file:\/\/\.\.\/(node_modules|iqa-prompts)\//);
    expect(config).not.toContain('npm run');
  });

  it('gives a gate over images of the user the bound that every gate has, and not that of the small sample', () => {
    const boundOf = (source: typeof CSV | undefined) =>
      parse(shippedConfig('gate', 'configs/gate.yaml', INSTALLED, source).config)
        .defaultTest.assert.map(({ config }: { config?: object }) => config)
        .find((config?: object) => config !== undefined && 'min' in config);
    expect(boundOf(undefined)).toEqual({ metric: 'SRCC', min: 0.6, minImages: 8 });
    expect(boundOf(CSV)).toEqual({ metric: 'SRCC', min: 0.6 });
  });

  it('takes anchors of pairs from the images that are rated', () => {
    const { config, prompts } = shippedConfig('pairs', 'configs/pairs.yaml', INSTALLED, CSV);
    expect(idsOf(config)).toEqual([
      'file://../iqa-prompts/pair.yaml',
      'file://../iqa-prompts/pair-five.yaml',
      'file://../iqa-prompts/pair-prior.yaml',
      `file://../${PACKAGE}/prompts/five-level.yaml`,
    ]);
    expect(parse(config).tests[0].config).toEqual(CSV.config);
    expect(prompts.map(({ path }) => path)).toEqual([
      'iqa-prompts/pair.yaml',
      'iqa-prompts/pair-five.yaml',
      'iqa-prompts/pair-prior.yaml',
    ]);
    for (const { path, text } of prompts) {
      expect(parsePromptFile(JSON.stringify(parse(text)), path).anchors).toMatchObject({
        dataset: { format: 'csv', config: CSV.config },
        pick: 'middle',
      });
    }
  });

  it('takes anchors from the sample set where no images are named, beside a file in the folder itself', () => {
    const { config, prompts } = shippedConfig('methods', 'mine.yaml', INSTALLED, undefined);
    expect(idsOf(config)).toContain('file://iqa-prompts/anchors.yaml');
    expect(prompts).toHaveLength(1);
    expect(parse(prompts[0]!.text).anchors.dataset).toEqual({
      format: 'sample',
      config: { folder: 'iqa-sample' },
    });
  });

  it('has stand-ins of generators that answer with the sample pictures of the project', () => {
    const made = shippedConfig('generators', 'configs/generators.yaml', INSTALLED, undefined);
    expect(made).toMatchObject({ needsSample: true, prompts: [] });
    expect(parse(made.config).providers[0]).toEqual({
      id: `file://../${PACKAGE}/configs/sample-generator.mjs`,
      label: 'sharp stand-in',
      config: { folder: 'iqa-sample/images', distortion: 'pristine' },
    });
  });

  it.each([
    [
      'pairs',
      FOLDER,
      /a folder of images has no scores, by which anchors are taken; give --scores/,
    ],
    ['methods', FOLDER, /a folder of images has no scores/],
    ['gate', FOLDER, /no scores, so no correlation could pass or fail/],
    ['generators', CSV, /rates the pictures that generators answer with/],
    ['paper', CSV, /has data sets of its own/],
  ] as const)('%s is refused for images that it can do nothing with', (name, source, message) => {
    expect(() => shippedConfig(name, 'x.yaml', INSTALLED, source)).toThrow(message);
  });
});
