import { z } from 'zod';
import { parseConfig } from '../src/common/config-error.ts';
import { DELIMITERS, delimiterNames } from '../src/datasets/files/delimiter.ts';
import { readTable } from '../src/datasets/files/table-file.ts';
import { listedRows } from '../src/datasets/listed.ts';
import { listedFields, tableFields } from '../src/datasets/listed-config.ts';
import type { DatasetRow } from '../src/datasets/row.ts';
import { testGenerator } from '../src/datasets/test-generator.ts';

export const csvConfigSchema = z.strictObject({ ...listedFields, ...tableFields });

async function csvDataset(config: unknown): Promise<DatasetRow[]> {
  const { header, delimiter, decimal, sheet, ...settings } = parseConfig(
    csvConfigSchema,
    withNamedDelimiter(config),
    'datasets/csv.ts: config',
  );
  return listedRows(settings, (path, name, columns) =>
    readTable(path, name, columns, {
      header,
      delimiter,
      decimal,
      sheet,
      encoding: settings.encoding,
    }),
  );
}

/** Delimiters may be written as they are, too. */
function withNamedDelimiter(config: unknown): unknown {
  if (typeof config !== 'object' || config === null || !('delimiter' in config)) return config;
  const { delimiter } = config;
  const named = delimiterNames.find(
    (name) => DELIMITERS[name] === delimiter || (name === 'tab' && delimiter === '\\t'),
  );
  return named === undefined ? config : { ...config, delimiter: named };
}

/**
 * promptfoo test generator for a table with an image and a score column: text with commas, semicolons,
 * tabs, pipes or spaces between its cells, an .xlsx workbook or a Parquet file:
 * `tests: [{path: file://datasets/csv.ts, config: {file, image, mos}}]`.
 *
 * @throws ConfigError what is wrong with the configuration or with the file as a whole
 */
export default testGenerator(csvConfigSchema, csvDataset);
