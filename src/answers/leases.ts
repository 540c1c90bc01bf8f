import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import type { Database } from './database.ts';
import { digest, type Key } from './store.ts';

/** A lease that its owner has not renewed for so long is nobody's: the owner hangs, or its machine is off. */
const EXPIRES_MS = 30_000;
const RENEWED_EVERY_MS = 5_000;

/** How often a question that another process is buying is looked for in the store. */
const LOOK_EVERY_MS = 200;

/** Who is buying what, over all processes that use one store. */
export interface Leases {
  /**
   * Waits until nobody else is buying what the key stands for, and takes it.
   *
   * @param isHere whether it has been bought meanwhile; then there is nothing to take
   * @returns gives it back; undefined where it is here
   * @throws the signal's reason
   */
  take(
    key: Key,
    isHere: () => boolean,
    signal: AbortSignal | undefined,
  ): Promise<(() => void) | undefined>;
}

const TABLE = `CREATE TABLE IF NOT EXISTS leases (
  key BLOB PRIMARY KEY, owner TEXT NOT NULL, host TEXT NOT NULL, pid INTEGER NOT NULL,
  expires_at_ms INTEGER NOT NULL
)`;

const holderSchema = z.object({
  owner: z.string(),
  host: z.string(),
  pid: z.number(),
  expires_at_ms: z.number(),
});
type Holder = z.output<typeof holderSchema>;

interface Surroundings {
  /** Tells processes apart, and copies of this module in one process. */
  owner?: string;
  nowMs?: () => number;
}

/** Leases of one process in the database that the answers lie in. */
export function leasesIn(
  database: Database,
  { owner = randomUUID(), nowMs = Date.now }: Surroundings = {},
): Leases {
  database.transaction(() => database.prepare(TABLE).run());
  const read = database.prepare('SELECT owner, host, pid, expires_at_ms FROM leases WHERE key = ?');
  const write = database.prepare('INSERT OR REPLACE INTO leases VALUES (?, ?, ?, ?, ?)');
  const remove = database.prepare('DELETE FROM leases WHERE key = ? AND owner = ?');
  const renew = database.prepare('UPDATE leases SET expires_at_ms = ? WHERE owner = ?');
  let held = 0;
  let timer: NodeJS.Timeout | undefined;

  const keepAlive = () => {
    timer ??= setInterval(() => {
      try {
        database.transaction(() => renew.run(nowMs() + EXPIRES_MS, owner));
      } catch {
        // Busy or closed: the lease lasts for some time yet, and is tried to be renewed before its end.
      }
    }, RENEWED_EVERY_MS).unref();
  };

  const tryToTake = (place: Uint8Array): boolean => {
    const row = read.get(place);
    // Read once without the lock, which all that write have to wait for.
    if (row && isHeld(holderSchema.parse(row), nowMs())) return false;
    return database.transaction(() => {
      const holder = read.get(place);
      if (holder && isHeld(holderSchema.parse(holder), nowMs())) return false;
      write.run(place, owner, hostname(), process.pid, nowMs() + EXPIRES_MS);
      return true;
    });
  };

  const give = (place: Uint8Array) => {
    held -= 1;
    if (held === 0) {
      clearInterval(timer);
      timer = undefined;
    }
    database.transaction(() => remove.run(place, owner));
  };

  return {
    async take(key, isHere, signal) {
      const place = digest(key);
      for (;;) {
        signal?.throwIfAborted();
        if (isHere()) return undefined;
        if (tryToTake(place)) {
          held += 1;
          keepAlive();
          // Bought between the look and the taking.
          if (!isHere()) return () => give(place);
          give(place);
          return undefined;
        }
        await setTimeout(LOOK_EVERY_MS, undefined, signal && { signal });
      }
    },
  };
}

/** A killed process of this machine is known at once; of another, when it has not renewed its lease. */
function isHeld({ host, pid, expires_at_ms }: Holder, nowMs: number): boolean {
  if (expires_at_ms <= nowMs) return false;
  return host !== hostname() || isAlive(pid);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Two copies of this module share the leases of the process. */
const OF_DATABASE = Symbol.for('promptfoo-iqa.leases');
const shared = globalThis as { [OF_DATABASE]?: WeakMap<Database, Leases> };

/** The leases of this process in a database. */
export function sharedLeases(database: Database): Leases {
  shared[OF_DATABASE] ??= new WeakMap();
  const known = shared[OF_DATABASE].get(database) ?? leasesIn(database);
  shared[OF_DATABASE].set(database, known);
  return known;
}
