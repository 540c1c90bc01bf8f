import { fileTypeFromBuffer } from 'file-type';
import { COPY_AGAIN, ImageError } from './image-error.ts';
import type { ImageFile } from './image-file.ts';
import { rawRefusal } from './tiff.ts';

/**
 * Refuses a file that is not of a format that is decoded, by the name of what it is; whatever its name
 * ends in. What is of no known kind is let through: the decoder says so.
 *
 * @throws ImageError
 */
export async function refuseOtherKinds({ name, bytes }: ImageFile): Promise<void> {
  const refusal = ownRefusal(bytes) ?? (await knownRefusal(bytes));
  if (refusal !== undefined) throw new ImageError(name, refusal);
}

const TO_CONVERT = 'convert it to PNG, or to JPEG of high quality';

const unread = (what: string): string => `this is ${what}, which is not read; ${TO_CONVERT}`;

const noImage = (what: string): string => `this is ${what}, not an image; give the image itself`;

const withoutPixels = (what: string): string =>
  `this is ${what}, which has no pixels of its own; export it as PNG at the size people see it`;

export const SVG_REFUSAL = withoutPixels('an SVG drawing');

/**
 * Raw files of cameras, by the ending that file-type gives them. Those that are TIFF files inside (NEF, ARW,
 * DNG) are told by what they hold: file-type tells them by less.
 */
const RAW = ['cr2', 'cr3', 'raf'];

/** What is decoded, or refused by its decoder. */
const DECODED = [
  'jpg',
  'png',
  'apng',
  'gif',
  'webp',
  'avif',
  'heic',
  'bmp',
  'tif',
  'nef',
  'arw',
  'dng',
];

/** By the ending that file-type gives them. */
const IMAGES: Readonly<Record<string, string>> = {
  jxl: 'an image in JPEG XL format',
  jp2: 'an image in JPEG 2000 format',
  jpx: 'an image in JPEG 2000 format',
  jpm: 'an image in JPEG 2000 format',
  mj2: 'an image in JPEG 2000 format',
  j2c: 'an image in JPEG 2000 format',
  jls: 'an image in JPEG-LS format',
  jxr: 'an image in JPEG XR format',
  psd: 'a Photoshop document (PSD)',
  xcf: 'a GIMP document (XCF)',
  ico: 'an icon file (ICO)',
  icns: 'an icon file (ICNS)',
  flif: 'an image in FLIF format',
  bpg: 'an image in BPG format',
  ktx: 'a texture (KTX)',
  cur: 'a cursor file (CUR) or an image in TGA format',
  dcm: 'a medical image (DICOM)',
};

/** Files that are no images, by the ending that file-type gives them. */
const FILES: Readonly<Record<string, string>> = {
  zip: 'a ZIP archive',
  rar: 'a RAR archive',
  '7z': 'a 7z archive',
  tar: 'a TAR archive',
  gz: 'a file compressed with gzip',
  bz2: 'a file compressed with bzip2',
  xz: 'a file compressed with xz',
  zst: 'a file compressed with Zstandard',
  mp4: 'a video',
  mov: 'a video',
  webm: 'a video',
  mkv: 'a video',
  avi: 'a video',
  xlsx: 'a workbook',
  docx: 'a document',
  pptx: 'a presentation',
  parquet: 'a Parquet table',
};

async function knownRefusal(bytes: Uint8Array): Promise<string | undefined> {
  const extension = await extensionOf(bytes);
  if (extension === undefined || DECODED.includes(extension)) return undefined;
  if (RAW.includes(extension)) return rawRefusal(extension.toUpperCase());
  if (extension === 'eps' || extension === 'ps') return withoutPixels('a PostScript drawing');
  const image = IMAGES[extension];
  if (image !== undefined) return unread(image);
  return noImage(FILES[extension] ?? `a file of the type ${extension}`);
}

/** A file that ends within what tells its type is one that the decoder judges. */
async function extensionOf(bytes: Uint8Array): Promise<string | undefined> {
  try {
    return (await fileTypeFromBuffer(bytes))?.ext;
  } catch {
    return undefined;
  }
}

/** Bytes at the beginning that tell a kind that file-type does not know. */
const STARTS: readonly (readonly [start: string, refusal: string])[] = [
  ['v\x2f\x31\x01', unread('an image in OpenEXR format')],
  ['%!PS', withoutPixels('a PostScript drawing')],
  ['#?RADIANCE', unread('an image in Radiance HDR format')],
  ['#?RGBE', unread('an image in Radiance HDR format')],
  ['DDS ', unread('a texture (DDS)')],
  ['\xab\x4b\x54\x58 ', unread('a texture (KTX)')],
  ['qoif', unread('an image in QOI format')],
  ['SIMPLE  =', unread('an image in FITS format')],
  ['\x01\xda', unread('an image in SGI format')],
  ['SDPX', unread('an image in DPX format')],
  ['XPDS', unread('an image in DPX format')],
  ['8BPB', unread('a Photoshop document (PSB)')],
  ['\0\0\x01\0', unread('an icon file (ICO)')],
  ['IIRO', rawRefusal('ORF')],
  ['IIRS', rawRefusal('ORF')],
  ['MMOR', rawRefusal('ORF')],
  ['IIU\0', rawRefusal('RW2')],
  ['\0MRM', rawRefusal('MRW')],
  ['FOVb', rawRefusal('X3F')],
  ['\0\x05\x16\x07', appleDouble('AppleDouble')],
  ['\0\x05\x16\0', appleDouble('AppleSingle')],
  ['\x93NUMPY', noImage('a NumPy array')],
  ['\x89HDF', noImage('an HDF5 file')],
];

function appleDouble(kind: string): string {
  return `this is no image but what macOS keeps about one (${kind}, a file whose name begins with "._"); leave it out and give the file without "._"`;
}

/** As much of the beginning as is looked at. */
const HEAD_BYTES = 16_384;

function ownRefusal(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.subarray(0, HEAD_BYTES)).toString('latin1');
  if (head.slice(0, 1024).includes('%PDF-')) return withoutPixels('a PDF document');
  const known = STARTS.find(([start]) => head.startsWith(start));
  if (known) return known[1];
  if (/^P[1-7FfS][\s#]/.test(head)) return unread('an image in Netpbm format (PBM, PGM, PPM, PFM)');
  if (Buffer.from(bytes.subarray(-18)).toString('latin1') === 'TRUEVISION-XFILE.\0') {
    return unread('an image in TGA format');
  }
  if (bytes[0] === 10 && (bytes[1] ?? 9) <= 5 && bytes[2] === 1)
    return unread('an image in PCX format');
  if (bytes.every((byte) => byte === 0)) {
    return `the file holds nothing but zero bytes; ${COPY_AGAIN}`;
  }
  return heifRefusal(head) ?? textRefusal(textOf(bytes.subarray(0, HEAD_BYTES)));
}

const HEIC_BRANDS = ['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx'];
const HEIF_BRANDS = [...HEIC_BRANDS, 'mif1', 'msf1', 'mif2'];

/** Of the HEIF containers, AVIF is decoded: those that hold an item of AV1, whatever their brand. */
function heifRefusal(head: string): string | undefined {
  const brand = head.slice(8, 12);
  if (head.slice(4, 8) !== 'ftyp') return undefined;
  if (!HEIF_BRANDS.includes(brand)) return brand.startsWith('avi') ? avifRefusal(head) : undefined;
  if (head.includes('av01')) return avifRefusal(head);
  return unread(
    HEIC_BRANDS.includes(brand) || head.includes('hvc1')
      ? 'an image in HEIC format'
      : 'an image in HEIF format without AV1',
  );
}

/** The box of references between items, with one that says so of an item with transparency. */
const PREMULTIPLIED = /iref[\s\S]{4}(?:[\s\S]{4,64})?prem/;

/** libvips would show such colours too dark. */
const avifRefusal = (head: string): string | undefined =>
  PREMULTIPLIED.test(head)
    ? unread('an AVIF image whose colours are multiplied by their transparency')
    : undefined;

/** UTF-16 by its mark, else UTF-8, with U+FFFD for what is none. */
function textOf(bytes: Uint8Array): string {
  const [first = 0, second = 0] = bytes;
  const mark = first * 256 + second;
  const encoding = mark === 0xfffe ? 'utf-16le' : mark === 0xfeff ? 'utf-16be' : 'utf-8';
  // The last character may be cut.
  return new TextDecoder(encoding).decode(bytes, { stream: true });
}

function textRefusal(head: string): string | undefined {
  const text = head.replace(/^\s*/, '');
  if (text.startsWith('version https://git-lfs.github.com/spec/')) {
    return 'this is a Git LFS pointer, not the image that it stands for; fetch the image with "git lfs pull"';
  }
  if (text.startsWith('/annex/objects/') || /^(?:\.\.\/)*\.git\/annex\/objects\//.test(text)) {
    return 'this is a git-annex pointer, not the image that it stands for; fetch the image with "git annex get"';
  }
  if (/^data:[^,]{0,100},/i.test(text)) {
    return noImage('a text file that holds a data URI');
  }
  if (text.startsWith('<')) {
    const markup = withoutComments(text);
    if (/^<!doctype html|^<html[\s>]|^<(?:head|body|script|title|meta)[\s>]/i.test(markup)) {
      return 'this is a web page (HTML), not an image; download the image itself, and look whether its address needs a login';
    }
    if (/^<svg[\s>]|^<!doctype svg/i.test(markup)) return SVG_REFUSAL;
    if (text.startsWith('<?xml')) return noImage('an XML document');
  }
  if (/^[{[]\s*["{[\]}\d-]/.test(text)) return noImage('a JSON document');
  return NO_TEXT.test(text) ? undefined : noImage('a text file');
}

/** Control characters that no text has, and U+FFFD. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const NO_TEXT = /^$|[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ufffd]/;

/** Without the XML declaration, comments and white space at the beginning. */
const withoutComments = (markup: string): string =>
  markup.replace(/^(?:<\?xml[^>]*>|<!--[\s\S]*?-->|\s+)+/, '');
