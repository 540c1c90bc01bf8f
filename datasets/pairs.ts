import { parseConfig } from '../src/common/config-error.ts';
import { readAnyList } from '../src/datasets/files/any-list.ts';
import type { ListReader } from '../src/datasets/list-lines.ts';
import { listedPairs, type PairRow } from '../src/datasets/pairs/listed-pairs.ts';
import { type PairsConfig, pairsConfigSchema } from '../src/datasets/pairs/pair-config.ts';
import { beforeFirstRow } from '../src/harness/before-first-row.ts';
import { shieldedVars } from '../src/harness/literal-text.ts';

export type { PairRow } from '../src/datasets/pairs/listed-pairs.ts';
export { pairsConfigSchema } from '../src/datasets/pairs/pair-config.ts';

/**
 * promptfoo test generator for a list of pairs of images and the share of people who prefer the first:
 * `tests: [{path: file://datasets/pairs.ts, config: {file, first, second, share}}]`. What the file holds says whether it is a
 * table, JSON or JSON Lines.
 *
 * @throws ConfigError what is wrong with the configuration or with the file as a whole
 */
const pairs = Object.assign(
  (config?: unknown): Promise<PairRow[]> =>
    beforeFirstRow(async () => {
      const settings = parseConfig(pairsConfigSchema, config ?? {}, 'datasets/pairs.ts: config');
      const rows = await listedPairs(settings, readerOf(settings));
      return rows.map((row) => ({ ...row, vars: shieldedVars(row.vars) }));
    }),
  { configSchema: pairsConfigSchema },
);

export default pairs;

const readerOf =
  (settings: PairsConfig): ListReader =>
  (file, name, columns) =>
    readAnyList(file, name, columns, settings);
