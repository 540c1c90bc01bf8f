import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { gaussianKernel } from '../../src/degradations/gaussian-blur.ts';
import { degrade } from '../../src/degradations/index.ts';
import { Mt19937 } from '../../src/degradations/mt19937.ts';
import { NormalStream } from '../../src/degradations/normal-stream.ts';
import { zoomFactors } from '../../src/degradations/zoom-sampling.ts';
import type { RawImage } from '../../src/images/raw-image.ts';
import { sharedIsPresent, sharedPath } from '../shared.ts';
import { cannyEdges } from './reference/canny.ts';
import { chamferDistance } from './reference/chamfer-distance.ts';
import { plasmaMap } from './reference/plasma-map.ts';
import { waterRelief } from './reference/spatter-water.ts';

interface Manifest {
  cases: {
    id: string;
    input: string;
    degradation: string;
    severity: number;
    seed: number | null;
    output: { rgb_sha256: string };
    stages?: Record<string, { file: string }>;
  }[];
  fields: Record<
    string,
    { kind: string; mapsize?: number; wibbledecay?: number; seed: number; full_map_sha256?: string }
  >;
  extra: {
    gaussian_kernels: Record<string, number[]>;
    zoom_factors: Record<string, number[]>;
    rng_mt19937: { seed: number; random_sample: number[]; standard_normal: number[] }[];
    hash_cases: {
      id: string;
      rule: string;
      width: number;
      height: number;
      degradation: string;
      severity: number;
      seed: number | null;
      input_rgb_sha256: string;
      output_rgb_sha256: string;
    }[];
  };
}

const GOLDEN = 'degradations/golden';
const present = sharedIsPresent(GOLDEN);
const manifest: Manifest | undefined = present
  ? JSON.parse(readFileSync(sharedPath(`${GOLDEN}/manifest.json`), 'utf8'))
  : undefined;
const file = (name: string) => readFileSync(sharedPath(`${GOLDEN}/${name}`));
const sha256 = (data: Uint8Array) => createHash('sha256').update(data).digest('hex');

async function readPng(name: string): Promise<RawImage> {
  const { data, info } = await sharp(file(name))
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

const rules: Record<string, (width: number, height: number) => Uint8Array> = {
  cube: () =>
    Uint8Array.from(
      { length: 3 * 2 ** 24 },
      (_, i) => (Math.floor(i / 3) >> (16 - 8 * (i % 3))) & 255,
    ),
  pattern: (width, height) => {
    const data = new Uint8Array(width * height * 3);
    let i = 0;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        for (let c = 0; c < 3; c++) {
          const patch = (Math.floor(x / 37) + Math.floor(y / 23) + c) % 3;
          data[i++] = (7 * x + 13 * y + 29 * c + Math.floor((x * y) / 16) + 61 * patch) % 256;
        }
      }
    }
    return data;
  },
};

describe.skipIf(!manifest)('the golden vectors of the reference implementation', () => {
  const { cases = [], fields = {}, extra } = manifest ?? {};

  it.each(cases)('$id', async ({ input, degradation, severity, seed, output }) => {
    const image = await readPng(`inputs/${input}.png`);
    expect(sha256(degrade(image, degradation, severity, { seed: seed ?? 0 }).data)).toBe(
      output.rgb_sha256,
    );
  });

  it.each(extra?.hash_cases ?? [])(
    '$id',
    ({ rule, width, height, degradation, severity, seed, ...hashes }) => {
      const data = (rules[rule] as (typeof rules)[string])(width, height);
      expect(sha256(data)).toBe(hashes.input_rgb_sha256);
      const degraded = degrade({ data, width, height }, degradation, severity, { seed: seed ?? 0 });
      expect(sha256(degraded.data)).toBe(hashes.output_rgb_sha256);
    },
  );

  it.each(extra?.rng_mt19937 ?? [])(
    'random numbers of seed $seed',
    ({ seed, random_sample, standard_normal }) => {
      const generator = new Mt19937(seed);
      expect(random_sample.map(() => generator.uniform())).toEqual(random_sample);
      const row = new Float64Array(standard_normal.length);
      new NormalStream(seed).fill(row, 0, 1);
      // The logarithm's last bit differs between platforms.
      for (const [i, normal] of standard_normal.entries()) expect(row[i]).toBeCloseTo(normal, 14);
    },
  );

  it('zoom factors', () => {
    for (const severity of [1, 2, 3, 4, 5] as const) {
      expect(zoomFactors(severity)).toEqual(extra?.zoom_factors[severity]);
    }
  });

  it('Gaussian kernels', () => {
    for (const [sigma, weights] of Object.entries(extra?.gaussian_kernels ?? {})) {
      const half = gaussianKernel(Number(sigma));
      expect(2 * half.length - 1).toBe(weights.length);
      for (const [x, weight] of half.entries())
        expect(weight).toBeCloseTo(weights[half.length - 1 + x]!, 15);
    }
  });

  const plasmas = Object.entries(fields).filter(([, { kind }]) => kind === 'plasma_map_crop');
  it.each(plasmas)('%s', (_, { mapsize, wibbledecay, seed, full_map_sha256 }) => {
    const { values } = plasmaMap(mapsize as number, wibbledecay as number, seed);
    expect(sha256(new Uint8Array(values.buffer))).toBe(full_map_sha256);
  });

  const staged = cases.filter(({ severity, stages }) => stages && severity <= 3);
  it.each(staged)('stages of $id', ({ stages = {} }) => {
    const stage = (name: string) => file((stages[name] as { file: string }).file);
    const liquid = new Uint8Array(stage('liquid_u8'));
    const edges = cannyEdges(liquid, 160, 120);
    expect(Buffer.from(edges)).toEqual(stage('canny_u8'));
    const distances = Float32Array.from(chamferDistance(edges, 160, 120), (d) => d / 65536);
    expect(Buffer.from(distances.buffer)).toEqual(stage('dist_f32'));
    expect(Buffer.from(waterRelief(liquid, 160, 120))).toEqual(stage('blur2_u8'));
  });
});
