import { closeSync, fsyncSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { iqaFolder } from '../iqa-folder.ts';
import type { BatchAsking, BatchRequest } from '../judges/batch.ts';
import type { BatchEntry, Ledger, NewRequest } from './ledger.ts';

/** Finished files that may wait to be submitted: what is written ahead of that only fills the disk. */
const FILES_AHEAD = 4;
const WAIT_MS = 500;

/** Tells the process that writes batches for which configurations it does. */
export const CONFIG_VARIABLE = 'PROMPTFOO_IQA_BATCH_CONFIG';

/** Writes the requests of one judge into batch files, each within the vendor's limits. */
export interface BatchWriter {
  /** Resolves when the request is in a file; false: it waits in another one already. */
  add(request: NewRequest & BatchRequest): Promise<boolean>;
}

/** The configurations that batches are written for, as the command that runs promptfoo says. */
export const currentConfig = (): string => process.env[CONFIG_VARIABLE] ?? '';

/** @param options `judgeOptions` as JSON */
export function createBatchWriter(
  ledger: Ledger,
  { engine }: BatchAsking,
  judge: string,
  options: string,
): BatchWriter {
  const config = currentConfig();
  let current:
    | { batch: BatchEntry; descriptor: number; requests: number; bytes: number }
    | undefined;
  let last: Promise<unknown> = Promise.resolve();

  const seal = (): void => {
    if (!current) return;
    fsyncSync(current.descriptor);
    closeSync(current.descriptor);
    ledger.update(current.batch.id, { state: 'sealed' });
    current = undefined;
  };

  const write = async ({ body, ...request }: NewRequest & BatchRequest): Promise<boolean> => {
    // The name of the request is not known yet; no name is longer than this one.
    const bytes = Buffer.byteLength(JSON.stringify(engine.line('x'.repeat(64), body))) + 1;
    if (bytes > engine.limits.bytes) {
      throw new Error(
        `one request takes ${bytes} bytes, above the batch engine's limit of ${engine.limits.bytes}; send smaller images (image.maxPixels, image.format)`,
      );
    }
    const { limits } = engine;
    if (current && (current.requests >= limits.requests || current.bytes + bytes > limits.bytes)) {
      seal();
      while (ledger.batches('sealed').length >= FILES_AHEAD) await setTimeout(WAIT_MS);
    }
    if (!current) {
      mkdirSync(batchFolder(), { recursive: true });
      const batch = ledger.open({ judge, options, config }, (id) =>
        join(batchFolder(), `${id}.jsonl`),
      );
      current = { batch, descriptor: openSync(batch.file, 'w'), requests: 0, bytes: 0 };
    }
    // Nothing is awaited from here on, so no other writer of this process comes in between.
    const customId = ledger.add(current.batch, request);
    if (customId === undefined) return false;
    writeSync(current.descriptor, `${JSON.stringify(engine.line(customId, body))}\n`);
    current.requests += 1;
    current.bytes += bytes;
    return true;
  };

  return {
    add(request) {
      const written = last.then(() => write(request));
      last = written.catch(() => {});
      return written;
    },
  };
}

const batchFolder = (): string => join(iqaFolder(), 'batches');
