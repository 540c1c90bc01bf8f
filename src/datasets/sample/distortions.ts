import { createHash } from 'node:crypto';
import sharp, { type Sharp } from 'sharp';
import { NormalStream } from '../../degradations/normal-stream.ts';
import type { RawImage } from '../../images/raw-image.ts';
import { rawInput } from '../../images/resize.ts';

/** A family of distortions: its strength at levels 1 to 4, and what it does to an image. */
interface Family {
  strengths: readonly [number, number, number, number];
  /** @param seed unsigned 32-bit integer */
  distort(image: RawImage, strength: number, seed: number): Promise<RawImage> | RawImage;
}

/**
 * The families of the sample set. None of them is a prior (zoom blur, spatter, saturate, fog), so no
 * judge is asked about a picture that was made the way its degraded copy is.
 */
const FAMILIES = {
  /** Quality of a baseline JPEG with 4:2:0 chroma. */
  jpeg: { strengths: [40, 20, 12, 7], distort: compress },
  /** Standard deviation in pixels. */
  gaussian_blur: { strengths: [1, 1.8, 3.2, 6], distort: blur },
  /** Standard deviation in grey values, each channel by itself. */
  noise: { strengths: [6, 12, 20, 35], distort: addNoise },
  /** Factor by which the sides are shrunk before they are enlarged again. */
  downscaling: { strengths: [2, 3, 5, 9], distort: downscale },
  /** Stops of light missing. */
  exposure: { strengths: [0.6, 1.1, 1.8, 2.8], distort: darken },
} as const satisfies Record<string, Family>;

export type FamilyName = keyof typeof FAMILIES;
export type Level = 1 | 2 | 3 | 4;

export const familyNames = Object.keys(FAMILIES) as FamilyName[];

/** The strengths of all families and levels, to tell one recipe from another. */
export const strengths = Object.fromEntries(
  familyNames.map((name) => [name, FAMILIES[name].strengths]),
);

/** A distorted copy; what is random in it depends on `image`'s `name`, the family and the level only. */
export async function distort(
  image: RawImage,
  name: string,
  family: FamilyName,
  level: Level,
): Promise<RawImage> {
  const seed = createHash('sha256').update(`${name} ${family} ${level}`).digest().readUInt32BE(0);
  return FAMILIES[family].distort(image, FAMILIES[family].strengths[level - 1]!, seed);
}

async function compress(image: RawImage, quality: number): Promise<RawImage> {
  const bytes = await rawInput(image).jpeg({ quality, chromaSubsampling: '4:2:0' }).toBuffer();
  return pixelsOf(sharp(bytes));
}

function blur(image: RawImage, sigma: number): Promise<RawImage> {
  return pixelsOf(rawInput(image).blur(sigma));
}

function addNoise(image: RawImage, standardDeviation: number, seed: number): RawImage {
  const noise = new Float64Array(image.data.length);
  new NormalStream(seed).fill(noise, 0, standardDeviation);
  return {
    ...image,
    // Uint8ClampedArray rounds and clips, as a sensor's overflow does.
    data: new Uint8Array(
      Uint8ClampedArray.from(noise, (value, i) => value + image.data[i]!).buffer,
    ),
  };
}

async function downscale(image: RawImage, factor: number): Promise<RawImage> {
  const { width, height } = image;
  const small = { width: Math.round(width / factor), height: Math.round(height / factor) };
  const shrunk = await pixelsOf(
    rawInput(image).resize({ ...small, fit: 'fill', kernel: 'lanczos3' }),
  );
  return pixelsOf(rawInput(shrunk).resize({ width, height, fit: 'fill', kernel: 'cubic' }));
}

async function pixelsOf(picture: Sharp): Promise<RawImage> {
  const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

/** Underexposure: less of the light itself, so the factor applies to linear light (sRGB, IEC 61966-2-1). */
function darken(image: RawImage, stops: number): RawImage {
  const darker = Uint8Array.from({ length: 256 }, (_, value) =>
    Math.round(255 * encodeSrgb(decodeSrgb(value / 255) * 2 ** -stops)),
  );
  return { ...image, data: image.data.map((value) => darker[value]!) };
}

const decodeSrgb = (v: number) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
const encodeSrgb = (v: number) => (v <= 0.0031308 ? v * 12.92 : 1.055 * v ** (1 / 2.4) - 0.055);
