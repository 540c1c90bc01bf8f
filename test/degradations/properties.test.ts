import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { degradationNames, degradations, degrade } from '../../src/degradations/index.ts';
import type { RawImage } from '../../src/images/raw-image.ts';
import { flat, picture } from '../images/pictures.ts';

const seed = 7;
const severities = [1, 2, 3, 4, 5];
const everyKind = degradationNames.flatMap((name) =>
  severities.map((severity) => [name, severity] as const),
);
const randomOnes = degradationNames.filter((name) => degradations[name]?.random);

const imageOf = fc
  .record({ width: fc.integer({ min: 32, max: 70 }), height: fc.integer({ min: 32, max: 70 }) })
  .chain(({ width, height }) =>
    fc
      .uint8Array({ minLength: width * height * 3, maxLength: width * height * 3 })
      .map((data): RawImage => ({ data, width, height })),
  );

describe.each(everyKind)('%s %i', (name, severity) => {
  it('keeps the size, leaves its input alone and repeats itself', () => {
    fc.assert(
      fc.property(imageOf, fc.integer({ min: 0, max: 0xffffffff }), (image, anySeed) => {
        const before = Uint8Array.from(image.data);
        const first = degrade(image, name, severity, { seed: anySeed });
        expect(image.data).toEqual(before);
        expect(first).toMatchObject({ width: image.width, height: image.height });
        expect(first.data).toHaveLength(image.data.length);
        expect(first.data.buffer).not.toBe(image.data.buffer);
        expect(degrade(image, name, severity, { seed: anySeed }).data).toEqual(first.data);
      }),
      { numRuns: 5 },
    );
  });

  it.each([
    [32, 400],
    [400, 32],
    [33, 35],
  ])('takes %ix%i', (width, height) => {
    expect(degrade(picture(width, height), name, severity, { seed }).data).toHaveLength(
      width * height * 3,
    );
  });

  it('takes pixels in shared memory', () => {
    const image = picture(40, 50);
    const shared = new Uint8Array(new SharedArrayBuffer(image.data.length));
    shared.set(image.data);
    expect(degrade({ ...image, data: shared }, name, severity, { seed }).data).toEqual(
      degrade(image, name, severity, { seed }).data,
    );
  });

  it(randomOnes.includes(name) ? 'changes with the seed' : 'does not depend on the seed', () => {
    const image = picture(64, 64);
    const [a, b] = [1, 2].map((each) => degrade(image, name, severity, { seed: each }).data);
    if (randomOnes.includes(name)) expect(a).not.toEqual(b);
    else expect(a).toEqual(b);
  });
});

describe('degrade', () => {
  it('leaves a flat image flat under zoom_blur', () => {
    const image = flat(64, 48, [200, 100, 50]);
    expect(degrade(image, 'zoom_blur', 3, { seed }).data).toEqual(image.data);
  });

  it('leaves grey as it is under saturate 1 to 3, and reddens it at 4 and 5', () => {
    const image = flat(40, 40, [90, 90, 90]);
    for (const severity of [1, 2, 3])
      expect(degrade(image, 'saturate', severity, { seed }).data).toEqual(image.data);
    for (const severity of [4, 5]) {
      const [r, g, b] = degrade(image, 'saturate', severity, { seed }).data;
      expect(r).toBeGreaterThan(g as number);
      expect(g).toBe(b);
    }
  });

  it('leaves black black under fog', () => {
    const image = flat(40, 40, [0, 0, 0]);
    expect(degrade(image, 'fog', 5, { seed }).data).toEqual(image.data);
  });

  it('only brightens under water', () => {
    const image = picture(80, 60);
    for (const severity of [1, 2, 3]) {
      const { data } = degrade(image, 'spatter', severity, { seed });
      expect(data.every((level, i) => level >= image.data[i]!)).toBe(true);
    }
  });

  it('returns the image where no drop is wet, as the reference should have', () => {
    // 32x32, severity 1, seed 35: the reference divides 0 by 0 and returns black.
    const image = picture(32, 32);
    expect(degrade(image, 'spatter', 1, { seed: 35 }).data).toEqual(image.data);
  });

  it.each<[string, () => unknown, RegExp]>([
    [
      'a short side',
      () => degrade(picture(31, 40), 'fog', 3, { seed }),
      /width 31 of a 31x40 image.*at least 32/,
    ],
    [
      'a side too long for fog',
      () => degrade(flat(65_537, 32, [9, 9, 9]), 'fog', 3, { seed }),
      /width 65537 of a 65537x32 image: fog takes at most 65536 pixels/,
    ],
    [
      'a fraction of a pixel',
      () => degrade({ ...picture(40, 40), height: 40.5 }, 'fog', 3, { seed }),
      /height 40\.5/,
    ],
    [
      'too little data',
      () => degrade({ ...picture(40, 40), height: 41 }, 'fog', 3, { seed }),
      /4800 bytes of data do not fit 40x41 pixels with 3 channels \(4920 bytes\)/,
    ],
    [
      'an alpha channel',
      () =>
        degrade({ data: new Uint8Array(40 * 40 * 4), width: 40, height: 40 }, 'fog', 3, { seed }),
      /do not fit/,
    ],
    [
      'an unknown name',
      () => degrade(picture(40, 40), 'zoom-blur', 3, { seed }),
      /unknown degradation "zoom-blur", did you mean "zoom_blur"\? Known: zoom_blur, spatter, saturate, fog/,
    ],
    [
      'a name of an object',
      () => degrade(picture(40, 40), 'constructor', 3, { seed }),
      /unknown degradation "constructor"/,
    ],
    [
      'severity 0',
      () => degrade(picture(40, 40), 'fog', 0, { seed }),
      /severity 0 of fog: it must be one of 1, 2, 3, 4, 5/,
    ],
    ['severity 6', () => degrade(picture(40, 40), 'fog', 6, { seed }), /severity 6/],
    ['severity 2.5', () => degrade(picture(40, 40), 'fog', 2.5, { seed }), /severity 2\.5/],
    ['severity NaN', () => degrade(picture(40, 40), 'fog', Number.NaN, { seed }), /severity NaN/],
    ['a negative seed', () => degrade(picture(40, 40), 'fog', 3, { seed: -1 }), /seed -1 of fog/],
    [
      'a seed of 33 bits',
      () => degrade(picture(40, 40), 'fog', 3, { seed: 2 ** 32 }),
      /seed 4294967296/,
    ],
  ])('refuses %s', (_, call, message) => {
    expect(call).toThrow(RangeError);
    expect(call).toThrow(message);
  });
});
