import { describe, expect, it } from 'vitest';
import { ConfigError, nearest, parseConfig } from '../../src/common/config-error.ts';
import { degradationNames } from '../../src/degradations/index.ts';
import { providerConfigSchema } from '../../src/method/config.ts';

const parse = (value: unknown) => parseConfig(providerConfigSchema, value, 'providers/debiased.ts');

describe('the provider configuration', () => {
  it("defaults to the paper's four conditions in its order", () => {
    expect(parse({ judge: 'statistical' }).conditions).toEqual([
      { degradation: 'zoom_blur', severity: 3 },
      { degradation: 'spatter', severity: 3 },
      { degradation: 'saturate', severity: 3 },
      { degradation: 'fog', severity: 4 },
    ]);
  });

  it('takes all degradations at all severities, in the order of the registry', () => {
    const { conditions } = parse({ judge: 'statistical', conditions: 'all' });
    expect(conditions).toHaveLength(5 * degradationNames.length);
    expect(conditions.slice(4, 6)).toEqual([
      { degradation: 'zoom_blur', severity: 5 },
      { degradation: 'spatter', severity: 1 },
    ]);
  });

  it('encodes losslessly and refuses more than 64 megapixels by default', () => {
    expect(parse({ judge: 'statistical' }).image).toEqual({
      format: 'png',
      maxInputPixels: 64_000_000,
    });
  });

  it.each<[string, unknown, string]>([
    ['a missing judge', {}, 'judge: '],
    [
      'an empty address',
      { judge: 'x', judgeOptions: { baseUrl: '' } },
      'judgeOptions.baseUrl: must be an http or https address (found "")',
    ],
    [
      'an unknown key',
      { judge: 'x', conditons: [] },
      'unknown key "conditons", did you mean "conditions"?',
    ],
    [
      'an unknown nested key',
      { judge: 'x', image: { maxpixels: 3 } },
      'unknown key "image.maxpixels", did you mean "maxPixels"?',
    ],
    [
      'a key of an item',
      { judge: 'x', conditions: [{ degradation: 'fog', severity: 3, sevrity: 1 }] },
      'unknown key "conditions[0].sevrity", did you mean "severity"?',
    ],
    [
      'a key like no other',
      { judge: 'x', zzzzzz: 1 },
      'unknown key "zzzzzz", known: judge, judgeOptions, conditions, seed, image',
    ],
    [
      'severity 0',
      { judge: 'x', conditions: [{ degradation: 'fog', severity: 0 }] },
      'conditions[0].severity: severity must be one of 1, 2, 3, 4, 5 (found 0)',
    ],
    ['another word than all', { judge: 'x', conditions: 'every' }, 'conditions: '],
    [
      'a condition twice',
      {
        judge: 'x',
        conditions: [
          { degradation: 'fog', severity: 3 },
          { degradation: 'fog', severity: 3 },
        ],
      },
      'conditions: the same degradation and severity is listed twice',
    ],
    ['a negative seed', { judge: 'x', seed: -1 }, 'seed: '],
    ['a seed beyond 32 bits', { judge: 'x', seed: 2 ** 32 }, 'seed: '],
    ['no pixels', { judge: 'x', image: { maxPixels: 0 } }, 'image.maxPixels: '],
    [
      'an unset variable',
      { judge: 'x', judgeOptions: { maxConcurrency: '{{ env.IQA_N }}' } },
      'judgeOptions.maxConcurrency: the environment variable IQA_N is not set',
    ],
  ])('refuses %s', (_, value, message) => {
    expect(() => parse(value)).toThrow(ConfigError);
    expect(() => parse(value)).toThrow(message);
    expect(() => parse(value)).toThrow(/^providers\/debiased\.ts: [^\n]*$/);
  });

  it('prints an error as its message alone', () => {
    expect(new ConfigError('what is wrong').stack).toBe('what is wrong');
  });
});

describe('nearest', () => {
  it('knows what a slip of the keyboard meant, and does not guess wildly', () => {
    expect(nearest('sede', ['seed', 'judge'])).toBe('seed');
    expect(nearest('Zoom_Blur', ['zoom_blur', 'fog'])).toBe('zoom_blur');
    expect(nearest('elephant', ['seed', 'judge'])).toBeUndefined();
  });
});
