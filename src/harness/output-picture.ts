import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { oneLine } from '../common/one-line.ts';
import { withoutSecrets } from '../common/without-secrets.ts';
import { promptfooFolder } from './iqa-folder.ts';

/** Where the picture is that a provider of promptfoo's has answered with. */
export interface OutputPicture {
  /** Path, address, data URI, or the bytes of a file. */
  source: string | Uint8Array;
  /** Pictures in the answer; the first one is `source`. */
  count: number;
}

const responseSchema = z.looseObject({
  images: z
    .array(
      z.looseObject({
        data: z.string().optional(),
        mimeType: z.string().optional(),
        blobRef: z.looseObject({ hash: z.string().optional() }).optional(),
      }),
    )
    .optional()
    .catch(undefined),
});

/** promptfoo's name of a picture that it has put into its store, by its SHA-256. */
const BLOB = /promptfoo:\/\/blob\/([a-f0-9]{64})/;
/** Such a name, or a picture itself: only a provider writes one, whatever stands around it. */
const EMBEDDED =
  /promptfoo:\/\/blob\/[a-f0-9]{64}|data:image\/[\w.+-]+(?:;[\w.=-]+)*;base64,[\w+/=%-]+/gi;
/** An answer that is nothing but a picture, whose base64 may be broken into lines. */
const DATA_URI_ALONE = /^data:image\/[^,]*;base64,[\w+/=%\r\n-]+$/i;
/** In Markdown, as promptfoo's providers of OpenAI's images answer. */
const MARKDOWN = /!\[[^\]]*\]\(\s*<?([^)\s>]+)/g;
const ADDRESS = /^https?:\/\/\S+$/i;
const FILE = /^(file:\/\/)?[^\n]*\.(avif|bmp|gif|jpe?g|png|tiff?|webp)$/i;
/** Longer than a path is likely to be without a point. */
const BASE64 = /^[\w+/=\r\n-]{100,}$/;

/**
 * The picture of a row. It is the one that the answer's text holds, as a reference to promptfoo's store or a data URI:
 * a transform may have chosen it. Else it is the first of the answer's list of pictures, or what the text names, by
 * Markdown, an address or a path. promptfoo replaces pictures by references to its store, whose files lie beside its
 * database.
 *
 * @param allowFiles whether the answer may name a file of this machine: a model's words would choose what is read
 * @param allowedBy what a user sets so that it may
 * @throws Error there is none, promptfoo's store does not have it, or it is a file and files are not allowed
 */
export async function outputPicture(
  output: unknown,
  response: unknown,
  {
    allowFiles,
    allowedBy = "allowFiles: true in the assertion's config",
  }: { allowFiles: boolean; allowedBy?: string },
): Promise<OutputPicture> {
  const { images = [] } = responseSchema.catch({}).parse(response ?? {});
  const listed = images.flatMap(({ data, mimeType, blobRef }) =>
    blobRef?.hash === undefined
      ? listedPicture(data, mimeType)
      : [`promptfoo://blob/${blobRef.hash}`],
  );
  const text = typeof output === 'string' ? output.trim() : (JSON.stringify(output) ?? '');
  const embedded = embeddedIn(text);
  const named = namedIn(text);
  const found = embedded[0] ?? listed[0] ?? named[0];
  if (found === undefined) throw new Error(noPicture(output, text));
  const count = Math.max(embedded.length, listed.length, named.length);
  const hash = BLOB.exec(found)?.[1];
  // Whatever is no picture in the store, no data URI and no address is read as a path.
  if (!allowFiles && hash === undefined && !/^(data:|https?:\/\/)/i.test(found)) {
    throw new Error(
      `this row's answer names a file ("${shown(found, 80)}"); set ${allowedBy} where the provider, and not a model's words, chooses the file`,
    );
  }
  return { source: hash === undefined ? found : await readBlob(hash), count };
}

/** Providers list a picture as a data URI, as its base64 alone, or by its address or path. */
function listedPicture(data: string | undefined, mimeType = 'image/png'): string[] {
  if (data === undefined || data === '') return [];
  return [BASE64.test(data) ? `data:${mimeType};base64,${data}` : data];
}

const embeddedIn = (text: string): string[] =>
  DATA_URI_ALONE.test(text)
    ? [text]
    : [...new Set([...text.matchAll(EMBEDDED)].map(([found]) => found))];

function namedIn(text: string): string[] {
  const inMarkdown = [...text.matchAll(MARKDOWN)].flatMap(([, place]) => place ?? []);
  if (inMarkdown.length > 0) return [...new Set(inMarkdown)];
  return ADDRESS.test(text) || FILE.test(text) ? [text] : [];
}

function noPicture(output: unknown, text: string): string {
  const isObject = typeof output === 'object' && output !== null;
  const what = isObject
    ? `it is no text, but ${shown(text, 60)}`
    : text === ''
      ? 'it is empty'
      : `it begins "${shown(text, 60)}"`;
  const remedy = isObject
    ? "; where a part of it names the picture, take that part by the test's options.transform, such as transform: output.url"
    : '';
  return `this row's answer holds no picture (${what})${remedy}; the assertion image-quality is for providers that answer with pictures`;
}

/** The beginning of what a model wrote, for a message. */
const shown = (text: string, length: number): string =>
  oneLine(withoutSecrets(text)).slice(0, length);

async function readBlob(hash: string): Promise<Uint8Array> {
  const path = join(promptfooFolder(), 'blobs', hash.slice(0, 2), hash.slice(2, 4), hash);
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new Error(
      `promptfoo's store has no picture ${hash}; it lies beside the database of the evaluation that made it (PROMPTFOO_CONFIG_DIR)`,
      { cause },
    );
  });
  if (createHash('sha256').update(bytes).digest('hex') !== hash) {
    throw new Error(`the picture ${hash} in promptfoo's store is damaged; run the row again`);
  }
  return new Uint8Array(bytes);
}
