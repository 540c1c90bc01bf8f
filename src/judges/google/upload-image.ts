import type { GoogleGenAI, Part } from '@google/genai';
import type { JudgeImage } from '../../images/judge-image.ts';

/**
 * A file lies there for 48 hours (https://ai.google.dev/gemini-api/docs/files), and a batch that names it may take
 * more than a day until it is asked.
 */
export const UPLOAD_REUSED_MS = 12 * 3_600_000;

/** Uploads what is sent of an image through the Files interface; the vendor deletes it by itself. */
export async function uploadImage(client: GoogleGenAI, image: JudgeImage): Promise<string> {
  const { bytes, mimeType } = await image.encoded();
  const file = await client.files.upload({
    file: new Blob([new Uint8Array(bytes)], { type: mimeType }),
    config: { mimeType, displayName: image.sha256 },
  });
  if (!file.uri || file.state === 'FAILED') {
    throw new Error(
      `the upload of an image brought ${file.uri ? 'a file that failed' : 'no address'}${file.error?.message ? `: ${file.error.message}` : ''}`,
    );
  }
  return file.uri;
}

/** @param fileUri of an image that lies at the vendor */
export async function uploadedImage(image: JudgeImage, fileUri: string): Promise<Part> {
  return { fileData: { fileUri, mimeType: (await image.encoded()).mimeType } };
}
