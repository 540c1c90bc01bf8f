import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Degradation } from '../../src/degradations/degradation.ts';
import { degrade } from '../../src/degradations/index.ts';
import { Mt19937 } from '../../src/degradations/mt19937.ts';
import type { RawImage } from '../../src/images/raw-image.ts';
import { withKernels } from '../../src/wasm/kernels.ts';
import { flat, picture } from '../images/pictures.ts';
import { fog } from './reference/fog.ts';
import { saturate } from './reference/saturate.ts';
import { spatter } from './reference/spatter.ts';
import { zoomBlur } from './reference/zoom-blur.ts';

/** The same degradations in plain TypeScript. */
const inTypeScript: Record<string, Degradation> = { zoom_blur: zoomBlur, spatter, saturate, fog };

const everyKind = Object.keys(inTypeScript).flatMap((name) =>
  ([1, 2, 3, 4, 5] as const).map((severity) => [name, severity] as const),
);

const byte = fc.integer({ min: 0, max: 255 });
const side = fc.integer({ min: 32, max: 300 });
const anySeed = fc.integer({ min: 0, max: 0xffffffff });

/** What each byte is, from its place and a random number. */
type Paint = (place: { x: number; y: number; c: number; random: () => number }) => number;

/** Images of several kinds: noise, few colours in blocks, flat, flat with a noisy part, ramps. */
const paint: fc.Arbitrary<Paint> = fc.oneof(
  fc.constant<Paint>(({ random }) => random() * 256),
  fc
    .record({ block: fc.integer({ min: 1, max: 40 }), levels: fc.array(byte, { minLength: 1 }) })
    .map(
      ({ block, levels }): Paint =>
        ({ x, y, c }) =>
          levels[(Math.floor(x / block) * 7 + Math.floor(y / block) * 3 + c) % levels.length]!,
    ),
  fc.tuple(byte, byte, byte).map(
    (colour): Paint =>
      ({ c }) =>
        colour[c]!,
  ),
  fc.record({ level: byte, from: side, channel: fc.integer({ min: 0, max: 2 }) }).map(
    ({ level, from, channel }): Paint =>
      ({ x, c, random }) =>
        x < from || c === channel ? level : random() * 256,
  ),
  fc.record({ down: byte, across: byte }).map(
    ({ down, across }): Paint =>
      ({ x, y, c }) =>
        (x * across + y * down) / 64 + 40 * c,
  ),
);

const anyImage = fc
  .record({ width: side, height: side, paint, seed: anySeed })
  .map(({ width, height, paint, seed }): RawImage => {
    const generator = new Mt19937(seed);
    const random = () => generator.uniform();
    const data = new Uint8Array(width * height * 3);
    let i = 0;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++)
        for (let c = 0; c < 3; c++) data[i++] = paint({ x, y, c, random });
    }
    return { data, width, height };
  });

/** Fills the memory that the next call gets with what no call may depend on. */
const soil = (value: number): void =>
  withKernels((kernels) => {
    const start = kernels.reserve(8 * 2 ** 20);
    new Uint8Array(kernels.memory.buffer, start).fill(value);
  });

describe('the degradations in WebAssembly', () => {
  it.each(everyKind)('%s %i equals the TypeScript to the bit', (name, severity) => {
    fc.assert(
      fc.property(anyImage, anySeed, (image, seed) => {
        const expected = inTypeScript[name]?.apply(image, severity, seed).data as Uint8Array;
        soil(255);
        const { data } = degrade(image, name, severity, { seed });
        const wrong = data.findIndex((level, i) => level !== expected[i]);
        expect({ wrong, level: data[wrong] }).toEqual({ wrong: -1, level: undefined });
      }),
      { numRuns: 12 },
    );
  });

  it.each([
    ['one column more than a tile', 129, 40],
    ['wide', 1500, 33],
    ['high', 33, 1500],
    // Lengths at which a layer of zoom_blur ends in a row or column of zeros.
    ['285x277', 285, 277],
    ['160x36', 160, 36],
  ])('equals the TypeScript where the image is %s', (_, width, height) => {
    for (const [name, severity] of everyKind) {
      const image = picture(width, height);
      const expected = inTypeScript[name]?.apply(image, severity, 5).data;
      expect(degrade(image, name, severity, { seed: 5 }).data, `${name} ${severity}`).toEqual(
        expected,
      );
    }
  });

  // The pixel in the corner may be an edge, and what is followed from it must not come from outside.
  it('depends on nothing that stood in memory before', () => {
    const { data: pixels, width, height } = picture(48, 40);
    for (let seed = 0; seed < 150; seed++) {
      const image = { data: pixels, width, height };
      const expected = spatter.apply(image, 3, seed).data;
      soil(seed % 2 === 0 ? 255 : 128);
      const wrong = degrade(image, 'spatter', 3, { seed }).data.findIndex(
        (level, i) => level !== expected[i],
      );
      expect({ seed, wrong }).toEqual({ seed, wrong: -1 });
    }
  });

  it('serves large and small images in turn, whatever stood in memory before', () => {
    const small = picture(50, 40);
    const large = flat(1800, 1500, [250, 3, 90]);
    for (const name of Object.keys(inTypeScript)) {
      const before = degrade(small, name, 3, { seed: 1 }).data;
      degrade(large, name, 5, { seed: 2 });
      expect(degrade(small, name, 3, { seed: 1 }).data).toEqual(before);
    }
  });
});
