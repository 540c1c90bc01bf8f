import type { BatchAsking } from '../judges/batch.ts';
import { createJudge } from '../judges/index.ts';
import { judgeOptionsSchema } from '../judges/judge-options.ts';
import { sharedPixelPool } from '../pixel-pool.ts';
import type { BatchEntry } from './ledger.ts';

/** Finds the engine of a batch that this or an earlier process wrote. */
export type Engines = (batch: Pick<BatchEntry, 'judge' | 'options'>) => BatchAsking;

/** Connects once per judge and options. */
export function createEngines(): Engines {
  const known = new Map<string, BatchAsking>();
  return ({ judge, options }) => {
    const name = `${judge} ${options}`;
    const found = known.get(name);
    if (found) return found;
    const judgeOptions = judgeOptionsSchema.parse(JSON.parse(options));
    const { batch } = createJudge({ judge, judgeOptions }, sharedPixelPool);
    if (!batch) throw new Error(`judge ${judge} has no batch engine`);
    known.set(name, batch);
    return batch;
  };
}
