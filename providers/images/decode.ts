import sharp from 'sharp';
import { type BmpHeader, decodeBmp, isBmp, readBmpHeader } from './bmp.ts';
import { ImageError } from './image-error.ts';
import type { RawImage } from './raw-image.ts';
import type { ImageFile } from './source.ts';
import { isTruncated } from './truncation.ts';

/** Vector and document formats have no pixels of their own, so no quality to rate. */
const FORMATS_WITHOUT_PIXELS: Record<string, string> = {
  svg: 'an SVG drawing',
  pdf: 'a PDF document',
};

/**
 * Decodes an image file to 8-bit sRGB: EXIF orientation applied, embedded colour profile converted,
 * transparency flattened on white, the first frame of an animation.
 *
 * @param maxInputPixels larger images are refused before anything is decoded
 * @throws ImageError not an image, truncated or damaged, too large, SVG or PDF
 */
export async function decodeImage(file: ImageFile, maxInputPixels: number): Promise<RawImage> {
  const { name, bytes } = file;
  refuse(name, sniffFormatWithoutPixels(bytes));
  const { width, height, format, bmp } = await readHeader(file);
  refuse(name, format);
  refuseTooLarge(name, { width, height }, maxInputPixels);
  if (bmp) return decodeBmp(file, bmp);
  try {
    const { data, info } = await sharp(bytes, { failOn: 'error', limitInputPixels: false })
      .autoOrient()
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return { data: toRgb(data, info.channels, name), width: info.width, height: info.height };
  } catch (cause) {
    if (cause instanceof ImageError) throw cause;
    throw unreadable(file, `the file is damaged`, cause);
  }
}

/** @throws ImageError */
export function refuseTooLarge(
  name: string,
  { width, height }: { width: number; height: number },
  maxInputPixels: number,
): void {
  if (width * height <= maxInputPixels) return;
  throw new ImageError(
    name,
    `${width}x${height} is ${width * height} pixels, above the limit of ${maxInputPixels}; make it smaller or raise image.maxInputPixels`,
  );
}

/**
 * The size that an image decodes to, by its header alone.
 *
 * @throws ImageError
 */
export async function readSize(file: ImageFile): Promise<{ width: number; height: number }> {
  refuse(file.name, sniffFormatWithoutPixels(file.bytes));
  return (await readHeader(file)).oriented;
}

async function readHeader(file: ImageFile): Promise<{
  width: number;
  height: number;
  format: string;
  /** The size it decodes to. */
  oriented: { width: number; height: number };
  bmp?: BmpHeader;
}> {
  if (isBmp(file.bytes)) {
    const bmp = readBmpHeader(file);
    const { width, height } = bmp;
    return { width, height, format: 'bmp', oriented: { width, height }, bmp };
  }
  try {
    const { width, height, format, autoOrient } = await sharp(file.bytes, {
      limitInputPixels: false,
    }).metadata();
    return { width, height, format, oriented: autoOrient };
  } catch (cause) {
    throw unreadable(file, 'not an image that can be read', cause);
  }
}

function unreadable(file: ImageFile, otherwise: string, cause: unknown): ImageError {
  const what = isTruncated(file.bytes) ? 'the file is truncated' : otherwise;
  return new ImageError(file.name, `${what} (${firstLine(cause)}); copy or download it again`, {
    cause,
  });
}

function refuse(name: string, format: string | undefined): void {
  const what = format && FORMATS_WITHOUT_PIXELS[format];
  if (what) {
    throw new ImageError(
      name,
      `this is ${what}, which has no pixels of its own; export it as PNG at the size people see it`,
    );
  }
}

function sniffFormatWithoutPixels(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.subarray(0, 1024)).toString('latin1');
  if (head.includes('%PDF-')) return 'pdf';
  return /^\s*(?:\xef\xbb\xbf)?\s*</.test(head) && /<svg[\s>]/i.test(head) ? 'svg' : undefined;
}

function toRgb(data: Buffer, channels: number, name: string): Uint8Array {
  if (channels === 3) return data;
  if (channels !== 1)
    throw new ImageError(name, `decoded to ${channels} channels; convert it to RGB`);
  const rgb = new Uint8Array(data.length * 3);
  for (let pixel = 0; pixel < data.length; pixel++)
    rgb.fill(data[pixel] as number, pixel * 3, pixel * 3 + 3);
  return rgb;
}

const firstLine = (cause: unknown): string =>
  (cause instanceof Error ? cause.message : String(cause)).split('\n')[0] ?? '';
