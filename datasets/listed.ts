import { basename, dirname, parse, resolve } from 'node:path';
import { ConfigError, suggestion } from '../providers/config-error.ts';
import { describeTurned, directionQuestion, inMosDirection } from './direction.ts';
import { withoutExcluded } from './exclude.ts';
import type { ListedLine, NamedColumn } from './files/listed-line.ts';
import { imageFinder } from './image-finder.ts';
import { imageHints } from './image-hint.ts';
import { displayPath, isInside, isRemote } from './image-path.ts';
import type { ListedConfig } from './listed-config.ts';
import { sayMissing } from './missing-images.ts';
import { refuseOutsideLinks } from './outside-links.ts';
import { type DatasetImage, type DatasetRow, rowsOf } from './row.ts';
import { say } from './say.ts';
import { describeColumn, describeScoreProblem, readScore, shortened } from './score-text.ts';
import { refuseReserved, tagsOf } from './tags.ts';

/** Lines that an error names. */
const LINES_NAMED = 3;

/** Reads a list: its path, the name that errors call it by, the columns that are asked for. */
export type ListReader = (
  path: string,
  name: string,
  columns: readonly NamedColumn[],
) => ListedLine[] | Promise<ListedLine[]>;

/** A line and where its image is looked for. */
interface RootedLine {
  line: ListedLine;
  /** The list, as errors call it. */
  list: string;
  /** Absolute path of the folder of its images. */
  root: string;
}

/** A line with the files that its image may be: one, none, or several that cannot be told apart. */
interface LocatedLine extends RootedLine {
  files: readonly string[];
  /** What may be meant where there is no such file, in words. */
  hint?: string | undefined;
}

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
  const name = listName(settings);
  if (settings.split !== undefined && settings.splitColumn === undefined) {
    throw new ConfigError(
      `${name}: split: "${settings.split}" of which column? Set splitColumn to its name`,
    );
  }
  refuseReserved(settings.tags ?? [], name);
  const question = directionQuestion(settings.mos, settings.direction);
  if (question !== undefined) say(`${name}: ${question}`);
  const lists = await Promise.all(filesOf(settings).map((file) => readList(file, settings, read)));
  const lines = withoutExcluded(
    inSplit(lists.flat(), settings),
    settings.exclude,
    (line) => imageOf(line, settings),
    name,
  );
  const located = locate(lines, settings);
  if (!settings.allowOutsideRoot) {
    refuseOutside(located, settings);
    for (const [root, own] of Map.groupBy(located, (line) => line.root)) {
      refuseOutsideLinks(
        name,
        root,
        // What a list held itself was written elsewhere.
        own.flatMap(({ line, files }) => (line.file === undefined ? files : [])),
      );
    }
  }
  return rowsOf(
    { name: settings.dataset ?? datasetName(settings), file: name, source: sourceOf(settings) },
    withHints(located, settings).map((line) => readImage(line, settings)),
    settings,
  );
}

const filesOf = ({ file }: ListedConfig): string[] => [file].flat();

/** How errors about the whole call the list. */
const listName = (settings: ListedConfig): string => filesOf(settings).join(' + ');

async function readList(
  list: string,
  settings: ListedConfig,
  read: ListReader,
): Promise<RootedLine[]> {
  const path = resolve(list);
  const root = resolve(settings.root ?? dirname(path));
  const lines = await read(path, list, columnsOf(settings));
  return lines.map((line) => ({ line, list, root }));
}

const columnsOf = (settings: ListedConfig): NamedColumn[] => [
  ...(['image', 'mos', 'group', 'splitColumn'] as const).flatMap((key) => {
    const named = settings[key];
    return named === undefined ? [] : [{ key, column: named }];
  }),
  ...(settings.tags ?? []).map((column) => ({ key: 'tags', column })),
];

function sourceOf(settings: ListedConfig) {
  const { image, mos, direction, group, splitColumn, split, exclude } = settings;
  return {
    file: filesOf(settings)
      .map((file) => displayPath(resolve(file)))
      .join(' + '),
    ...(settings.root !== undefined && { images: displayPath(resolve(settings.root)) }),
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

/** Not the folder alone: two files of one folder would become one data set, correlated over both scales. */
function datasetName(settings: ListedConfig): string {
  const files = filesOf(settings).map((file) => resolve(file));
  const folder = basename(dirname(files[0] as string));
  const names = files.map((file) => parse(file).name).join('+');
  return `${folder}/${names}${settings.split === undefined ? '' : ` (${settings.split})`}`;
}

/** Lines that cannot be read, or say no split, stay in: nobody knows that they belong to another. */
function inSplit(lines: readonly RootedLine[], settings: ListedConfig): readonly RootedLine[] {
  const { split, splitColumn } = settings;
  if (split === undefined || splitColumn === undefined) return lines;
  const splits = [...new Set(readable(lines).map(({ line }) => line.cell(splitColumn)))].filter(
    (name) => name !== '',
  );
  if (!splits.includes(split)) {
    throw new ConfigError(
      `${listName(settings)}: no image has the split "${split}" in ${describeColumn(splitColumn)}, ${suggestion(split, splits)}`,
    );
  }
  return lines.filter(
    ({ line }) => line.problem !== undefined || ['', split].includes(line.cell(splitColumn)),
  );
}

/** What stands under a column of the others need not belong there. */
const readable = <Line extends RootedLine>(lines: readonly Line[]): Line[] =>
  lines.filter(({ line }) => line.problem === undefined);

/** The image as a readable line names it; undefined where it names none. */
function imageOf({ line }: RootedLine, settings: ListedConfig): string | undefined {
  const image = line.problem === undefined ? line.cell(settings.image) : '';
  return image === '' ? undefined : image;
}

/** The files of the lines' images. */
function locate(lines: readonly RootedLine[], settings: ListedConfig): LocatedLine[] {
  const finders = new Map(lines.map(({ root }) => [root, imageFinder(root)]));
  return lines.map((line) => {
    const image = imageOf(line, settings);
    const find = finders.get(line.root);
    const inside = line.line.file;
    if (inside !== undefined) return { ...line, files: [inside] };
    const files = image === undefined || isAddress(image) ? [] : (find?.([image]) ?? []);
    return { ...line, files };
  });
}

/**
 * The same lines, with what may be meant by the images that are not there. A line says how many of a
 * folder are not.
 *
 * @throws ConfigError none of a folder is there
 */
function withHints(lines: readonly LocatedLine[], settings: ListedConfig): LocatedLine[] {
  const hints = new Map<LocatedLine, string | undefined>();
  for (const [root, own] of Map.groupBy(lines, (line) => line.root)) {
    const hint = imageHints(root);
    const images = own.flatMap((line) => imageOf(line, settings) ?? []);
    const missing = own.flatMap((line) => {
      const image = imageOf(line, settings);
      return image === undefined || isAddress(image) || line.files.length > 0
        ? []
        : [{ line, image, hint: hint(image) }];
    });
    sayMissing(
      [...new Set(own.map(({ list }) => list))].join(' + '),
      {
        total: images.length,
        missing: missing.map(({ image }) => image),
        folder: root,
        hint: missing.find((each) => each.hint !== undefined)?.hint,
      },
      'root',
    );
    for (const each of missing) hints.set(each.line, each.hint?.text);
  }
  return lines.map((line) => ({ ...line, hint: hints.get(line) }));
}

function refuseOutside(lines: readonly LocatedLine[], settings: ListedConfig): void {
  const outside = readable(lines).filter((line) => {
    const image = line.line.cell(settings.image);
    return (
      line.line.file === undefined && !isAddress(image) && !isInside(line.root, pathOf(line, image))
    );
  });
  const [first] = outside;
  if (first === undefined) return;
  const named = outside
    .slice(0, LINES_NAMED)
    .map(({ line }) => `"${shortened(line.cell(settings.image))}" in ${line.place}`);
  throw new ConfigError(
    `${first.list}: ${outside.length} image ${outside.length === 1 ? 'path leads' : 'paths lead'} out of ${first.root} (${named.join(', ')}${outside.length > LINES_NAMED ? ', …' : ''}); set root to the folder that holds them all, or allowOutsideRoot: true`,
  );
}

/** The file that was found, or the path where it was looked for. */
const pathOf = ({ files, root }: LocatedLine, image: string): string =>
  files[0] ?? resolve(root, image.replace(/^file:\/\/(localhost(?=\/))?/i, ''));

function readImage(located: LocatedLine, settings: ListedConfig): DatasetImage {
  const { line, list } = located;
  const image = imageOf(located, settings);
  const text = line.cell(settings.mos);
  const isReadable = line.problem === undefined;
  const group = isReadable && settings.group !== undefined ? line.cell(settings.group) : '';
  const metadata = {
    ...line.metadata,
    ...(isReadable && tagsOf(line, settings.tags ?? [])),
    ...(settings.direction === 'lower' && { direction: describeTurned(settings.mos) }),
  };
  const problems = [
    describeProblem(line, settings),
    image !== undefined && !isAddress(image) && describeFiles(located, image),
  ].filter(Boolean);
  return {
    path:
      image === undefined
        ? `${resolve(list)}#${line.place.replace(/\D+/, '')}`
        : isRemote(image)
          ? image
          : pathOf(located, image),
    // A score that may be another column's must not pass for one.
    mos: isReadable ? inMosDirection(readScore(text), settings.direction) : text,
    ...(group !== '' && { group }),
    ...(problems.length > 0 && { problem: `${list}, ${line.place}: ${problems.join('; ')}` }),
    ...(Object.keys(metadata).length > 0 && { metadata }),
  };
}

/** What is wrong with the file of an image, in words; undefined when nothing is. */
function describeFiles(located: LocatedLine, image: string): string | undefined {
  const { files, hint } = located;
  if (files.length === 1) return undefined;
  if (files.length > 1) {
    return `"${shortened(image)}" may be ${files.map(displayPath).join(' or ')}; name one exactly, or remove the others`;
  }
  const looked = displayPath(pathOf(located, image));
  return hint === undefined
    ? `no such file ${looked}; add it, correct the path or remove the line`
    : `no such file ${looked}; ${hint}: correct the path or root`;
}

/** Whether a cell is no path: a remote image, or something that is refused. */
const isAddress = (image: string): boolean =>
  isRemote(image) || /^(ftp|s3|gs):\/\/|^data:/i.test(image);

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
    return `${describeColumn(splitColumn)} is empty; give ${shortened(image)} a split or remove the line`;
  }
  return describeScoreProblem(readScore(line.cell(settings.mos)), settings.mos, image);
}
