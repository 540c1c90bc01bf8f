import { extname } from 'node:path';
import { parseConfig } from '../src/common/config-error.ts';
import { readJson, readJsonl } from '../src/datasets/files/json-file.ts';
import { readTable } from '../src/datasets/files/table-file.ts';
import type { ListReader } from '../src/datasets/list-lines.ts';
import { listedPairs, type PairRow } from '../src/datasets/pairs/listed-pairs.ts';
import { type PairsConfig, pairsConfigSchema } from '../src/datasets/pairs/pair-config.ts';
import { beforeFirstRow } from '../src/harness/before-first-row.ts';
import { shieldedVars } from '../src/harness/literal-text.ts';

export type { PairRow } from '../src/datasets/pairs/listed-pairs.ts';
export { pairsConfigSchema } from '../src/datasets/pairs/pair-config.ts';

/**
 * promptfoo test generator for a list of pairs of images and the share of people who prefer the first:
 * `tests: [{path: file://datasets/pairs.ts, config: {file, first, second, share}}]`. A file whose name ends in
 * `.json` or `.jsonl` is read as such, every other one as a table.
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

function readerOf(settings: PairsConfig): ListReader {
  const { encoding, path, header, delimiter, decimal, sheet } = settings;
  return (file, name, columns) => {
    const ending = extname(file).toLowerCase();
    if (ending === '.json') return readJson(file, name, columns, { path, encoding });
    if (ending === '.jsonl' || ending === '.ndjson') {
      return readJsonl(file, name, columns, encoding);
    }
    return readTable(file, name, columns, { header, delimiter, decimal, sheet, encoding });
  };
}
