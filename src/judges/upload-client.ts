import { stat } from 'node:fs/promises';
import { fetchFor } from './http.ts';

/** A file may take the time of one request for every so many bytes: 0.7 Mbit/s by default. */
export const UPLOAD_STEP_BYTES = 10_000_000;

interface Client<Self> {
  timeout: number;
  withOptions(options: { timeout: number; fetch: typeof globalThis.fetch }): Self;
}

/** A vendor's client with the time that a file of this size takes on a slow line. */
export async function uploadClient<Self extends Client<Self>>(
  client: Self,
  file: string,
): Promise<Self> {
  const { size } = await stat(file);
  const timeout = client.timeout * Math.max(1, Math.ceil(size / UPLOAD_STEP_BYTES));
  return client.withOptions({ timeout, ...fetchFor(timeout) });
}
