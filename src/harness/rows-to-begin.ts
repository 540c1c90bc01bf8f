import { setTimeout } from 'node:timers/promises';

/** A row that promptfoo has taken up calls the provider within this time. */
const ROW_START_WAIT_MS = 500;

/**
 * Waits until promptfoo has begun the rows that stand before this one: it takes rows up in their order. A run
 * that goes on does not begin those that are done, so they are not waited for long.
 *
 * @param missing how many have not begun
 */
export async function rowsToBegin(missing: () => number): Promise<void> {
  for (let left = missing(), before = left + 1; left > 0 && left < before; left = missing()) {
    before = left;
    await setTimeout(ROW_START_WAIT_MS);
  }
}
