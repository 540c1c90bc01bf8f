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
        blobRef: z.looseObject({ hash: z.string().optional() }).optional(),
      }),
    )
    .optional()
    .catch(undefined),
});

/** promptfoo's name of a picture that it has put into its store, by its SHA-256. */
const BLOB = /promptfoo:\/\/blob\/([a-f0-9]{64})/;
const DATA = /data:image\/[\w.+-]+;base64,[\w+/=]+/;
/** In Markdown, as promptfoo's providers of OpenAI's images answer. */
const MARKDOWN = /!\[[^\]]*\]\(\s*<?([^)\s>]+)/;
const ADDRESS = /^https?:\/\/\S+$/i;
const FILE = /^(file:\/\/)?[^\n]*\.(avif|bmp|gif|jpe?g|png|tiff?|webp)$/i;

/**
 * The picture of a row: from the answer's list of pictures, else from its text, which is a reference to
 * promptfoo's store, a data URI, Markdown, an address or a path. promptfoo replaces pictures by references to its
 * store, whose files lie beside its database.
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
  const listed = images.flatMap(({ data, blobRef }) =>
    blobRef?.hash !== undefined ? [`promptfoo://blob/${blobRef.hash}`] : (data ?? []),
  );
  const text = typeof output === 'string' ? output.trim() : '';
  const found = listed[0] ?? pictureIn(text);
  if (found === undefined) {
    throw new Error(
      `this row's answer holds no picture (${text === '' ? 'it is no text' : `it begins "${shown(text, 60)}"`}); the assertion image-quality is for providers that answer with pictures`,
    );
  }
  const count = Math.max(1, listed.length);
  const hash = BLOB.exec(found)?.[1];
  // Whatever is no picture in the store, no data URI and no address is read as a path.
  if (!allowFiles && hash === undefined && !/^(data:|https?:\/\/)/i.test(found)) {
    throw new Error(
      `this row's answer names a file ("${shown(found, 80)}"); set ${allowedBy} where the provider, and not a model's words, chooses the file`,
    );
  }
  return { source: hash === undefined ? found : await readBlob(hash), count };
}

/** The beginning of what a model wrote, for a message. */
const shown = (text: string, length: number): string =>
  oneLine(withoutSecrets(text)).slice(0, length);

function pictureIn(text: string): string | undefined {
  const inMarkdown = MARKDOWN.exec(text)?.[1];
  return (
    BLOB.exec(text)?.[0] ??
    DATA.exec(text)?.[0] ??
    inMarkdown ??
    (ADDRESS.test(text) || FILE.test(text) ? text : undefined)
  );
}

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
