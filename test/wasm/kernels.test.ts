import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compileKernels, KERNELS } from '../../build-wasm.ts';
import { BYTE_AS_FLOAT64 } from '../../src/degradations/bytes.ts';
import { Mt19937 } from '../../src/degradations/mt19937.ts';
import { put, withKernels } from '../../src/wasm/kernels.ts';
import { BYTE_AS_FLOAT32 } from '../degradations/reference/float32-bytes.ts';

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
        return !(Math.abs(logarithms[i]! - expected) <= tolerance);
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
