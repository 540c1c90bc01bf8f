import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileKernels, KERNELS } from '../../build-wasm.ts';
import { BYTE_AS_FLOAT32, BYTE_AS_FLOAT64 } from '../../providers/degradations/bytes.ts';
import type { Degradation } from '../../providers/degradations/degradation.ts';
import { fog } from '../../providers/degradations/fog.ts';
import { degrade } from '../../providers/degradations/index.ts';
import { Mt19937 } from '../../providers/degradations/mt19937.ts';
import { saturate } from '../../providers/degradations/saturate.ts';
import { spatter } from '../../providers/degradations/spatter.ts';
import { put, withKernels } from '../../providers/degradations/wasm/kernels.ts';
import { zoomBlur } from '../../providers/degradations/zoom-blur.ts';
import type { RawImage } from '../../providers/images/raw-image.ts';
import { flat, picture } from '../images/pictures.ts';

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
          levels[
            (Math.floor(x / block) * 7 + Math.floor(y / block) * 3 + c) % levels.length
          ] as number,
    ),
  fc.tuple(byte, byte, byte).map(
    (colour): Paint =>
      ({ c }) =>
        colour[c] as number,
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

describe('the kernels', () => {
  it('make the fog of a wide image in memory that follows its area', () => {
    const bytes = withKernels((kernels) => {
      kernels.makeFog(16_384, 1.5, 1, 16_000, 40);
      return kernels.memory.buffer.byteLength;
    });
    // The whole map has 2^28 points of four bytes.
    expect(bytes).toBeLessThan(2 ** 27);
  });

  it('are what the AssemblyScript beside them compiles to', async () => {
    expect(Buffer.from(await compileKernels()).equals(readFileSync(KERNELS))).toBe(true);
  });

  it('divide bytes by 255 as the processor does', () => {
    withKernels((kernels) => {
      const [float64, float32] = [kernels.reserve(256 * 8), kernels.reserve(256 * 4)];
      kernels.unitsOf(float64, float32);
      const { buffer } = kernels.memory;
      expect(new Float64Array(buffer, float64, 256)).toEqual(BYTE_AS_FLOAT64);
      expect(new Float32Array(buffer, float32, 256)).toEqual(BYTE_AS_FLOAT32);
    });
  });

  it('take logarithms as Math.log', () => {
    const generator = new Mt19937(1);
    const numbers = Float64Array.from({ length: 1_000_000 }, (_, i) =>
      // A tenth within 2^-20 of a power of two, where the formula is another.
      i % 10 === 0
        ? 2 ** -(i % 7) * (1 + (generator.uniform() - 0.5) * 2 ** -20)
        : generator.uniform(),
    );
    withKernels((kernels) => {
      const source = put(kernels, numbers);
      const target = kernels.reserve(numbers.byteLength);
      kernels.logarithmsOf(source, target, numbers.length);
      const logarithms = new Float64Array(kernels.memory.buffer, target, numbers.length);
      const wrong = numbers.filter((number, i) => {
        const expected = Math.log(number);
        // Compilers for other processors may fuse the steps of Math.log, for another last bit.
        const tolerance = process.arch === 'x64' ? 0 : Math.abs(expected) * 2 ** -52;
        return !(Math.abs((logarithms[i] as number) - expected) <= tolerance);
      });
      expect([...wrong.slice(0, 5)]).toEqual([]);
    });
  });

  it('may take means of distances in integers', () => {
    // Every sum of nine distances of up to 20 pixels in 16.16 fixed point.
    const ninth = (sum: number) => (((sum >> 16) - 4) * 3641 + 16384) >> 15;
    for (let sum = 0; sum <= 9 * 20 * 65536; sum++) {
      const mean = Math.trunc(Math.fround((sum / 65536) * (1 / 9)));
      if (mean !== ninth(sum)) expect.fail(`${sum}: ${ninth(sum)} instead of ${mean}`);
    }
    for (let sum = 0; sum <= 9 * 255; sum++) {
      expect((sum * 3641 + 16384) >> 15).toBe(Math.floor((sum + 4) / 9));
    }
  });
});
