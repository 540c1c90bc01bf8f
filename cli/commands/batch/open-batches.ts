import { relative, resolve } from 'node:path';
import { z } from 'zod';
import { type AnswerStore, sharedAnswerStore } from '../../../src/answers/store.ts';
import { storePath } from '../../../src/answers/store-file.ts';
import { type BatchRecords, openBatchRecords } from '../../../src/batch/batch-records.ts';
import { createEngines, type Engines } from '../../../src/batch/engines.ts';
import type { BatchEntry } from '../../../src/batch/record-tables.ts';
import { beginRun, type Run } from '../../../src/batch/running-command.ts';

/** What a command may choose batches by. */
export interface Chosen {
  config?: string[];
}

export interface Batches {
  store: AnswerStore;
  records: BatchRecords;
  engines: Engines;
  run: Run;
}

/** Runs a command on the batches. */
export async function withBatches<Result>(work: (batches: Batches) => Promise<Result>) {
  const store = sharedAnswerStore(storePath());
  const records = openBatchRecords(store.database);
  const run = beginRun(records.path);
  try {
    return await work({ store, records, engines: createEngines(), run });
  } finally {
    run.end();
  }
}

/** What the records call configurations: the same wherever the command is called. */
export const nameOf = (configs: readonly string[]): string =>
  JSON.stringify(configs.map((config) => resolve(config)));

/** Configurations as they are given to a command here. */
export const filesOf = (name: string): string =>
  z
    .array(z.string())
    .parse(JSON.parse(name))
    .map((file) => relative('', file))
    .join(' ');

export const chooser = (configs: readonly string[] | undefined) => (batch: BatchEntry) =>
  configs === undefined || batch.config === nameOf(configs);

const MINUTE_MS = 60_000;

export const minutes = (ms: number): string => `${(ms / MINUTE_MS).toFixed(1)} min`;

export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Says what went wrong; the command goes on and ends with exit code 1. */
export function complain(line: string): void {
  say(line);
  process.exitCode = 1;
}
