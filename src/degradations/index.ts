import { nearest } from '../common/config-error.ts';
import type { RawImage } from '../images/raw-image.ts';
import { brightness } from './brightness.ts';
import { contrast } from './contrast.ts';
import { darkness } from './darkness.ts';
import { defocusBlur } from './defocus-blur.ts';
import { type Degradation, SEVERITIES, type Severity } from './degradation.ts';
import { fog } from './fog.ts';
import { gaussianBlur } from './gaussian-blur-channels.ts';
import { gaussianNoise } from './gaussian-noise.ts';
import { jpegCompression } from './jpeg-compression.ts';
import { motionBlur } from './motion-blur.ts';
import { pixelate } from './pixelate.ts';
import { saturate } from './saturate.ts';
import { spatter } from './spatter.ts';
import { zoomBlur } from './zoom-blur.ts';

/**
 * The degradations by name. The first four are those of `imagecorruptions` (Hendrycks & Dietterich
 * 2019) that Q-Debias uses, reproduced to the bit: in WebAssembly, with the same in plain TypeScript
 * in test/degradations/reference as what it is to be read and tested by. The others have the constants
 * of the field (docs/degradations.md). Adding one is a file, a line here and a test.
 */
export const degradations = {
  zoom_blur: zoomBlur,
  spatter,
  saturate,
  fog,
  gaussian_noise: gaussianNoise,
  gaussian_blur: gaussianBlur,
  motion_blur: motionBlur,
  defocus_blur: defocusBlur,
  pixelate,
  jpeg_compression: jpegCompression,
  contrast,
  brightness,
  darkness,
} as const satisfies Readonly<Record<string, Degradation>>;

export type DegradationName = keyof typeof degradations;

/**
 * Names that `degrade` takes.
 *
 * @example
 * degradationNames.includes('zoom_blur'); // true
 */
export const degradationNames = Object.keys(degradations) as readonly DegradationName[];

const byName: Readonly<Record<string, Degradation>> = degradations;

/** Shortest side that can be degraded, in pixels. */
const MIN_SIDE = 32;

/**
 * Makes a degraded copy. Pure: the result depends on the arguments alone, and the input is not changed.
 *
 * @param image 8-bit RGB, both sides at least 32 pixels
 * @param name one of `degradationNames`
 * @param severity 1 (mild) to 5 (severe)
 * @param options.seed unsigned 32-bit integer; only the random degradations depend on it
 * @throws RangeError for anything else, naming the value
 * @example
 * const black = { data: new Uint8Array(32 * 32 * 3), width: 32, height: 32 };
 * const copy = degrade(black, 'brightness', 2, { seed: 0 });
 * // A fifth of 255.
 * copy.data[0]; // 51
 */
export function degrade(
  image: RawImage,
  name: string,
  severity: number,
  { seed }: { seed: number },
): RawImage {
  const degradation = Object.hasOwn(byName, name) ? byName[name] : undefined;
  if (!degradation) {
    const near = nearest(name, degradationNames);
    throw new RangeError(
      `unknown degradation "${name}"${near ? `, did you mean "${near}"?` : ''} Known: ${degradationNames.join(', ')}`,
    );
  }
  const problem = whyNotDegradable(name, image);
  if (problem !== undefined) throw new RangeError(problem);
  checkData(image);
  if (!isSeverity(severity)) {
    throw new RangeError(
      `severity ${severity} of ${name}: it must be one of ${SEVERITIES.join(', ')}`,
    );
  }
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff) {
    throw new RangeError(`seed ${seed} of ${name}: it must be an integer from 0 to 4294967295`);
  }
  return degradation.apply(image, severity, seed);
}

const isSeverity = (severity: number): severity is Severity =>
  SEVERITIES.some((each) => each === severity);

/**
 * Why no degraded copy of an image of this size can be made, whatever its pixels; undefined when it can.
 *
 * @param name one of `degradationNames`
 */
export function whyNotDegradable(
  name: string,
  { width, height }: Pick<RawImage, 'width' | 'height'>,
): string | undefined {
  const maxSide = byName[name]?.maxSide ?? Number.POSITIVE_INFINITY;
  for (const [side, length] of Object.entries({ width, height })) {
    const found = `${side} ${length} of a ${width}x${height} image`;
    if (!Number.isInteger(length) || length < MIN_SIDE)
      return `${found}: degradations need at least ${MIN_SIDE} pixels`;
    if (length > maxSide) return `${found}: ${name} takes at most ${maxSide} pixels`;
  }
  return undefined;
}

function checkData({ data, width, height }: RawImage): void {
  if (data.length !== width * height * 3) {
    throw new RangeError(
      `${data.length} bytes of data do not fit ${width}x${height} pixels with 3 channels (${width * height * 3} bytes)`,
    );
  }
}
