import type { Sharp } from 'sharp';
import type { RawImage } from './raw-image.ts';

/**
 * Images of 16 bits a channel with a colour profile, as 8-bit sRGB over white.
 *
 * What sharp does on its own leads such colours into Display P3 and not out of it again, and leaves grey as
 * it is. So the profile is left alone until the end, and sRGB asked for there.
 *
 * @param image opened with `ignoreIcc`, of the colour space `space`, with a profile that can be used
 */
export async function deepToSrgb(image: Sharp, space: 'rgb16' | 'grey16'): Promise<RawImage> {
  const { data, info } = await image
    .toColourspace(space)
    .withIccProfile('srgb')
    .raw({ depth: 'ushort' })
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  if (channels < 3 || channels > 4) throw new Error(`it decodes to ${channels} channels`);
  const samples = new Uint16Array(data.buffer, data.byteOffset, data.length / 2);
  const rgb = new Uint8Array(width * height * 3);
  for (let from = 0, to = 0; to < rgb.length; from += channels, to += 3) {
    const opacity = channels === 4 ? samples[from + 3]! / 65_535 : 1;
    for (let c = 0; c < 3; c++) {
      rgb[to + c] = Math.round(255 + (samples[from + c]! / LEVEL - 255) * opacity);
    }
  }
  return { data: rgb, width, height };
}

/** 16-bit values between two levels of 8 bits. */
const LEVEL = 257;
