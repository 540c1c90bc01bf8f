import type { Usage } from '../judges/answer.ts';
import type { BatchAsking } from '../judges/batch.ts';
import { createJudge } from '../judges/index.ts';
import { judgeOptionsSchema } from '../judges/judge-options.ts';
import { priceOf } from '../judges/price.ts';
import { sharedPixelPool } from '../method/pixel-pool.ts';
import type { BatchEntry } from './record-tables.ts';

interface PricedAsking extends BatchAsking {
  /** At the engine's price; undefined: unknown. */
  costUsd(usage: Usage): number | undefined;
}

/** Finds the engine of a batch that this or an earlier process wrote. */
export type Engines = (batch: Pick<BatchEntry, 'judge' | 'options'>) => PricedAsking;

/** Connects once per judge and options. */
export function createEngines(): Engines {
  const known = new Map<string, PricedAsking>();
  return ({ judge, options }) => {
    const name = `${judge} ${options}`;
    const found = known.get(name);
    if (found) return found;
    const judgeOptions = judgeOptionsSchema.parse(JSON.parse(options));
    const made = createJudge({ judge, judgeOptions }, sharedPixelPool);
    const { batch } = made;
    if (!batch) throw new Error(`judge ${judge} has no batch engine`);
    const price = priceOf(made, judgeOptions);
    const asking: PricedAsking = {
      ...batch,
      costUsd(usage) {
        const usd = price.costUsd(usage);
        return usd === undefined ? undefined : usd * batch.engine.priceShare;
      },
    };
    known.set(name, asking);
    return asking;
  };
}
