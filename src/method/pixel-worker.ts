import { createHash } from 'node:crypto';
import { constants, getPriority, setPriority } from 'node:os';
import { isMainThread } from 'node:worker_threads';
import sharp from 'sharp';
import { degrade } from '../degradations/index.ts';
import {
  type ContactSheet,
  renderContactSheet,
  renderThumbnail,
} from '../images/contact-sheet/index.ts';
import { cropImage } from '../images/crop.ts';
import { decodeImage } from '../images/decode.ts';
import type { EncodedImage } from '../images/encode.ts';
import { encodeImage, type ImageFormat } from '../images/encode.ts';
import type { ImageFile } from '../images/image-file.ts';
import { type Look, lookOf } from '../images/look.ts';
import { psnrDb } from '../images/psnr.ts';
import type { RawImage } from '../images/raw-image.ts';
import { resizeImage, sentSize } from '../images/resize.ts';
import { visiblePart } from '../images/visible-part.ts';
import {
  look,
  lookAtContent,
  type SimulatedContent,
  type SimulatedLook,
} from '../judges/simulated/look.ts';
import { features, type StatisticalFeatures } from '../judges/statistical/index.ts';
import type { Rectangle, View } from './views.ts';

/**
 * Everything that touches all pixels of an image. These functions run on the worker threads of
 * `pixel-pool.ts`; pixels travel in shared memory, so nothing is copied between threads.
 */

// No image is worked on twice, so what sharp keeps for that would only fill memory.
sharp.cache(false);

giveWay();

/** No smaller than a contact sheet shows an image. */
const PICTURE_PIXELS = 320 * 240;

/**
 * Lets requests and replies, which wait for the main thread, not wait for pixels as well where there are
 * fewer cores than threads. Linux alone sets a priority for a thread and not for the process.
 */
function giveWay(): void {
  if (isMainThread || process.platform !== 'linux') return;
  try {
    const { PRIORITY_BELOW_NORMAL } = constants.priority;
    if (getPriority() < PRIORITY_BELOW_NORMAL) setPriority(PRIORITY_BELOW_NORMAL);
  } catch {
    // Where the system does not allow it, everything is as right, and a little later.
  }
}

export interface HashedImage extends RawImage {
  /** SHA-256 (hex) of the pixels. */
  sha256: string;
}

export async function decode(args: {
  file: ImageFile;
  maxInputPixels: number;
}): Promise<HashedImage> {
  const decoded = await decodeImage(args.file, args.maxInputPixels);
  const shared = hashed(decoded);
  free(decoded);
  return shared;
}

export async function resize(args: {
  image: HashedImage;
  size: { width: number; height: number };
}): Promise<HashedImage> {
  const { image, size } = args;
  const resized = await resizeImage(image, size);
  return resized === image ? image : hashed(resized);
}

/** A small copy for a contact sheet; of a very long image, of its middle. */
export function picture(args: { image: RawImage }): Promise<RawImage> {
  const image = visiblePart(args.image);
  return resizeImage(image, sentSize(image, PICTURE_PIXELS));
}

export function crop(args: { image: RawImage; place: Rectangle }): HashedImage {
  return hashed(cropImage(args.image, args.place));
}

/**
 * The views of a degraded copy, in the order of `views`, and how far the copy is from the query image at
 * full size.
 *
 * @param args.size at which the whole is sent
 */
export async function degradeAndView(args: {
  image: RawImage;
  degradation: string;
  severity: number;
  seed: number;
  views: readonly View[];
  size: { width: number; height: number };
  withPicture: boolean;
}): Promise<{ views: HashedImage[]; psnrDb: number; picture: RawImage | null }> {
  const { image, degradation, severity, seed, views, size, withPicture } = args;
  const degraded = degrade(image, degradation, severity, { seed });
  const shown: HashedImage[] = [];
  for (const view of views) {
    shown.push(
      hashed(view.crop ? cropImage(degraded, view.crop) : await resizeImage(degraded, size)),
    );
  }
  const made = {
    views: shown,
    psnrDb: psnrDb(image, degraded),
    picture: withPicture ? await picture({ image: degraded }) : null,
  };
  // A small image is its own picture.
  if (made.picture !== degraded) free(degraded);
  return made;
}

/** What an image looks like from far away, see `Look`. */
export async function seenFromAfar(args: {
  file: ImageFile;
  maxInputPixels: number;
}): Promise<Look> {
  return lookOf(await decodeImage(args.file, args.maxInputPixels));
}

export function encode(args: { image: RawImage; format: ImageFormat }): Promise<EncodedImage> {
  return encodeImage(args.image, args.format);
}

export function contactSheet(args: ContactSheet): Promise<EncodedImage> {
  return renderContactSheet(args);
}

/** A small picture of an image file, for a row's `preview` var. */
export async function thumbnail(args: {
  file: ImageFile;
  maxInputPixels: number;
}): Promise<EncodedImage> {
  return renderThumbnail(await decodeImage(args.file, args.maxInputPixels));
}

export function statisticalFeatures(args: { image: RawImage }): StatisticalFeatures {
  return features(args.image);
}

export function simulatedLook(args: { image: RawImage }): SimulatedLook {
  return look(args.image);
}

export function simulatedContent(args: { image: RawImage }): SimulatedContent {
  return lookAtContent(args.image);
}

/** Gives pixels back at once: of large images, the collector would leave several for a while. */
function free({ data }: RawImage): void {
  const { buffer } = data;
  if (buffer instanceof ArrayBuffer && buffer.byteLength === data.length) buffer.transfer(0);
}

function hashed({ data, width, height }: RawImage): HashedImage {
  const shared = new Uint8Array(new SharedArrayBuffer(data.length));
  shared.set(data);
  return { data: shared, width, height, sha256: createHash('sha256').update(data).digest('hex') };
}
