import { createReadStream } from 'node:fs';
import type OpenAI from 'openai';
import { uploadClient } from '../upload-client.ts';

/** Uploads a batch file to `/files`. @returns the vendor's id */
export async function uploadFile(client: OpenAI, file: string): Promise<string> {
  const input = await (await uploadClient(client, file)).files.create({
    purpose: 'batch',
    file: createReadStream(file),
  });
  return input.id;
}
