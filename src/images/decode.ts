import sharp, { type Metadata, type Sharp, type SharpOptions } from 'sharp';
import { asStill, avifFault } from './avif-data.ts';
import { type BmpHeader, decodeBmp, isBmp, readBmpHeader } from './bmp.ts';
import { bmpProfile, withProfile } from './bmp-profile.ts';
import { deepToSrgb } from './deep-colour.ts';
import { gifFault } from './gif-data.ts';
import { isUsableProfile } from './icc-profile.ts';
import { COPY_AGAIN, ImageError } from './image-error.ts';
import type { ImageFile } from './image-file.ts';
import { dataFault, missingScans } from './jpeg-data.ts';
import { isJpeg } from './jpeg-structure.ts';
import type { RawImage } from './raw-image.ts';
import { refuseOtherKinds, SVG_REFUSAL } from './refuse-other-kinds.ts';
import { findTiffImage } from './tiff.ts';
import { tiffDataFault } from './tiff-data.ts';
import { isTiff, type TiffDirectory } from './tiff-directories.ts';
import { isTruncated } from './truncation.ts';

/**
 * Decodes an image file to 8-bit sRGB: EXIF orientation applied, embedded colour profile converted,
 * transparency flattened on white, the first frame of an animation, the page of full resolution of a TIFF.
 *
 * @param maxInputPixels larger images are refused before anything is decoded
 * @throws ImageError not an image or of a format that is not read, incomplete or damaged, too large, SVG or
 *   PDF, samples that are not 8-bit or 16-bit unsigned integers
 */
export async function decodeImage(given: ImageFile, maxInputPixels: number): Promise<RawImage> {
  const file = asStill(given);
  const { name } = file;
  const header = await readHeader(file);
  refuseTooLarge(name, header, maxInputPixels);
  if ('bmp' in header) return inSrgb(decodeBmp(file, header.bmp), bmpProfile(file));
  if (isJpeg(file.bytes)) return decodeJpeg(file);
  const fault = header.directory
    ? await tiffDataFault(file.bytes, header.directory)
    : (gifFault(file.bytes) ?? avifFault(file.bytes));
  if (fault !== undefined) throw new ImageError(name, fault);
  try {
    return await toRgb8(file, header);
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
  return (await readHeader(asStill(file))).oriented;
}

interface Size {
  width: number;
  height: number;
}

type Header = Size & {
  /** The size it decodes to. */
  oriented: Size;
} & ({ bmp: BmpHeader } | SharpHeader);

interface SharpHeader {
  metadata: Metadata;
  /** Which image of the file is decoded. */
  place: Pick<SharpOptions, 'page'> & { tiff?: { subifd: number } };
  /** Of a TIFF. */
  directory: TiffDirectory | undefined;
  hasUnknownChannel: boolean;
}

async function readHeader(file: ImageFile): Promise<Header> {
  if (isBmp(file.bytes)) {
    const bmp = readBmpHeader(file);
    const { width, height } = bmp;
    return { width, height, oriented: { width, height }, bmp };
  }
  await refuseOtherKinds(file);
  const { page, subifd, directory, hasUnknownChannel } = isTiff(file.bytes)
    ? findTiffImage(file)
    : { page: 0, subifd: undefined, directory: undefined, hasUnknownChannel: false };
  const place = subifd === undefined ? {} : { page, tiff: { subifd } };
  const metadata = await readMetadata(file, place);
  if (metadata.format === 'svg') throw new ImageError(file.name, SVG_REFUSAL);
  const { width, height, autoOrient } = metadata;
  return { width, height, oriented: autoOrient, metadata, place, directory, hasUnknownChannel };
}

async function readMetadata(file: ImageFile, place: SharpHeader['place']): Promise<Metadata> {
  try {
    return await sharp(file.bytes, { ...place, limitInputPixels: false }).metadata();
  } catch (cause) {
    throw unreadable(file, 'not an image that can be read', cause);
  }
}

/** What libjpeg warns about is harmless, once all data is known to be there. */
async function decodeJpeg(file: ImageFile): Promise<RawImage> {
  const { name, bytes } = file;
  const fault = missingScans(bytes) ?? dataFault(bytes);
  if (fault !== undefined) throw new ImageError(name, fault);
  try {
    return await finish(open(bytes, { failOn: 'none' }));
  } catch (cause) {
    throw unreadable(file, 'the file is damaged', cause);
  }
}

async function inSrgb(image: RawImage, profile: Uint8Array | undefined): Promise<RawImage> {
  if (profile === undefined || !isUsableProfile(profile, 3)) return image;
  return finish(open(withProfile(image, profile), {}));
}

const open = (bytes: Uint8Array, options: SharpOptions): Sharp =>
  sharp(bytes, { failOn: 'error', limitInputPixels: false, ...options }).autoOrient();

async function toRgb8(
  { bytes }: ImageFile,
  { metadata, place, hasUnknownChannel }: SharpHeader,
): Promise<RawImage> {
  const { space, icc } = metadata;
  if ((space !== 'rgb16' && space !== 'grey16') || !icc) {
    return finish(open(bytes, place), { hasUnknownChannel });
  }
  const opened = open(bytes, { ...place, ignoreIcc: true });
  return isUsableProfile(icc, space === 'rgb16' ? 3 : 1)
    ? deepToSrgb(hasUnknownChannel ? opened.removeAlpha() : opened, space)
    : finish(opened, { hasUnknownChannel });
}

async function finish(image: Sharp, { hasUnknownChannel = false } = {}): Promise<RawImage> {
  // In a pipeline of sharp, flattening comes before a channel is left out.
  const opaque = hasUnknownChannel ? image.removeAlpha() : image.flatten({ background: '#ffffff' });
  const { data, info } = await opaque
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  if (channels === 3) return { data, width, height };
  if (channels === 1) return { data: tripled(data), width, height };
  throw new Error(`it decodes to ${channels} channels`);
}

function unreadable(file: ImageFile, otherwise: string, cause: unknown): ImageError {
  const what = isTruncated(file.bytes) ? 'the file is truncated' : otherwise;
  return new ImageError(file.name, `${what} (${firstLine(cause)}); ${COPY_AGAIN}`, {
    cause,
  });
}

function tripled(grey: Uint8Array): Uint8Array {
  const rgb = new Uint8Array(grey.length * 3);
  for (let pixel = 0; pixel < grey.length; pixel++)
    rgb.fill(grey[pixel]!, pixel * 3, pixel * 3 + 3);
  return rgb;
}

const firstLine = (cause: unknown): string =>
  (cause instanceof Error ? cause.message : String(cause)).split('\n')[0] ?? '';
