import { createReadStream } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { textLines } from '../common/text-lines.ts';
import type { BatchRecords } from './batch-records.ts';
import type { BatchEntry } from './record-tables.ts';

/**
 * Puts a batch that the vendor does not have into several of nearly equal size. It may be interrupted at
 * any time: until the new files are complete and recorded, the batch is as it was.
 *
 * @param most requests of each, at most
 * @throws Error another command has changed the batch
 */
export async function splitBatch(
  batch: BatchEntry,
  most: number,
  records: BatchRecords,
): Promise<BatchEntry[]> {
  const files = await writeParts(batch, Math.ceil(batch.requests / most));
  const parts = records.divide(batch, files);
  if (!parts) {
    throw new Error('another command has changed the batch meanwhile; see "batch status"');
  }
  await rm(batch.file, { force: true });
  return parts;
}

/**
 * The file of the batch that this one is a part of: an interruption may have left it, when its parts were
 * recorded already.
 */
export const wholeFile = (file: string): string | undefined =>
  PART.test(file) ? file.replace(PART, '.jsonl') : undefined;

const PART = /-\d+\.jsonl$/;

async function writeParts({ file, requests }: BatchEntry, count: number) {
  const reading = textLines(createReadStream(file))[Symbol.asyncIterator]();
  const parts: { file: string; requests: number }[] = [];
  for (let number = 0; number < count; number++) {
    const start = Math.floor((number * requests) / count);
    const end = Math.floor(((number + 1) * requests) / count);
    const part = `${file.replace(/\.jsonl$/, '')}-${number + 1}.jsonl`;
    // What an interrupted try has left is written over.
    const handle = await open(part, 'w');
    try {
      for (let line = start; line < end; line++) {
        const next = await reading.next();
        if (next.done) throw new Error(`${file} has fewer than ${requests} requests`);
        await handle.appendFile(`${next.value}\n`);
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
    parts.push({ file: part, requests: end - start });
  }
  return parts;
}
