import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { degrade } from '../../src/degradations/index.ts';
import type { RawImage } from '../../src/images/raw-image.ts';
import figures from './formula-hashes.json' with { type: 'json' };

/**
 * SHA-256 of what the reference implementation (the paper's copy of `imagecorruptions` on numpy,
 * scipy, scikit-image and OpenCV) makes of images given by a formula.
 */
const sha256 = (data: Uint8Array) => createHash('sha256').update(data).digest('hex');

const patterns: Record<string, (x: number, y: number, c: number) => number> = {
  color: (x, y, c) => ((x * x * (c + 1) + y * y * 3 + x * y * (2 + c)) >> 5) & 255,
  grey: (x, y) => ((x * x + y * y * 3 + x * y * 2) >> 5) & 255,
  dark: (x, y, c) => (((x * x * (c + 1) + y * y * 3 + x * y * (2 + c)) >> 5) & 255) >> 2,
};

function formulaImage(pattern: string, width: number, height: number): RawImage {
  const value = patterns[pattern] as (x: number, y: number, c: number) => number;
  const data = new Uint8Array(width * height * 3);
  let i = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) for (let c = 0; c < 3; c++) data[i++] = value(x, y, c);
  }
  return { data, width, height };
}

type Case = [
  pattern: string,
  width: number,
  height: number,
  name: string,
  severity: number,
  seed: number | null,
  sha256: string,
];

describe('degrade equals the reference implementation to the bit', () => {
  it.each(Object.entries(figures.inputs))('the input %s is the one meant', (name, hash) => {
    const [, pattern, width, height] = /^(\w+) (\d+)x(\d+)$/.exec(name) as unknown as [
      string,
      string,
      string,
      string,
    ];
    expect(sha256(formulaImage(pattern, Number(width), Number(height)).data)).toBe(hash);
  });

  it.each(figures.cases as Case[])(
    '%s %ix%i %s %i seed %s',
    (pattern, width, height, name, severity, seed, hash) => {
      const image = formulaImage(pattern, width, height);
      expect(sha256(degrade(image, name, severity, { seed: seed ?? 0 }).data)).toBe(hash);
    },
  );
});
