import { createHash } from 'node:crypto';
import { distance, type Look, likeness } from '../images/look.ts';

/** How a prompt file wants its anchors: images of a data set with known scores, or the ones that it lists. */
export type AnchorSettings = DrawnAnchors | ListedAnchors;

export interface DrawnAnchors {
  /** A data set format by its name, and the configuration of its loader. */
  dataset: { format: string; config: Record<string, unknown> };
  /** Anchors in one request, or those that an image is compared with. */
  count: number;
  /**
   * `spread`: evenly over the scores. `nearest`: those that look most like the query image. `middle`: those with
   * scores nearest to the middle of the pool's range, no versions of each other as far as there are.
   */
  pick: 'spread' | 'nearest' | 'middle';
  seed: number;
  /** Images of the data set from which anchors are taken; all of them leave the correlation. */
  pool: number;
  images?: undefined;
}

export interface ListedAnchors {
  /** All of them are taken, but versions of the query image; all leave the correlation. */
  images: readonly { image: string; group?: string | undefined }[];
  seed: number;
  dataset?: undefined;
}

/** An image of which anchors may be taken. */
export interface PooledImage {
  /** SHA-256 (hex) of the file. */
  sha256: string;
  /** As its data set has it. */
  mos: number;
  group?: string | undefined;
  look: Look;
}

/** What is known of the image that anchors are wanted for: not its score. */
export type AnchoredImage = Omit<PooledImage, 'mos'>;

/**
 * Looks that are alike to this degree are taken for versions of one image. Of 400 different photographs
 * (BIQ2021) the two most alike have 0.957 and one in thirty has a neighbour above it; of copies with noise, blur,
 * compression, pixelation or spatter all are above it, of those with fog few.
 */
export const VERSION_LIKENESS = 0.9;

/**
 * The images of a data set that may be anchors, by a draw that sees no scores: so no image's score
 * decides what is asked about another one.
 *
 * @param names tell the images apart, the same on every machine
 * @returns indices into `names`, in the order of the draw
 */
export function drawPool(names: readonly string[], size: number, seed: number): number[] {
  return names
    .map((name, index) => ({ index, key: digest(`${seed} ${name}`) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .slice(0, size)
    .map(({ index }) => index);
}

/**
 * The anchors of one image. An anchor is never the image itself nor a version of it: the same file, the same
 * group, or a look that is hardly different.
 *
 * @returns in an order that does not follow the scores, which a model could go on with
 * @throws RangeError the pool holds too few other images
 */
export function pickAnchors<Pooled extends PooledImage>(
  pool: readonly Pooled[],
  query: AnchoredImage,
  { count, pick, seed }: Pick<DrawnAnchors, 'count' | 'pick' | 'seed'>,
): Pooled[] {
  // One file under two names is one image, and what is answered about it counts once.
  const others = othersThan(query, pool).filter(
    ({ sha256 }, index, all) => all.findIndex((other) => other.sha256 === sha256) === index,
  );
  if (others.length < count) {
    throw new RangeError(
      `anchors: ${others.length} of the ${pool.length} images of the pool are no versions of this image, and ${count} anchors are asked for; raise anchors.pool or lower anchors.count`,
    );
  }
  return inOrderOf(seed, PICKS[pick](others, query, count));
}

/**
 * Listed anchors of one image: all but the image itself and its versions.
 *
 * @throws RangeError no other image is left
 */
export function listedAnchors<Listed extends AnchoredImage>(
  list: readonly Listed[],
  query: AnchoredImage,
  seed: number,
): Listed[] {
  const others = othersThan(query, list);
  if (others.length === 0) {
    throw new RangeError(
      `anchors: each of the ${list.length} images listed is this image or a version of it; list others too`,
    );
  }
  return inOrderOf(seed, others);
}

/** Those that are neither the query image nor versions of it. */
export const othersThan = <Other extends AnchoredImage>(
  query: AnchoredImage,
  images: readonly Other[],
): Other[] => images.filter((image) => !isVersion(image, query));

type Picking = <Pooled extends PooledImage>(
  others: readonly Pooled[],
  query: AnchoredImage,
  count: number,
) => Pooled[];

const PICKS: Record<DrawnAnchors['pick'], Picking> = {
  spread: (others, _, count) =>
    evenly(
      others.toSorted((a, b) => a.mos - b.mos || bySha256(a, b)),
      count,
    ),
  nearest: (others, { look }, count) =>
    nearest(others, (image) => distance(image.look, look), count),
  middle(others, _, count) {
    const scores = others.map(({ mos }) => mos);
    const middle = (Math.min(...scores) + Math.max(...scores)) / 2;
    const byDistance = nearest(others, ({ mos }) => Math.abs(mos - middle), others.length);
    // A second version of one photograph says less than another photograph.
    const isSecond = (image: PooledImage, index: number): boolean =>
      byDistance.slice(0, index).some((other) => isVersion(other, image));
    const seconds = byDistance.filter(isSecond);
    return [...byDistance.filter((image) => !seconds.includes(image)), ...seconds].slice(0, count);
  },
};

function nearest<Image extends AnchoredImage>(
  images: readonly Image[],
  awayOf: (image: Image) => number,
  count: number,
): Image[] {
  return images
    .map((image) => ({ image, away: awayOf(image) }))
    .sort((a, b) => a.away - b.away || bySha256(a.image, b.image))
    .slice(0, count)
    .map(({ image }) => image);
}

const bySha256 = (a: AnchoredImage, b: AnchoredImage): number => (a.sha256 < b.sha256 ? -1 : 1);

/** An order that the seed draws and no score. */
const inOrderOf = <Image extends AnchoredImage>(seed: number, images: readonly Image[]): Image[] =>
  images
    .map((image) => ({ image, key: digest(`${seed} order ${image.sha256}`) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ image }) => image);

export const isVersion = (a: AnchoredImage, b: AnchoredImage): boolean =>
  a.sha256 === b.sha256 ||
  (a.group !== undefined && a.group === b.group) ||
  likeness(a.look, b.look) >= VERSION_LIKENESS;

/** From the first to the last at even steps; of one, the middle. */
const evenly = <Item>(items: readonly Item[], count: number): Item[] =>
  Array.from({ length: count }, (_, i) => {
    const place = count === 1 ? (items.length - 1) / 2 : (i * (items.length - 1)) / (count - 1);
    return items[Math.round(place)]!;
  });

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
