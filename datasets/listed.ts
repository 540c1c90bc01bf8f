import { basename, dirname, parse, resolve } from 'node:path';
import { ConfigError, suggestion } from '../providers/config-error.ts';
import type { ListedLine, NamedColumn } from './files/listed-line.ts';
import { displayPath, isInside, isRemote } from './image-path.ts';
import type { ListedConfig } from './listed-config.ts';
import { fileLookup, sayMissing } from './missing-images.ts';
import { type DatasetImage, type DatasetRow, rowsOf } from './row.ts';
import { describeColumn, describeScoreProblem, readScore, shortened } from './score-text.ts';

/** Lines that an error names. */
const LINES_NAMED = 3;

/**
 * Rows of a list of images. Relative paths start at the working directory, as in the rows' `image`,
 * because promptfoo tells a generator nothing about the configuration file. A line that cannot be used
 * is neither dropped nor the end of the run: its row carries `metadata.problem`, which the provider
 * turns into that row's error. No image is opened. Those that are not there are found by listing
 * folders, and one line says how many they are; whether one on the web may be fetched is the
 * provider's affair.
 *
 * @param read the list's reader: path, the name that errors call it by, the columns that are asked for
 * @throws ConfigError what is wrong with the configuration or with the file as a whole, or no image is there
 */
export async function listedRows(
  settings: ListedConfig,
  read: (
    path: string,
    name: string,
    columns: readonly NamedColumn[],
  ) => ListedLine[] | Promise<ListedLine[]>,
): Promise<DatasetRow[]> {
  if (settings.split !== undefined && settings.splitColumn === undefined) {
    throw new ConfigError(
      `${settings.file}: split: "${settings.split}" of which column? Set splitColumn to its name`,
    );
  }
  const file = resolve(settings.file);
  const lines = inSplit(await read(file, settings.file, columnsOf(settings)), settings);
  const root = resolve(settings.root ?? dirname(file));
  if (!settings.allowOutsideRoot) refuseOutside(lines, root, settings);
  const missing = findMissing(lines, root, settings);
  return rowsOf(
    {
      name: settings.dataset ?? nameOf(file, settings.split),
      file: settings.file,
      source: sourceOf(file, root, settings),
    },
    lines.map((line) => readImage(line, root, settings, missing.has(line))),
    settings,
  );
}

const columnsOf = (settings: ListedConfig): NamedColumn[] =>
  (['image', 'mos', 'group', 'splitColumn'] as const).flatMap((key) => {
    const named = settings[key];
    return named === undefined ? [] : [{ key, column: named }];
  });

function sourceOf(file: string, root: string, settings: ListedConfig) {
  const { image, mos, group, splitColumn, split } = settings;
  return {
    file: displayPath(file),
    ...(settings.root !== undefined && { images: displayPath(root) }),
    read: {
      image: String(image),
      mos: String(mos),
      ...(group !== undefined && { group: String(group) }),
      ...(split !== undefined &&
        splitColumn !== undefined && { splitColumn: String(splitColumn), split }),
    },
  };
}

/** Not the folder alone: two files of one folder would become one data set, correlated over both scales. */
const nameOf = (file: string, split: string | undefined): string =>
  `${basename(dirname(file))}/${parse(file).name}${split === undefined ? '' : ` (${split})`}`;

/** Lines that cannot be read, or say no split, stay in: nobody knows that they belong to another. */
function inSplit(lines: ListedLine[], { file, split, splitColumn }: ListedConfig): ListedLine[] {
  if (split === undefined || splitColumn === undefined) return lines;
  const splits = [...new Set(readable(lines).map((line) => line.cell(splitColumn)))].filter(
    (name) => name !== '',
  );
  if (!splits.includes(split)) {
    throw new ConfigError(
      `${file}: no image has the split "${split}" in ${describeColumn(splitColumn)}, ${suggestion(split, splits)}`,
    );
  }
  return lines.filter(
    (line) => line.problem !== undefined || ['', split].includes(line.cell(splitColumn)),
  );
}

/** What stands under a column of the others need not belong there. */
const readable = (lines: readonly ListedLine[]): ListedLine[] =>
  lines.filter(({ problem }) => problem === undefined);

function refuseOutside(lines: readonly ListedLine[], root: string, settings: ListedConfig): void {
  const outside = readable(lines).filter((line) => {
    const image = line.cell(settings.image);
    return !isRemote(image) && !isInside(root, resolve(root, image));
  });
  if (outside.length === 0) return;
  const named = outside
    .slice(0, LINES_NAMED)
    .map((line) => `"${line.cell(settings.image)}" in ${line.place}`);
  throw new ConfigError(
    `${settings.file}: ${outside.length} image ${outside.length === 1 ? 'path leads' : 'paths lead'} out of ${root} (${named.join(', ')}${outside.length > LINES_NAMED ? ', …' : ''}); set root to the folder that holds them all, or allowOutsideRoot: true`,
  );
}

/**
 * Lines whose image is not there. One line says how many they are.
 *
 * @throws ConfigError none is there
 */
function findMissing(
  lines: readonly ListedLine[],
  root: string,
  settings: ListedConfig,
): ReadonlySet<ListedLine> {
  const isThere = fileLookup();
  const images = readable(lines).filter((line) => line.cell(settings.image) !== '');
  const files = images.filter((line) => !isAddress(line.cell(settings.image)));
  const missing = files.filter((line) => !isThere(resolve(root, line.cell(settings.image))));
  sayMissing(
    settings.file,
    {
      total: images.length,
      missing: missing.map((line) => line.cell(settings.image)),
      folder: root,
    },
    'set root to their folder',
  );
  return new Set(missing);
}

function readImage(
  line: ListedLine,
  root: string,
  settings: ListedConfig,
  isMissing: boolean,
): DatasetImage {
  const image = line.cell(settings.image);
  const text = line.cell(settings.mos);
  const isReadable = line.problem === undefined;
  const group = isReadable && settings.group !== undefined ? line.cell(settings.group) : '';
  const problems = [
    describeProblem(line, settings),
    isMissing &&
      `no such file ${displayPath(resolve(root, image))}; add it, correct the path or remove the line`,
  ].filter(Boolean);
  return {
    path:
      image === '' || !isReadable
        ? `${resolve(settings.file)}#${line.place.replace(/\D+/, '')}`
        : isRemote(image)
          ? image
          : resolve(root, image),
    // A score that may be another column's must not pass for one.
    mos: isReadable ? readScore(text) : text,
    ...(group !== '' && { group }),
    ...(problems.length > 0 && {
      problem: `${settings.file}, ${line.place}: ${problems.join('; ')}`,
    }),
  };
}

/** Whether a cell is no path: a remote image, or something that is refused. */
const isAddress = (image: string): boolean =>
  isRemote(image) || /^(ftp|file|s3|gs):\/\/|^data:/i.test(image);

function describeProblem(line: ListedLine, settings: ListedConfig): string | undefined {
  const image = line.cell(settings.image);
  if (line.problem !== undefined) return line.problem;
  if (image === '') {
    return `${describeColumn(settings.image)} is empty; give the path of an image or remove the line`;
  }
  if (isAddress(image) && !isRemote(image)) {
    return `${describeColumn(settings.image)} is "${shortened(image)}"; give the path of a file`;
  }
  const { split, splitColumn } = settings;
  if (split !== undefined && splitColumn !== undefined && line.cell(splitColumn) === '') {
    return `${describeColumn(splitColumn)} is empty; give ${image} a split or remove the line`;
  }
  return describeScoreProblem(readScore(line.cell(settings.mos)), settings.mos, image);
}
