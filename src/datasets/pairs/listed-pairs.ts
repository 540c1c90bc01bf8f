import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { TestCase } from 'promptfoo';
import { ConfigError } from '../../common/config-error.ts';
import { nameSome } from '../../common/name-some.ts';
import { oneLine } from '../../common/one-line.ts';
import { PAIR_KEY, SOURCE_KEY } from '../../harness/row-keys.ts';
import type { DatasetSource } from '../../rows/dataset-source.ts';
import type { NamedColumn } from '../files/listed-line.ts';
import { displayPath } from '../image-path.ts';
import { type ListReader, type RootedLine, readLists } from '../list-lines.ts';
import { datasetName, listsName, listsSource } from '../list-names.ts';
import {
  describeFiles,
  describeName,
  imagePath,
  type LocatedImage,
  locateImages,
  namedImage,
} from '../listed-image.ts';
import { withHints } from '../listed-missing.ts';
import { refuseOutside } from '../listed-outside.ts';
import { counted } from '../number-text.ts';
import { say } from '../say.ts';
import { stratifiedSubset } from '../subset.ts';
import { refuseReserved, tagsOf } from '../tags.ts';
import type { PairsConfig } from './pair-config.ts';
import { readShare } from './pair-share.ts';

/** A test case of promptfoo for two images. */
export type PairRow = TestCase & {
  description: string;
  vars: { first: string; second: string; share: number | string; raters?: number };
  metadata: Record<string, unknown> & { dataset: string; group?: string };
};

/**
 * Rows of a list of pairs. A line that cannot be used is neither dropped nor the end of the run: its row carries
 * `metadata.problem`, which the provider turns into that row's error. No image is opened.
 *
 * @throws ConfigError what is wrong with the configuration or with the file as a whole, or no image is there
 */
export async function listedPairs(settings: PairsConfig, read: ListReader): Promise<PairRow[]> {
  const files = [settings.file].flat();
  const name = listsName(files);
  refuseReserved(settings.tags ?? [], name);
  const lines = await readLists(files, settings.root, columnsOf(settings), read);
  const named = lines.flatMap((line) => [
    namedImage(line, settings.first),
    namedImage(line, settings.second),
  ]);
  const located = locateImages(named);
  if (!settings.allowOutsideRoot) refuseOutside(name, located);
  const images = withHints(located);
  const dataset = settings.dataset ?? datasetName(files);
  const made = lines.map((line, index) =>
    row(line, [images[2 * index]!, images[2 * index + 1]!], settings, dataset),
  );
  const source = sourceOf(settings, files, made);
  const rows = withoutRepeated(made, name).map((each) => ({
    ...each,
    metadata: { ...each.metadata, [SOURCE_KEY]: source },
  }));
  return settings.limit === undefined
    ? rows
    : limited(rows, settings.limit, settings.seed, dataset);
}

const KEYS = ['first', 'second', 'share', 'raters', 'group'] as const;

const columnsOf = (settings: PairsConfig): NamedColumn[] => [
  ...KEYS.flatMap((key) => {
    const column = settings[key];
    const isShare = key === 'share' && settings.answers === undefined;
    const holdsNumbers = key === 'raters' ? 'counts' : isShare;
    return column === undefined ? [] : [{ key, column, holdsNumbers }];
  }),
  ...Object.entries(settings.votes ?? {}).flatMap(([key, column]) =>
    column === undefined ? [] : [{ key: `votes.${key}`, column, holdsNumbers: 'counts' as const }],
  ),
  ...(settings.tags ?? []).map((column) => ({ key: 'tags', column })),
];

/** Hexadecimal digits that tell lists of one name apart. */
const DIGEST_LENGTH = 16;

function sourceOf(
  settings: PairsConfig,
  files: readonly string[],
  rows: readonly PairRow[],
): DatasetSource {
  const said = rows.map(({ vars: { first, second, share } }) => [
    basename(first).toLowerCase(),
    basename(second).toLowerCase(),
    share,
  ]);
  const digest = createHash('sha256').update(JSON.stringify(said)).digest('hex');
  return {
    ...listsSource(files, settings.root),
    read: Object.fromEntries(columnsOf(settings).map(({ key, column }) => [key!, String(column)])),
    contents: digest.slice(0, DIGEST_LENGTH),
  };
}

function row(
  { line, list }: RootedLine,
  [first, second]: readonly [LocatedImage, LocatedImage],
  settings: PairsConfig,
  dataset: string,
): PairRow {
  const isReadable = line.problem === undefined;
  const { share, raters, problem } = isReadable
    ? readShare(line, settings)
    : { share: '', raters: undefined, problem: line.problem };
  const group = isReadable && settings.group !== undefined ? line.cell(settings.group) : '';
  const isSame = first.name !== undefined && imagePath(first) === imagePath(second);
  const problems = [
    problem,
    ...(isReadable ? [first, second].map((each) => describeName(each) ?? describeFiles(each)) : []),
    isSame ? 'both images are the same file; correct one of them or remove the line' : undefined,
  ].filter((each) => each !== undefined);
  return {
    description: `${fileName(first)} | ${fileName(second)}`,
    vars: {
      first: displayPath(imagePath(first)),
      second: displayPath(imagePath(second)),
      share,
      ...(raters !== undefined && { raters }),
    },
    metadata: {
      ...line.metadata,
      ...(isReadable && tagsOf(line, settings.tags ?? [])),
      dataset,
      ...(group !== '' && { group }),
      [PAIR_KEY]: true,
      ...(problems.length > 0 && {
        problem: oneLine(`${list}, ${line.place}: ${problems.join('; ')}`),
      }),
    },
  };
}

const fileName = (image: LocatedImage): string =>
  image.name === undefined ? '' : basename(imagePath(image));

/**
 * Each pair once, in whichever order the list names its images. Lines that say the same are one; a line on stderr
 * says how many were left out.
 *
 * @throws ConfigError lines about one pair say different things
 */
function withoutRepeated(rows: readonly PairRow[], file: string): PairRow[] {
  const byPair = new Map<string, PairRow>();
  const differing = new Set<string>();
  for (const each of rows) {
    const { first, second } = each.vars;
    const key = JSON.stringify([first, second].sort());
    const known = byPair.get(key);
    if (!known) byPair.set(key, each);
    else if (said(known, first) !== said(each, first)) differing.add(each.description);
  }
  if (differing.size > 0) {
    throw new ConfigError(
      `${file}: ${differing.size} ${differing.size === 1 ? 'pair is' : 'pairs are'} listed more than once by lines that differ (${nameSome([...differing])}); put what people said of a pair into one line`,
    );
  }
  const repeated = rows.length - byPair.size;
  if (repeated > 0) {
    say(
      `${file}: ${counted(repeated)} repeated ${repeated === 1 ? 'line says the same and was' : 'lines say the same and were'} left out`,
    );
  }
  return [...byPair.values()];
}

/** What a row says when this image is called the first. */
function said({ vars, metadata: { problem: _, ...metadata } }: PairRow, first: string): string {
  const { share } = vars;
  const isTurned = vars.first !== first && typeof share === 'number';
  // Rounded, because turning a share round and back may move its last digit.
  const own = typeof share === 'number' ? (isTurned ? 1 - share : share).toFixed(9) : share;
  return JSON.stringify([own, vars.raters, metadata]);
}

/** Those without a share stay: they are errors, and say so. */
function limited(rows: readonly PairRow[], limit: number, seed: number, name: string): PairRow[] {
  const shared = rows.filter(({ vars }) => typeof vars.share === 'number');
  const drawn = stratifiedSubset(
    shared.map(({ vars }) => Number(vars.share)),
    limit,
    seed,
  );
  const kept = new Set(drawn.map((index) => shared[index]));
  if (kept.size < shared.length) {
    say(`${name}: limit takes ${counted(kept.size)} of ${counted(shared.length)} pairs`);
  }
  return rows.filter((each) => typeof each.vars.share === 'string' || kept.has(each));
}
