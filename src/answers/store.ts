import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { StatementSync } from 'node:sqlite';
import type { EncodedImage } from '../images/encode.ts';
import type { Answer } from '../judges/answer.ts';
import type { Database } from './database.ts';
import { openStoreFile, storePath } from './store-file.ts';
import { readAnswer } from './stored-answer.ts';

/** An answer's key before hashing: any JSON value. */
export type Key = unknown;

/** Who may read what. */
export interface Reader {
  evaluation: string | undefined;
  /** Under `--no-cache`, only what this evaluation itself has bought counts. */
  ownOnly: boolean;
}

/** A bought answer or reply, and by whom it was bought. */
export interface PaidAnswer {
  key: Key;
  judge: string;
  evaluation: string | undefined;
}

/**
 * What was bought and what is known about images, on the disk. Everything that `keep…` returns a
 * promise for is durable when the promise resolves.
 */
export interface AnswerStore {
  readonly path: string;
  answer(key: Key, reader: Reader): Answer | undefined;
  /** @param settle runs in the same transaction */
  keepAnswer(paid: PaidAnswer, answer: Answer, settle?: () => void): Promise<void>;
  /** One reply of several that make an answer; `boughtAt` as in `Answer`. */
  reply(key: Key, part: string, reader: Reader): { value: unknown; boughtAt?: string } | undefined;
  /** Whether any of them is there. */
  hasReplies(key: Key, reader: Reader): boolean;
  /** @param settle runs in the same transaction */
  keepReply(paid: PaidAnswer, part: string, reply: unknown, settle?: () => void): Promise<void>;
  fact(key: Key): unknown;
  keepFact(key: Key, fact: unknown): Promise<void>;
  picture(key: Key): EncodedImage | undefined;
  keepPicture(key: Key, picture: EncodedImage): Promise<void>;
  /** A drawing as SVG text. */
  plot(key: Key): string | undefined;
  keepPlot(key: Key, svg: string): Promise<void>;
  readonly database: Database;
}

/** @throws StoreError */
export function openAnswerStore(path?: string): AnswerStore {
  const database = openStoreFile(path);
  const sql = {
    answer: database.prepare(
      'SELECT answer AS json, evaluation, bought_at_ms FROM answers WHERE key = ?',
    ),
    keepAnswer: database.prepare(
      'INSERT OR REPLACE INTO answers (key, judge, answer, cost_usd, evaluation, bought_at_ms) VALUES (?, ?, ?, ?, ?, ?)',
    ),
    reply: database.prepare(
      'SELECT reply AS json, evaluation, bought_at_ms FROM replies WHERE key = ? AND part = ?',
    ),
    anyReply: database.prepare(
      'SELECT evaluation FROM replies WHERE key = ?1 AND (?2 IS NULL OR evaluation = ?2) LIMIT 1',
    ),
    keepReply: database.prepare(
      'INSERT OR REPLACE INTO replies (key, part, judge, reply, evaluation, bought_at_ms) VALUES (?, ?, ?, ?, ?, ?)',
    ),
    fact: database.prepare('SELECT fact AS json FROM facts WHERE key = ?'),
    keepFact: database.prepare('INSERT OR REPLACE INTO facts (key, fact) VALUES (?, ?)'),
    picture: database.prepare('SELECT mime_type, bytes FROM pictures WHERE key = ?'),
    keepPicture: database.prepare(
      'INSERT OR REPLACE INTO pictures (key, mime_type, bytes) VALUES (?, ?, ?)',
    ),
  };
  const write = (statement: StatementSync, ...values: (Uint8Array | string | number | null)[]) =>
    database.write(() => statement.run(...values));

  return {
    path: database.path,
    database,
    answer(key, reader) {
      const row = sql.answer.get(digest(key));
      if (!isReadable(row, reader)) return undefined;
      return { ...readAnswer(JSON.parse(row.json), database.path), ...boughtBefore(row, reader) };
    },
    keepAnswer: ({ key, judge, evaluation = null as never }, answer, settle) =>
      database.write(() => {
        sql.keepAnswer.run(
          digest(key),
          judge,
          JSON.stringify(answer),
          answer.costUsd ?? null,
          evaluation,
          Date.now(),
        );
        settle?.();
      }),
    reply(key, part, reader) {
      const row = sql.reply.get(digest(key), part);
      if (!isReadable(row, reader)) return undefined;
      return { value: JSON.parse(row.json), ...boughtBefore(row, reader) };
    },
    hasReplies: (key, { evaluation, ownOnly }) =>
      sql.anyReply.get(digest(key), ownOnly ? (evaluation ?? '') : null) !== undefined,
    keepReply: ({ key, judge, evaluation }, part, reply, settle) =>
      database.write(() => {
        sql.keepReply.run(
          digest(key),
          part,
          judge,
          JSON.stringify(reply),
          evaluation ?? null,
          Date.now(),
        );
        settle?.();
      }),
    fact(key) {
      const json = sql.fact.get(digest(key))?.json;
      return typeof json === 'string' ? JSON.parse(json) : undefined;
    },
    keepFact: (key, fact) => write(sql.keepFact, digest(key), JSON.stringify(fact)),
    picture(key) {
      const row = sql.picture.get(digest(key));
      return row?.bytes instanceof Uint8Array
        ? { bytes: row.bytes, mimeType: row.mime_type as EncodedImage['mimeType'] }
        : undefined;
    },
    keepPicture: (key, { bytes, mimeType }) => write(sql.keepPicture, digest(key), mimeType, bytes),
    plot(key) {
      const bytes = sql.picture.get(digest(key))?.bytes;
      return bytes instanceof Uint8Array ? Buffer.from(bytes).toString('utf8') : undefined;
    },
    keepPlot: (key, svg) =>
      write(sql.keepPicture, digest(key), 'image/svg+xml', Buffer.from(svg, 'utf8')),
  };
}

interface Readable {
  json: string;
  evaluation: string | null;
  bought_at_ms: number;
}

function isReadable(
  row: Record<string, unknown> | undefined,
  { evaluation, ownOnly }: Reader,
): row is Record<string, unknown> & Readable {
  if (!row) return false;
  return !ownOnly || (evaluation !== undefined && row.evaluation === evaluation);
}

/** When another evaluation than the reader's has bought it. */
function boughtBefore(row: Readable, reader: Reader): { boughtAt?: string } {
  if (reader.evaluation !== undefined && row.evaluation === reader.evaluation) return {};
  return { boughtAt: new Date(row.bought_at_ms).toISOString() };
}

/** What the tables know a key by; a digest stands for itself. */
export const digest = (key: Key): Uint8Array =>
  key instanceof Uint8Array ? key : createHash('sha256').update(JSON.stringify(key)).digest();

/** Two copies of this module, loaded by provider and extension, share the store. */
const OPEN_STORES = Symbol.for('promptfoo-iqa.answer-stores');
const shared = globalThis as { [OPEN_STORES]?: Map<string, AnswerStore> };

/** The store of this process at `path`, opened on first use. */
export function sharedAnswerStore(path: string): AnswerStore {
  shared[OPEN_STORES] ??= new Map();
  const open = shared[OPEN_STORES].get(path);
  if (open) return open;
  const store = openAnswerStore(path);
  shared[OPEN_STORES].set(path, store);
  return store;
}

/** The store at its place (see `storePath`), if answers are kept there. */
export function existingAnswerStore(
  environment: NodeJS.ProcessEnv = process.env,
): AnswerStore | undefined {
  const path = storePath(environment);
  return existsSync(path) ? sharedAnswerStore(path) : undefined;
}
