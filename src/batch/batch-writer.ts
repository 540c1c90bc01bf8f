import { closeSync, fsyncSync, ftruncateSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { iqaFolder } from '../harness/iqa-folder.ts';
import type { BatchAsking, BatchRequest } from '../judges/batch.ts';
import type { BatchRecords } from './batch-records.ts';
import { forget } from './hand-over.ts';
import type { BatchEntry, BatchPlace } from './record-tables.ts';
import type { Admission, NewRequest } from './request-table.ts';
import { RUN_VARIABLE } from './running-command.ts';

/** Finished files that may wait to be submitted: what is written ahead of that only fills the disk. */
const FILES_AHEAD = 4;
const WAIT_MS = 500;

/** Tells the process that writes batches for which configurations it does. */
export const CONFIG_VARIABLE = 'PROMPTFOO_IQA_BATCH_CONFIG';

/** Writes the requests of one judge into batch files, each within the vendor's limits. */
export interface BatchWriter {
  /** @throws Error what this judge's vendor said when it refused what was written before */
  check(): void;
  /**
   * @returns resolves when the request is in a file; `waiting`: in another one, already; `known`: its
   *   reply has come meanwhile
   */
  add(
    request: NewRequest & BatchRequest,
    admission?: Admission,
  ): Promise<'written' | 'waiting' | 'known'>;
}

/** The configurations that batches are written for, as the command that runs promptfoo says. */
export const currentConfig = (): string => process.env[CONFIG_VARIABLE] ?? '';

/** @throws Error no command submits what is written */
export function createBatchWriter(
  records: BatchRecords,
  { engine }: BatchAsking,
  entry: Omit<BatchPlace, 'config'>,
): BatchWriter {
  const { judge, options } = entry;
  const place = { ...entry, config: currentConfig() };
  const run = process.env[RUN_VARIABLE];
  if (!run) throw new Error(`${RUN_VARIABLE} is not set; use "promptfoo-iqa batch submit"`);
  let current:
    | { batch: BatchEntry; descriptor: number; requests: number; bytes: number; written: number }
    | undefined;
  let last: Promise<unknown> = Promise.resolve();

  const seal = (): void => {
    if (!current) return;
    fsyncSync(current.descriptor);
    closeSync(current.descriptor);
    const { batch } = current;
    current = undefined;
    if (!records.change(batch, { state: 'sealed' }))
      throw new Error(`${batch.file}: ${TAKEN_OVER}`);
  };

  const check = (): void => {
    const problem = records.problemOf(run, place);
    if (problem !== undefined) throw new Error(`not written, because ${problem}`);
  };

  const isFarAhead = (): boolean =>
    records
      .batches('sealed')
      .filter((batch) => batch.run === run && batch.judge === judge && batch.options === options)
      .length >= FILES_AHEAD;

  const write = async (
    { body, ...request }: NewRequest & BatchRequest,
    admission: Admission | undefined,
  ): Promise<'written' | 'waiting' | 'known'> => {
    check();
    // The name of the request is not known yet; no name is longer than this one.
    const bytes = Buffer.byteLength(JSON.stringify(engine.line('x'.repeat(64), body))) + 1;
    if (bytes > engine.limits.bytes) {
      throw new Error(
        `one request takes ${bytes} bytes, above the batch engine's limit of ${engine.limits.bytes}; send smaller images (image.maxPixels, image.format)`,
      );
    }
    const { limits } = engine;
    const most = Math.min(limits.requests, records.limitOf(place) ?? limits.requests);
    if (current && (current.requests >= most || current.bytes + bytes > limits.bytes)) {
      seal();
      for (; isFarAhead(); check()) await setTimeout(WAIT_MS);
    }
    if (!current) {
      mkdirSync(batchFolder(), { recursive: true });
      const batch = records.open(place, run, (mark) =>
        join(batchFolder(), `${mark}requests.jsonl`),
      );
      // Appending, so that nothing stays between the lines after one was taken back.
      const descriptor = openSync(batch.file, 'a');
      current = { batch, descriptor, requests: 0, bytes: 0, written: 0 };
    }
    // Nothing is awaited from here on, so no other writer of this process comes in between.
    const { batch, descriptor } = current;
    let line = Buffer.alloc(0);
    try {
      const added = records.add(batch, request, admission, (customId) => {
        line = Buffer.from(`${JSON.stringify(engine.line(customId, body))}\n`);
        // All of it, unlike `writeSync`.
        writeFileSync(descriptor, line);
      });
      if (added !== 'written') return added;
    } catch (error) {
      if (line.length > 0) takeBack();
      throw error;
    }
    current.requests += 1;
    current.bytes += bytes;
    current.written += line.length;
    return 'written';
  };

  /** Removes what is left of a line that was not written whole. */
  const takeBack = (): void => {
    if (!current) return;
    const { batch, descriptor, written } = current;
    try {
      ftruncateSync(descriptor, written);
    } catch (error) {
      current = undefined;
      closeSync(descriptor);
      forget(records, batch);
      throw new Error(`${batch.file} could not be mended, so it is forgotten; submit again`, {
        cause: error,
      });
    }
  };

  return {
    check,
    add(request, admission) {
      const written = last.then(() => write(request, admission));
      last = written.catch(() => {});
      return written;
    },
  };
}

const TAKEN_OVER =
  'another command has taken the batch over, because the one that ran this had ended; submit again';

const batchFolder = (): string => join(iqaFolder(), 'batches');
