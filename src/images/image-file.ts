import { readFile, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeNoFile } from '../common/describe-no-file.ts';
import { ImageError } from './image-error.ts';
import { imageName, isDataUri } from './image-name.ts';
import { fetchImage } from './remote-image.ts';

/** The bytes of an image file, and how errors and results call it. */
export interface ImageFile {
  name: string;
  bytes: Uint8Array;
}

const DATA_URI = /^\s*data:(?<type>[^;,]*)(?<parameters>(?:;[^;,]*)*),(?<body>[\s\S]*)$/i;

/**
 * Reads an image from a path (relative to the working directory), a `file://` URL, a `data:` URI,
 * bytes, or, where that is allowed, an http(s) URL. Nothing is decoded.
 *
 * @throws ImageError missing, unreadable, empty, or remote without leave
 */
export async function readImageFile(
  source: string | Uint8Array,
  { allowRemoteImages = false }: { allowRemoteImages?: boolean } = {},
): Promise<ImageFile> {
  const file = await readSource(source, allowRemoteImages);
  if (file.bytes.length === 0) throw new ImageError(file.name, 'the file is empty');
  return file;
}

async function readSource(
  source: string | Uint8Array,
  allowRemoteImages: boolean,
): Promise<ImageFile> {
  if (typeof source !== 'string') return { name: 'buffer', bytes: source };
  if (isDataUri(source)) return readDataUri(source);
  if (/^https?:/i.test(source)) {
    if (allowRemoteImages) return { name: source, bytes: await fetchImage(source) };
    throw new ImageError(
      source,
      'remote images are not fetched; download it and give its path, or set allowRemoteImages: true',
    );
  }
  const path = source.startsWith('file:') ? pathOfUrl(source) : resolve(source);
  const kind = describeNoFile(await stat(path).catch(() => undefined));
  if (kind !== undefined) throw new ImageError(source, `this is ${kind}, no image file`);
  try {
    return {
      name: source.startsWith('file:') ? basename(path) : source,
      bytes: await readFile(path),
    };
  } catch (cause) {
    throw new ImageError(source, describeReadFailure(cause, path), { cause });
  }
}

function pathOfUrl(url: string): string {
  try {
    return fileURLToPath(url);
  } catch (cause) {
    throw new ImageError(url, 'not a usable file URL; write file:///absolute/path.jpg', { cause });
  }
}

function readDataUri(uri: string): ImageFile {
  const name = imageName(uri);
  const groups = DATA_URI.exec(uri)?.groups;
  if (!groups) throw new ImageError(name, 'not a data URI of the form data:image/…;base64,…');
  const isBase64 = groups.parameters?.toLowerCase().split(';').includes('base64');
  if (!isBase64)
    throw new ImageError(name, 'the data URI is not base64; encode it as data:image/…;base64,…');
  return { name, bytes: Buffer.from(percentDecoded(groups.body ?? ''), 'base64') };
}

/** In URLs, `+`, `/` and `=` may be written as their numbers. */
const percentDecoded = (body: string): string =>
  body.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );

function describeReadFailure(cause: unknown, path: string): string {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (code === 'ENOENT') return `no such file (looked for ${imageName(path)})`;
  if (code === 'ENAMETOOLONG') return 'this is too long for a path';
  if (code === 'EISDIR') return 'this is a folder, not a file';
  if (code === 'EACCES') return 'no permission to read it';
  return `could not be read: ${code || (cause instanceof Error ? imageName(cause.message) : String(cause))}`;
}
