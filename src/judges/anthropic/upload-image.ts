import type Anthropic from '@anthropic-ai/sdk';
import type { JudgeImage } from '../../images/judge-image.ts';
import { anthropicSdk } from '../sdks.ts';

/** An upload outlives the batch that shows it: batches end within 24 hours. */
const UPLOAD_LIFE_SECONDS = 7 * 24 * 3600;

/** Uploads what is sent of an image through the Files interface; the vendor deletes it by itself. */
export async function uploadImage(client: Anthropic, image: JudgeImage): Promise<string> {
  const { bytes, mimeType } = await image.encoded();
  const name = `${image.sha256}.${mimeType.split('/')[1]}`;
  const file = await anthropicSdk().toFile(bytes, name, { type: mimeType });
  return (await client.files.upload({ file, expires_in_seconds: UPLOAD_LIFE_SECONDS })).id;
}
