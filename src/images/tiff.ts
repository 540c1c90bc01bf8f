import { COPY_AGAIN, ImageError } from './image-error.ts';
import type { ImageFile } from './image-file.ts';
import { tiffPartsFault } from './tiff-data.ts';
import { readTiffDirectories, TAG, type TiffDirectory } from './tiff-directories.ts';

/** What is to be decoded of a TIFF file, in the terms of sharp's constructor. */
export interface TiffImage {
  page: number;
  subifd: number;
  directory: TiffDirectory;
  /** Whether a fourth (of grey, a second) channel says nothing of transparency, and is left out. */
  hasUnknownChannel: boolean;
}

/**
 * Finds the image of full resolution in a TIFF file: not a thumbnail, a preview, a smaller version of a
 * pyramid or a mask, wherever these stand in the file.
 *
 * @throws ImageError a camera's raw file, several pages of full size, and what libvips decodes to wrong
 *   pixels: samples that are no unsigned integers of up to 16 bits, L*a*b*, channels beyond alpha
 */
export function findTiffImage(file: ImageFile): TiffImage {
  const directories = readTiffDirectories(file);
  refuseRaw(file.name, directories);
  const chosen = fullResolution(file.name, directories);
  const number = (tag: number, otherwise: number) => chosen.tags.get(tag)?.[0] ?? otherwise;
  refuseSamples(file.name, chosen);
  const compression = number(TAG.compression, 1);
  refuseCompression(file.name, compression);
  refuseForm(file.name, chosen);
  const fault = tiffPartsFault(file.bytes, chosen);
  if (fault !== undefined) throw new ImageError(file.name, fault);
  const channels = COLOUR_CHANNELS[number(TAG.photometric, 1)];
  if (channels === undefined) {
    const photometric = number(TAG.photometric, 1);
    throw notRead(
      file.name,
      `holds ${COLOURS_NOT_READ[photometric] ?? `colours of kind ${photometric}`}`,
      'convert it to RGB of 8 or 16 bits a channel',
    );
  }
  if (number(TAG.photometric, 1) === YCBCR && compression !== JPEG && compression !== OLD_JPEG) {
    throw notRead(
      file.name,
      'holds YCbCr colours that are not compressed with JPEG',
      'convert it to RGB of 8 or 16 bits a channel',
    );
  }
  const extra = number(TAG.samplesPerPixel, 1) - channels;
  const meaning = chosen.tags.get(TAG.extraSamples) ?? [];
  const isAlpha = extra === 1 && (meaning[0] === ASSOCIATED || meaning[0] === UNASSOCIATED);
  if (extra < 0 || extra > 1 || (extra === 1 && channels === 4 && !isAlpha)) {
    throw notRead(
      file.name,
      `has ${channels + extra} channels where its colours need ${channels}`,
      'save it without the others',
    );
  }
  if (channels === 4 && isAlpha && number(TAG.bitsPerSample, 1) === 16) {
    // libvips takes the transparency for one of 8 bits.
    throw notRead(
      file.name,
      'has CMYK colours of 16 bits with transparency',
      'save it without transparency, or convert it to RGB',
    );
  }
  return {
    page: chosen.page,
    subifd: chosen.subifd,
    directory: chosen,
    hasUnknownChannel: extra === 1 && !isAlpha,
  };
}

const PALETTE = 3;
const SEPARATE = 2;

/** What libvips reads as something else, or refuses in words that lead nowhere. */
function refuseForm(name: string, { tags }: TiffDirectory): void {
  const number = (tag: number, otherwise: number) => tags.get(tag)?.[0] ?? otherwise;
  if (number(TAG.photometric, 1) === PALETTE && !tags.has(TAG.colorMap)) {
    throw new ImageError(
      name,
      `the file is damaged (a TIFF with a palette that is not there); ${COPY_AGAIN}`,
    );
  }
  const isSeparate = number(TAG.planarConfiguration, 1) === SEPARATE;
  if (isSeparate && tags.has(TAG.tileOffsets) && number(TAG.samplesPerPixel, 1) > 1) {
    throw notRead(name, 'keeps each channel in tiles of its own', 'save it without tiles');
  }
  if (isSeparate && number(TAG.samplesPerPixel, 1) === 2) {
    // libvips mixes up the rows.
    throw notRead(
      name,
      'keeps its two channels apart',
      'save it with both interleaved, or without the second one',
    );
  }
  const orientation = number(TAG.orientation, 1);
  if (orientation < 1 || orientation > 8) {
    throw notRead(
      name,
      `states the orientation ${orientation}, where TIFF knows 1 to 8`,
      'save it anew, the right way up',
    );
  }
}

/** Of the tags PhotometricInterpretation and Compression. libvips converts only YCbCr of JPEG to RGB. */
const YCBCR = 6;
const OLD_JPEG = 6;
const JPEG = 7;

/** Of the tag NewSubfileType. */
const REDUCED = 1;
const MASK = 4;
/** Of the tag ExtraSamples. */
const ASSOCIATED = 1;
const UNASSOCIATED = 2;

const COLOUR_FILTER_ARRAY = 32803;
const LINEAR_RAW = 34892;

function refuseRaw(name: string, directories: readonly TiffDirectory[]): void {
  const isDng = directories.some(({ tags }) => tags.has(TAG.dngVersion));
  const isRaw = directories.some(({ tags }) =>
    tags
      .get(TAG.photometric)
      ?.some((colours) => colours === COLOUR_FILTER_ARRAY || colours === LINEAR_RAW),
  );
  if (isDng || isRaw) throw new ImageError(name, rawRefusal(isDng ? 'DNG' : 'TIFF'));
}

/** @param kind such as `DNG` */
export const rawRefusal = (kind: string): string =>
  `this is a raw file of a camera (${kind}), whose look depends on how it is developed; develop it, and save it as PNG, JPEG or TIFF`;

/** A page whose sides are at most this share of the largest's is a smaller version of it. */
const SMALLER = 0.5;

function fullResolution(name: string, directories: readonly TiffDirectory[]): TiffDirectory {
  const pages = directories.filter(({ tags }) => {
    const kind = tags.get(TAG.newSubfileType)?.[0] ?? 0;
    // The older tag SubfileType: 2 is an image of reduced resolution.
    return (kind & (REDUCED | MASK)) === 0 && tags.get(TAG.subfileType)?.[0] !== 2;
  });
  const [largest, ...others] = (pages.length > 0 ? pages : directories).toSorted(
    (a, b) => b.width * b.height - a.width * a.height,
  );
  if (!largest) throw new ImageError(name, 'the file is damaged (a TIFF without an image)');
  const equal = others.filter(
    ({ width, height }) => width > largest.width * SMALLER || height > largest.height * SMALLER,
  );
  if (equal.length > 0) {
    throw new ImageError(
      name,
      `this TIFF holds ${equal.length + 1} pages of full size; save the one that is to be rated as a file of its own`,
    );
  }
  return largest;
}

const SAMPLE_FORMATS: Readonly<Record<number, string>> = {
  2: 'signed integer',
  3: 'floating-point',
  5: 'complex integer',
  6: 'complex floating-point',
};

function refuseSamples(name: string, { tags }: TiffDirectory): void {
  const bits = [...new Set(tags.get(TAG.bitsPerSample) ?? [1])];
  const format = (tags.get(TAG.sampleFormat) ?? []).find((code) => code !== 1);
  const channels = tags.get(TAG.samplesPerPixel)?.[0] ?? 1;
  const read = channels === 1 ? [1, 2, 4, 8, 16] : [8, 16];
  const isRead = bits.length === 1 && read.includes(bits[0]!);
  if (isRead && format === undefined) return;
  const kind = format === undefined ? 'unsigned integer' : (SAMPLE_FORMATS[format] ?? 'undefined');
  throw notRead(
    name,
    `has ${bits.join('/')}-bit ${kind} samples${channels > 1 && bits[0]! < 8 ? ` of ${channels} channels` : ''}`,
    'convert it to 8 or 16 bits a channel, unsigned',
  );
}

/** Channels of the colours that are read, by PhotometricInterpretation. */
const COLOUR_CHANNELS: Readonly<Record<number, number>> = {
  0: 1, // white is zero
  1: 1, // black is zero
  2: 3, // RGB
  3: 1, // palette
  5: 4, // CMYK
  6: 3, // YCbCr
};

const COLOURS_NOT_READ: Readonly<Record<number, string>> = {
  4: 'a mask',
  8: 'CIE L*a*b* colours',
  9: 'ICC L*a*b* colours',
  10: 'ITU L*a*b* colours',
  32844: 'luminances of a high dynamic range (LogL)',
  32845: 'colours of a high dynamic range (LogLuv)',
};

/** What libvips, as sharp brings it, decodes. */
const COMPRESSIONS_READ = new Set([
  1, // none
  2, // CCITT
  3, // CCITT
  4, // CCITT
  5, // LZW
  OLD_JPEG,
  JPEG,
  8, // Deflate
  32771, // CCITT
  32773, // PackBits
  32946, // Deflate
  50001, // WebP
]);

const COMPRESSIONS_NOT_READ: Readonly<Record<number, string>> = {
  22610: 'JPEG XR',
  32766: 'NeXT',
  32809: 'ThunderScan',
  32908: 'PixarFilm',
  32909: 'PixarLog',
  33003: 'JPEG 2000',
  33004: 'JPEG 2000',
  33005: 'JPEG 2000',
  34661: 'JBIG',
  34676: 'SGI LogLuv',
  34677: 'SGI LogLuv',
  34712: 'JPEG 2000',
  34887: 'LERC',
  34925: 'LZMA',
  34926: 'Zstandard',
  34933: 'PNG',
  34934: 'JPEG XR',
  50000: 'Zstandard',
  50002: 'JPEG XL',
  52546: 'JPEG XL',
};

function refuseCompression(name: string, method: number): void {
  if (COMPRESSIONS_READ.has(method)) return;
  const called = COMPRESSIONS_NOT_READ[method];
  throw notRead(
    name,
    `is compressed with ${called === undefined ? `method ${method}` : `${called} (method ${method})`}`,
    'save it uncompressed, or with LZW or Deflate',
  );
}

const notRead = (name: string, what: string, remedy: string): ImageError =>
  new ImageError(name, `this TIFF ${what}, and such files are not read; ${remedy}`);
