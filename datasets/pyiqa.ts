import { basename } from 'node:path';
import { z } from 'zod';
import { ConfigError, parseConfig } from '../src/common/config-error.ts';
import type { ColumnName, ListedLine } from '../src/datasets/files/listed-line.ts';
import { readTable, readTableNames } from '../src/datasets/files/table-file.ts';
import { listedRows } from '../src/datasets/listed.ts';
import { listedFields } from '../src/datasets/listed-config.ts';
import { type PyiqaTable, pyiqaTable, splitName } from '../src/datasets/published/pyiqa-tables.ts';
import { recognise } from '../src/datasets/published/recognise.ts';
import type { DatasetRow } from '../src/datasets/row.ts';
import { say } from '../src/datasets/say.ts';
import { isNumber } from '../src/datasets/score-text.ts';
import { testGenerator } from '../src/datasets/test-generator.ts';
import { publishedDatasets } from './published.ts';

const { image: _image, mos, group: _group, file: _file, scale: _scale, ...fields } = listedFields;

export const pyiqaConfigSchema = z.strictObject({
  file: z
    .string()
    .min(1)
    .describe("pyiqa's table of the data set, such as `meta_info_LIVEIQADataset.csv`."),
  ...fields,
  splitColumn: fields.splitColumn.describe(
    'Column with the split: `official_split`, or one of several random ones such as `ratio802_seed123_split_01`. Default: the official one.',
  ),
  mos: mos
    .optional()
    .describe('Column with the score. Default: as in pyiqa, the one after the image.'),
  direction: z
    .enum(['higher', 'lower'])
    .optional()
    .describe(
      'Whether higher or lower scores are better in the table. Default: known from the name of the table; required where it is not.',
    ),
  dmosMax: z
    .number()
    .optional()
    .describe('As in pyiqa: the scores are differential ones, and `mos` is this number less each.'),
});

type PyiqaConfig = z.output<typeof pyiqaConfigSchema>;

/** The columns of a table by what they hold, as pyiqa takes them: by their place. */
interface Roles {
  image: string;
  mos: ColumnName;
  group?: string;
}

async function pyiqaDataset(config: unknown): Promise<DatasetRow[]> {
  const { direction, dmosMax, ...settings } = parseConfig(
    pyiqaConfigSchema,
    config,
    'datasets/pyiqa.ts: config',
  );
  const { file } = settings;
  const names = await readTableNames(file, file, { encoding: settings.encoding });
  const table = pyiqaTable(basename(file));
  const roles = rolesOf(names, settings);
  const turn = turnOf({ direction, dmosMax }, table, roles, file);
  const splitColumn = splitColumnOf(names, settings);
  const rows = await listedRows(
    // The scores that are handed on are turned already.
    { ...settings, ...roles, splitColumn, direction: 'higher' },
    async (path, name, columns) => {
      const lines = await readTable(path, name, columns, { encoding: settings.encoding });
      const splits = splitColumn === undefined ? [] : lines.map((line) => line.cell(splitColumn));
      const isNumbered = splits.every((split) => /^[012]$/.test(split));
      return lines
        .filter((line) => !table?.leftOut?.test(line.cell(roles.image)))
        .map((line) => ({
          ...line,
          ...(turn.metadata && { metadata: turn.metadata }),
          cell: (column) => {
            const text = line.cell(column);
            if (column === roles.mos) return turn.score(text);
            return column === splitColumn && isNumbered ? splitName(text) : text;
          },
        }));
    },
  );
  const recognised = recognise(
    rows.map(({ vars }) => ({ path: vars.image, mos: vars.mos })),
    publishedDatasets,
  );
  if (recognised?.problem) throw new ConfigError(`${file}: ${recognised.problem}`);
  return rows;
}

/** @throws ConfigError the table is of pairs, or what follows the image is no score */
function rolesOf(names: readonly string[], { file, mos }: PyiqaConfig): Roles {
  const [first = '', second = '', third = ''] = names;
  if (names.some((name) => /^(dist_imgB_path|p1_img_path)$/.test(name))) {
    throw new ConfigError(
      `${file}: this table (PieAPP, BAPPS) says which of two images people prefer; it has no score of an image`,
    );
  }
  const isReferenced = /^(ref|hq)/i.test(first);
  const [image, score] = isReferenced ? [second, third] : [first, second];
  if (mos === undefined && !/mos|score|jod/i.test(score)) {
    throw new ConfigError(
      `${file}: "${score}", the column after the image "${image}", seems to be no score; name it with mos (columns: ${names.slice(0, 30).join(', ')})`,
    );
  }
  return { image, mos: mos ?? score, ...(isReferenced && { group: first }) };
}

/** @throws ConfigError a split is asked for, and the table has none or several */
function splitColumnOf(
  names: readonly string[],
  { file, split, splitColumn }: PyiqaConfig,
): ColumnName | undefined {
  if (splitColumn !== undefined || split === undefined) return splitColumn;
  const columns = names.filter((name) => /split/i.test(name));
  const found = columns.find((name) => /^official[ _]split$/i.test(name));
  if (found !== undefined) return found;
  if (columns.length === 1) return columns[0];
  throw new ConfigError(
    columns.length === 0
      ? `${file}: split: the table has no column with splits`
      : `${file}: split: "${split}" of which column? Set splitColumn to one of ${columns.slice(0, 12).join(', ')}`,
  );
}

/** How scores of the table become ones of which higher is better, and what rows say of it. */
function turnOf(
  { direction, dmosMax }: Pick<PyiqaConfig, 'direction' | 'dmosMax'>,
  table: PyiqaTable | undefined,
  { mos }: Roles,
  file: string,
): { score: (text: string) => string; metadata: ListedLine['metadata'] } {
  if (dmosMax !== undefined && direction === 'higher') {
    throw new ConfigError(
      `${file}: dmosMax is for scores of which lower is better, and direction says higher; leave one out`,
    );
  }
  const isLower = dmosMax !== undefined || (direction ?? table?.direction) === 'lower';
  if (direction === undefined && dmosMax === undefined && table === undefined) {
    throw new ConfigError(
      `${file}: no table of pyiqa has this name, so nobody knows whether higher scores are better; set direction: higher or lower`,
    );
  }
  if (direction !== undefined && table !== undefined && direction !== table.direction) {
    say(
      `${file}: direction: ${direction}, but in pyiqa's table of ${table.title} ${table.direction} is better`,
    );
  }
  if (!isLower) return { score: (text) => text, metadata: {} };
  const formula = dmosMax === undefined ? `-${mos}` : `${dmosMax} - ${mos}`;
  if (direction === undefined && dmosMax === undefined) {
    say(
      `${file}: in pyiqa's table of ${table?.title} lower is better, whatever the column is called: mos is ${formula}`,
    );
  }
  return {
    // Without the digits that binary fractions add.
    score: (text) =>
      isNumber(text) ? String(Number(((dmosMax ?? 0) - Number(text)).toFixed(12))) : text,
    metadata: { direction: `mos is ${formula}: in the table lower is better` },
  };
}

/**
 * promptfoo test generator for the tables of the toolbox pyiqa (IQA-PyTorch), one form for all of its
 * data sets: `tests: [{path: file://datasets/pyiqa.ts, config: {file, root, split}}]`. The first column
 * is the image, or where there are references the second, whose references are the groups.
 *
 * @throws ConfigError what is wrong with the configuration or with the table as a whole
 */
export default testGenerator(pyiqaConfigSchema, pyiqaDataset);
