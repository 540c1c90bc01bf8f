import { ConfigError, suggestion } from '../common/config-error.ts';
import type { Ratings } from '../rows/ratings.ts';
import { describeTurned, directionQuestion, inMosDirection } from './direction.ts';
import { withoutExcluded } from './exclude.ts';
import type { NamedColumn } from './files/listed-line.ts';
import { type ListReader, type RootedLine, readLists } from './list-lines.ts';
import { datasetName, listsName, listsSource } from './list-names.ts';
import type { ListedConfig } from './listed-config.ts';
import {
  describeFiles,
  describeName,
  imagePath,
  type LocatedImage,
  locateImages,
  type NamedImage,
  namedImage,
} from './listed-image.ts';
import { withHints } from './listed-missing.ts';
import { refuseOutside } from './listed-outside.ts';
import { readRatings } from './ratings.ts';
import { type DatasetImage, type DatasetRow, rowsOf } from './row.ts';
import { say } from './say.ts';
import { describeColumn, describeScoreProblem, readScore, shortened } from './score-text.ts';
import { refuseReserved, tagsOf } from './tags.ts';

/**
 * Rows of a list of images. Relative paths start at the working directory, as in the rows' `image`,
 * because promptfoo tells a generator nothing about the configuration file. A line that cannot be used
 * is neither dropped nor the end of the run: its row carries `metadata.problem`, which the provider
 * turns into that row's error. No image is opened. Those that are not there are found by listing
 * folders, and one line says how many they are; whether one on the web may be fetched is the
 * provider's affair.
 *
 * @throws ConfigError what is wrong with the configuration or with the file as a whole, or no image is there
 */
export async function listedRows(settings: ListedConfig, read: ListReader): Promise<DatasetRow[]> {
  const files = [settings.file].flat();
  const name = listsName(files);
  if (settings.split !== undefined && settings.splitColumn === undefined) {
    throw new ConfigError(
      `${name}: split: "${settings.split}" of which column? Set splitColumn to its name`,
    );
  }
  if (settings.raters !== undefined && settings.ratersEach !== undefined) {
    throw new ConfigError(`${name}: raters and ratersEach say the same; leave one out`);
  }
  refuseSameColumn(settings, name);
  refuseReserved(settings.tags ?? [], name);
  const question = directionQuestion(settings.mos, settings.direction);
  if (question !== undefined) say(`${name}: ${question}`);
  const lines = await readLists(files, settings.root, columnsOf(settings), read);
  const images = withoutExcluded(
    inSplit(lines, settings, name).map((line) => namedImage(line, settings.image)),
    settings.exclude,
    (image) => image.name,
    name,
  );
  const located = locateImages(images);
  if (!settings.allowOutsideRoot) refuseOutside(name, located);
  return rowsOf(
    {
      name: settings.dataset ?? splitName(datasetName(files), settings),
      file: name,
      source: sourceOf(files, settings),
    },
    withHints(located).map((image) => readImage(image, settings)),
    settings,
  );
}

const columnsOf = (settings: ListedConfig): NamedColumn[] => [
  ...(['image', 'mos', 'sd', 'raters', 'group', 'splitColumn'] as const).flatMap((key) => {
    const named = settings[key];
    const holdsNumbers = key === 'raters' ? 'counts' : key === 'sd';
    return named === undefined
      ? []
      : [{ key, column: named, ...(holdsNumbers && { holdsNumbers }) }];
  }),
  ...(settings.tags ?? []).map((column) => ({ key: 'tags', column })),
];

/** A column says one thing of an image. */
function refuseSameColumn(settings: ListedConfig, name: string): void {
  const keys = ['mos', 'sd', 'raters'] as const;
  const named = keys.filter((key) => settings[key] !== undefined);
  const [first, second] = named.flatMap((key) => {
    const other = named.find((each) => each !== key && settings[each] === settings[key]);
    return other === undefined ? [] : [key];
  });
  if (first === undefined || second === undefined) return;
  throw new ConfigError(
    `${name}: ${first} and ${second} both name ${describeColumn(settings[first] ?? '')}; name the column of each`,
  );
}

function sourceOf(files: readonly string[], settings: ListedConfig) {
  const { image, mos, direction, group, splitColumn, split, exclude } = settings;
  return {
    ...listsSource(files, settings.root),
    read: {
      image: String(image),
      mos: String(mos),
      ...(direction === 'lower' && { direction }),
      ...(group !== undefined && { group: String(group) }),
      ...(split !== undefined &&
        splitColumn !== undefined && { splitColumn: String(splitColumn), split }),
      ...(exclude !== undefined && { exclude: [exclude].flat().join(' ') }),
    },
  };
}

const splitName = (dataset: string, { split }: ListedConfig): string =>
  split === undefined ? dataset : `${dataset} (${split})`;

/** Lines that cannot be read, or say no split, stay in: nobody knows that they belong to another. */
function inSplit(
  lines: readonly RootedLine[],
  { split, splitColumn }: ListedConfig,
  name: string,
): readonly RootedLine[] {
  if (split === undefined || splitColumn === undefined) return lines;
  // What stands under a column of the others need not belong there.
  const readable = lines.filter(({ line }) => line.problem === undefined);
  const splits = [...new Set(readable.map(({ line }) => line.cell(splitColumn)))].filter(
    (each) => each !== '',
  );
  if (!splits.includes(split)) {
    throw new ConfigError(
      `${name}: no image has the split "${split}" in ${describeColumn(splitColumn)}, ${suggestion(split, splits)}`,
    );
  }
  return lines.filter(
    ({ line }) => line.problem !== undefined || ['', split].includes(line.cell(splitColumn)),
  );
}

function readImage(image: LocatedImage, settings: ListedConfig): DatasetImage {
  const { line, list } = image;
  const text = line.cell(settings.mos);
  const isReadable = line.problem === undefined;
  const group = isReadable && settings.group !== undefined ? line.cell(settings.group) : '';
  const metadata = {
    ...line.metadata,
    ...(isReadable && tagsOf(line, settings.tags ?? [])),
    ...(settings.direction === 'lower' && { direction: describeTurned(settings.mos) }),
  };
  const { ratings, problem } = ratingsOf(image, settings);
  const problems = [describeProblem(image, settings), problem, describeFiles(image)].filter(
    Boolean,
  );
  return {
    path: imagePath(image),
    // A score that may be another column's must not pass for one.
    mos: isReadable ? inMosDirection(readScore(text), settings.direction) : text,
    ...(group !== '' && { group }),
    ...(Object.keys(ratings).length > 0 && { ratings }),
    ...(problems.length > 0 && { problem: `${list}, ${line.place}: ${problems.join('; ')}` }),
    ...(Object.keys(metadata).length > 0 && { metadata }),
  };
}

/** What a readable line says of the ratings of its image. */
function ratingsOf(
  { line, name }: NamedImage,
  { sd, raters, ratersEach, scale, direction }: ListedConfig,
): { ratings: Ratings; problem?: string } {
  if (name === undefined) return { ratings: {} };
  const { ratings, ...problem } = readRatings(
    {
      ...(sd !== undefined && { deviation: { column: sd, text: line.cell(sd) } }),
      ...(raters !== undefined && { raters: { column: raters, text: line.cell(raters) } }),
    },
    name,
  );
  return {
    ...problem,
    ratings: {
      ...ratings,
      ...(ratersEach !== undefined && { raters: ratersEach }),
      ...(scale && { scale: direction === 'lower' ? [0 - scale[1], 0 - scale[0]] : scale }),
    },
  };
}

function describeProblem(image: NamedImage, settings: ListedConfig): string | undefined {
  const { line, name } = image;
  const problem = line.problem ?? describeName(image);
  if (problem !== undefined || name === undefined) return problem;
  const { split, splitColumn } = settings;
  if (split !== undefined && splitColumn !== undefined && line.cell(splitColumn) === '') {
    return `${describeColumn(splitColumn)} is empty; give ${shortened(name)} a split or remove the line`;
  }
  const text = line.cell(settings.mos);
  const score = readScore(text);
  if (settings.scale && typeof score === 'number') {
    const [least, greatest] = settings.scale;
    if (score >= least && score <= greatest) return undefined;
    return `${describeColumn(settings.mos)} is ${score}, which is not on the scale of ${least} to ${greatest}; correct it, or scale`;
  }
  const described = describeScoreProblem(score, settings.mos, name);
  return described !== undefined && DECIMAL_COMMA.test(text)
    ? `${described}; in a table, decimal: comma reads it as ${text.replace(',', '.')}`
    : described;
}

const DECIMAL_COMMA = /^[+-]?\d*,\d+$/;
