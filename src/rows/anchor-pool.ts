import { basename } from 'node:path';
import pLimit from 'p-limit';
import type { ImageFacts } from '../answers/image-facts.ts';
import { ConfigError } from '../common/config-error.ts';
import { type ImageFile, readImageFile } from '../images/image-file.ts';
import { imageName } from '../images/image-name.ts';
import type { JudgeImage } from '../images/judge-image.ts';
import type { Judge } from '../judges/judge.ts';
import { anchorImage, fileHash, knownLook } from '../method/anchor-image.ts';
import type { ProviderConfig } from '../method/config.ts';
import {
  type AnchoredImage,
  type AnchorSettings,
  type DrawnAnchors,
  drawPool,
  type ListedAnchors,
  listedAnchors,
  othersThan,
  type PooledImage,
  pickAnchors,
} from '../method/pick-anchors.ts';
import type { PixelPool } from '../method/pixel-pool.ts';
import type { Anchor } from '../method/question.ts';
import { endsOf } from '../statistics/ends.ts';

/** A row of a data set, as its loader gives it. */
export interface AnchorRow {
  vars: { image: string; mos?: number | string };
  metadata: { group?: string; problem?: unknown };
}

/** Loads a data set by the name of its format. */
export type LoadRows = (
  format: string,
  config: Record<string, unknown>,
) => Promise<readonly AnchorRow[]>;

/** What a row is shown before its image. */
export interface RowAnchors {
  anchors: Anchor[];
  /** What reproduces them. */
  recorded: { image: string; sha256: string; mos?: number }[];
  /** Whether the row's own image is in the pool: then it takes no part in correlations. */
  isInPool: boolean;
}

export interface AnchorPools {
  /**
   * @param row the query image; its score is not asked for
   * @throws ConfigError the data set cannot be read; RangeError it holds too few other images
   */
  anchorsFor(
    settings: AnchorSettings,
    row: { file: ImageFile; group: string | undefined },
    facts: ImageFacts,
  ): Promise<RowAnchors>;
}

interface Surroundings {
  config: ProviderConfig;
  judge: Pick<Judge, 'kind'>;
  pool: PixelPool;
  load: LoadRows;
}

interface Listed extends AnchoredImage {
  name: string;
  image: JudgeImage;
}

interface Pooled extends Listed, PooledImage {}

/** Images that are read and decoded at once. */
const READ_AT_ONCE = 4;

/** The pools of one provider entry, each loaded once. */
export function createAnchorPools(surroundings: Surroundings): AnchorPools {
  const { config, pool } = surroundings;
  const pools = createOnce<Pooled>();
  const lists = createOnce<Listed>();
  return {
    async anchorsFor(settings, { file, group }, facts) {
      const sha256 = fileHash(file);
      const query = {
        sha256,
        group,
        look: await knownLook(file, sha256, { config, pool, facts }),
      };
      if (settings.images) {
        const { images, seed } = settings;
        const listed = await lists(images, () => loadListed(settings, surroundings, facts));
        const anchors = listedAnchors(listed, query, seed);
        return {
          anchors: anchors.map(({ name, sha256, image }) => ({ name, sha256, image })),
          recorded: anchors.map((anchor) => ({ image: anchor.name, sha256: anchor.sha256 })),
          isInPool: listed.some((image) => image.sha256 === sha256),
        };
      }
      const { dataset, pool: size, seed } = settings;
      const pooled = await pools([dataset, size, seed], () =>
        loadPool(settings, surroundings, facts),
      );
      const picked = pickAnchors(pooled, query, settings);
      const percentOf = percentAmong(othersThan(query, pooled));
      return {
        anchors: picked.map(({ name, sha256, image, mos }) => ({
          ...{ name, sha256, image },
          known: { mos, percent: percentOf(mos) },
        })),
        recorded: picked.map(({ name, sha256, mos }) => ({ image: name, sha256, mos })),
        isInPool: pooled.some((image) => image.sha256 === sha256),
      };
    },
  };
}

/**
 * Where a score lies between the lowest (0) and the highest (100) of images that are no versions of the query image: its
 * own score is not among them, or what is said of its anchors would tell it.
 *
 * @throws RangeError all have one score
 */
function percentAmong(others: readonly Pooled[]): (mos: number) => number {
  const [lowest, highest] = endsOf(others.map(({ mos }) => mos));
  if (lowest === highest) {
    throw new RangeError(
      `anchors: all ${others.length} images of the pool that are no versions of this image have the score ${lowest}, which says nothing; raise anchors.pool or take another data set`,
    );
  }
  return (mos) => (100 * (mos - lowest)) / (highest - lowest);
}

/** Reads each list once, and says once what is to be said of it. */
export function loadingOnce(load: LoadRows): LoadRows {
  const once = createOnce<AnchorRow>();
  return (format, config) => once([format, config], async () => [...(await load(format, config))]);
}

/** Loads what a key stands for when it is first asked for. */
function createOnce<Item>(): (key: unknown, load: () => Promise<Item[]>) => Promise<Item[]> {
  const loaded = new Map<string, Promise<Item[]>>();
  return (key, load) => {
    const name = JSON.stringify(key);
    const loading = loaded.get(name) ?? load();
    loaded.set(name, loading);
    return loading;
  };
}

/** @throws ConfigError two of them are the same file; ImageError one cannot be read */
async function loadListed(
  { images }: ListedAnchors,
  surroundings: Surroundings,
  facts: ImageFacts,
): Promise<Listed[]> {
  const limit = pLimit(READ_AT_ONCE);
  const listed = await Promise.all(
    images.map(({ image, group }) => limit(() => readAnchor(image, group, surroundings, facts))),
  );
  const twice = listed.find(({ sha256 }, index) =>
    listed.slice(0, index).some((other) => other.sha256 === sha256),
  );
  if (twice) {
    throw new ConfigError(
      `anchors.images: ${twice.name} is the same file as another one of the list; list each image once`,
    );
  }
  return listed;
}

async function readAnchor(
  source: string,
  group: string | undefined,
  surroundings: Omit<Surroundings, 'load'>,
  facts: ImageFacts,
): Promise<Listed> {
  const setting = { ...surroundings, facts };
  const file = await readImageFile(source, surroundings.config);
  const sha256 = fileHash(file);
  return {
    name: imageName(source),
    sha256,
    group,
    look: await knownLook(file, sha256, setting),
    image: await anchorImage(source, file, setting),
  };
}

/**
 * The rows from which a pool is drawn.
 *
 * @throws ConfigError the data set cannot be read, or has too few
 */
export async function scoredRows(
  { dataset, count }: Pick<DrawnAnchors, 'dataset' | 'count'>,
  load: LoadRows,
): Promise<AnchorRow[]> {
  const rows = (await load(dataset.format, dataset.config)).filter(
    ({ vars, metadata }) => typeof vars.mos === 'number' && metadata.problem === undefined,
  );
  if (rows.length > count) return rows;
  throw new ConfigError(
    `anchors: the data set ${dataset.format} has ${rows.length} images with a readable score, and more than anchors.count ${count} are needed`,
  );
}

async function loadPool(
  { dataset, seed, pool: size, count }: DrawnAnchors,
  { load, ...surroundings }: Surroundings,
  facts: ImageFacts,
): Promise<Pooled[]> {
  const rows = await scoredRows({ dataset, count }, load);
  const drawn = drawPool(
    rows.map(({ vars }) => basename(vars.image)),
    size,
    seed,
  ).map((index) => rows[index]!);
  const scores = drawn.map(({ vars }) => Number(vars.mos));
  const [lowest, highest] = endsOf(scores);
  if (lowest === highest) {
    throw new ConfigError(
      `anchors: all ${drawn.length} images of the pool have the score ${lowest}, which says nothing; raise anchors.pool or take another data set`,
    );
  }
  const limit = pLimit(READ_AT_ONCE);
  return Promise.all(
    drawn.map(({ vars, metadata }, index) =>
      limit(
        async (): Promise<Pooled> => ({
          ...(await readAnchor(vars.image, metadata.group, surroundings, facts)),
          mos: scores[index]!,
        }),
      ),
    ),
  );
}
