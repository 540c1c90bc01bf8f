import { z } from 'zod';
import { ConfigError, parseConfig } from '../src/common/config-error.ts';
import { readJson } from '../src/datasets/files/json-file.ts';
import type { ListedLine, NamedColumn } from '../src/datasets/files/listed-line.ts';
import { listedRows } from '../src/datasets/listed.ts';
import { jsonFields, listedFields } from '../src/datasets/listed-config.ts';
import { recognise } from '../src/datasets/published/recognise.ts';
import type { DatasetRow } from '../src/datasets/row.ts';
import { say } from '../src/datasets/say.ts';
import { isNumber } from '../src/datasets/score-text.ts';
import { testGenerator } from '../src/datasets/test-generator.ts';
import { publishedDatasets } from './published.ts';

const { image, mos, ...fields } = listedFields;

export const qdebiasJsonConfigSchema = z.strictObject({
  ...fields,
  ...jsonFields,
  image: image
    .optional()
    .describe('Key with the path of the image. Default: `img_path`, else `image`.'),
  mos: mos
    .optional()
    .describe(
      'Key with the mean opinion score. Default: `gt_score`, else the score in `id`: `I66_01_01.png->4.63`.',
    ),
});

/** Where the scripts' lists have images and scores: the first of these that an entry has. */
const IMAGE_KEYS = ['img_path', 'image'];
const SCORE_KEY = 'gt_score';
const ID_KEY = 'id';

const SCORE_IN_ID = /->\s*(\S+)\s*$/;

async function qdebiasJsonDataset(config: unknown): Promise<DatasetRow[]> {
  const { path, ...settings } = parseConfig(
    qdebiasJsonConfigSchema,
    config,
    'datasets/qdebias-json.ts: config',
  );
  const { image = IMAGE_KEYS[0]!, mos = SCORE_KEY } = settings;
  const named = { image: settings.image !== undefined, mos: settings.mos !== undefined };
  const rows = await listedRows({ ...settings, image, mos }, async (file, name, columns) => {
    const asked = columns.filter(({ key }) =>
      key === 'image' ? named.image : key !== 'mos' || named.mos,
    );
    const lines = await readJson(file, name, asked, { path, encoding: settings.encoding });
    if (!named.image) requireSome(lines, IMAGE_KEYS, 'image', name);
    if (!named.mos) requireSome(lines, [SCORE_KEY, ID_KEY], 'mos', name);
    return lines.map((line) => scriptsLine(line, named, { image, mos }));
  });
  sayRecognised(rows, [settings.file].flat().join(' + '));
  return rows;
}

/** A line whose columns `image` and `mos` are found as the scripts write them, where they are not named. */
function scriptsLine(
  line: ListedLine,
  named: { image: boolean; mos: boolean },
  { image, mos }: { image: NamedColumn['column']; mos: NamedColumn['column'] },
): ListedLine {
  const inId = SCORE_IN_ID.exec(line.cell(ID_KEY))?.[1] ?? '';
  const score = line.cell(SCORE_KEY);
  const differ =
    !named.mos && isNumber(score) && isNumber(inId) && Number(score) !== Number(inId)
      ? `"${SCORE_KEY}" is ${score} and "${ID_KEY}" says ${inId}; correct one of them`
      : undefined;
  const problem = line.problem ?? differ;
  return {
    ...line,
    cell: (column) => {
      if (column === image && !named.image) {
        return IMAGE_KEYS.map((key) => line.cell(key)).find((text) => text !== '') ?? '';
      }
      return column === mos && !named.mos ? score || inId : line.cell(column);
    },
    ...(problem !== undefined && { problem }),
  };
}

function requireSome(
  lines: readonly ListedLine[],
  keys: readonly string[],
  option: string,
  name: string,
): void {
  if (lines.some((line) => keys.some((key) => line.cell(key) !== ''))) return;
  throw new ConfigError(
    `${name}: no entry has the key ${keys.map((key) => `"${key}"`).join(' or ')}; name the key with ${option}`,
  );
}

function sayRecognised(rows: readonly DatasetRow[], file: string): void {
  const recognised = recognise(
    rows.map(({ vars }) => ({ path: vars.image, mos: vars.mos })),
    publishedDatasets,
  );
  if (recognised?.problem !== undefined) throw new ConfigError(`${file}: ${recognised.problem}`);
  if (recognised !== undefined) say(`${file}: the names are ${recognised.text}`);
}

/**
 * promptfoo test generator for the JSON form of the Q-Bench, Q-Align and Q-Debias scripts,
 * `[{"img_path": "...", "gt_score": 3.2}, ...]`:
 * `tests: [{path: file://datasets/qdebias-json.ts, config: {file, root}}]`. A list that has the names of
 * a published data set is held against it, on stderr.
 *
 * @throws ConfigError what is wrong with the configuration or with the file as a whole, or the scores
 *   show that lower is better
 */
export default testGenerator(qdebiasJsonConfigSchema, qdebiasJsonDataset);
