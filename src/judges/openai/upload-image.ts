import type OpenAI from 'openai';
import type { JudgeImage } from '../../images/judge-image.ts';
import { openaiSdk } from '../sdks.ts';

/** An upload outlives the batch that shows it: batches end within 24 hours. */
const UPLOAD_LIFE_SECONDS = 7 * 24 * 3600;

/** Uploads what is sent of an image through the Files interface; the vendor deletes it by itself. */
export async function uploadImage(client: OpenAI, image: JudgeImage): Promise<string> {
  const { bytes, mimeType } = await image.encoded();
  const name = `${image.sha256}.${mimeType.split('/')[1]}`;
  const file = await openaiSdk().toFile(bytes, name, { type: mimeType });
  const { id } = await client.files.create({
    file,
    purpose: 'vision',
    expires_after: { anchor: 'created_at', seconds: UPLOAD_LIFE_SECONDS },
  });
  return id;
}
