import { createHash } from 'node:crypto';
import {
  degradedFactSchema,
  type ImageFact,
  type ImageFacts,
  imageFactSchema,
} from '../answers/image-facts.ts';
import { whyNotDegradable } from '../degradations/index.ts';
import { refuseTooLarge } from '../images/decode.ts';
import { encodingName } from '../images/encode.ts';
import { ImageError } from '../images/image-error.ts';
import type { ImageFile } from '../images/image-file.ts';
import type { JudgeImage } from '../images/judge-image.ts';
import { createJudgeImage } from '../images/judge-image.ts';
import type { RawImage } from '../images/raw-image.ts';
import {
  croppedRecipe,
  type DegradationRecipe,
  decodedRecipe,
  degradedCropRecipe,
  degradedRecipe,
  resizedRecipe,
} from '../images/recipe.ts';
import { sentSize } from '../images/resize.ts';
import type { Judge } from '../judges/judge.ts';
import { NETWORK_MAX_PIXELS } from '../judges/network-pixels.ts';
import { conditionSeed } from './condition-seed.ts';
import type { ProviderConfig } from './config.ts';
import type { PixelPool } from './pixel-pool.ts';
import type { HashedImage } from './pixel-worker.ts';
import type { DegradedCopy, PlannedImages } from './plan.ts';
import { type View, type Views, viewsOf } from './views.ts';

interface Setting {
  config: ProviderConfig;
  judge: Pick<Judge, 'kind'>;
  pool: PixelPool;
  facts: ImageFacts;
  signal?: AbortSignal;
  /** As the prompt file asks for them. */
  views: Views;
  /** Whether small copies of the degraded images will be asked for. */
  withPictures: boolean;
}

/** An image file and the copies made of it, whose pixels are made when they are first asked for. */
export interface PreparedImage extends PlannedImages {
  /** SHA-256 (hex) of the file. */
  fileSha256: string;
  /** The decoded image. */
  original: ImageFact;
  /** Size as sent. */
  sent: { width: number; height: number };
  /** A small copy of the query image, for a contact sheet. */
  picture(): Promise<RawImage>;
}

/** @throws ImageError */
export async function prepareImage(file: ImageFile, setting: Setting): Promise<PreparedImage> {
  const { config, pool, facts, signal } = setting;
  const { maxInputPixels } = config.image;
  const fileSha256 = createHash('sha256').update(file.bytes).digest('hex');
  const decoded = once(() => pool.run('decode', { file, maxInputPixels }, { signal }));
  const original = await facts.recall(decodedRecipe(fileSha256), imageFactSchema, async () =>
    factOf(await decoded()),
  );
  refuseTooLarge(file.name, original, maxInputPixels);
  refuseUndegradable(file.name, original, config.conditions);
  const sent = sentSizeFor(original, setting);
  const isOriginalSize = sent.width === original.width && sent.height === original.height;
  const resized = once(async () =>
    pool.run('resize', { image: await decoded(), size: sent }, { signal }),
  );
  const sentFact = isOriginalSize
    ? original
    : await facts.recall(resizedRecipe(fileSha256, sent), imageFactSchema, async () =>
        factOf(await resized()),
      );
  const views = viewsFor(file.name, original, setting);
  const viewed = async (view: View): Promise<JudgeImage> => {
    const { crop } = view;
    if (!crop) return judgeImage('query', file, sentFact, resized, setting);
    const cut = once(async () =>
      pool.run('crop', { image: await decoded(), place: crop }, { signal }),
    );
    const fact = await facts.recall(croppedRecipe(fileSha256, crop), imageFactSchema, async () =>
      factOf(await cut()),
    );
    return judgeImage('query', file, fact, cut, setting);
  };
  return {
    fileSha256,
    original,
    sent,
    views,
    query: await Promise.all(views.map(viewed)),
    picture: async () => pool.run('picture', { image: await decoded() }, { signal }),
    degraded: (condition) =>
      degradedCopy(condition, { file, fileSha256, original, sent, views, decoded }, setting),
  };
}

/**
 * Refuses an image of which one of the conditions cannot be made, before anything is asked about it. A
 * prompt that rates images alone refuses it too, so that all columns rest on the same images.
 *
 * @throws ImageError
 */
export function refuseUndegradable(
  name: string,
  size: { width: number; height: number },
  conditions: ProviderConfig['conditions'],
): void {
  for (const { degradation } of conditions) {
    const problem = whyNotDegradable(degradation, size);
    if (problem === undefined) continue;
    throw new ImageError(
      name,
      `${problem}; leave the image out or configure other conditions (none, "conditions: []", if all prompts rate images alone), so that all columns rate the same images`,
    );
  }
}

type SentSetting = Pick<Setting, 'config' | 'judge'>;

/** Larger images are made smaller than this before they are sent. */
export const maxPixelsFor = ({ config, judge }: SentSetting): number | 'unlimited' =>
  config.image.maxPixels ?? (judge.kind === 'network' ? NETWORK_MAX_PIXELS : 'unlimited');

/** The size at which an image is sent. */
export const sentSizeFor = (
  original: { width: number; height: number },
  setting: SentSetting,
): { width: number; height: number } => sentSize(original, maxPixelsFor(setting));

/** Names one view of a degraded copy. */
export const degradedViewRecipe = (
  fileSha256: string,
  made: DegradationRecipe,
  { crop }: View,
  sent: { width: number; height: number },
) => (crop ? degradedCropRecipe(fileSha256, made, crop) : degradedRecipe(fileSha256, made, sent));

/**
 * The views of an image that a prompt file asks for.
 *
 * @throws RangeError a crop has more pixels than may be sent
 */
export function viewsFor(
  name: string,
  original: { width: number; height: number },
  { views, ...setting }: SentSetting & { views: Views },
): View[] {
  const maxPixels = maxPixelsFor(setting);
  const made = viewsOf(original, views);
  const large = made.find(
    ({ crop }) => crop && maxPixels !== 'unlimited' && crop.width * crop.height > maxPixels,
  );
  if (large) {
    throw new RangeError(
      `image "${name}": a crop with views.side ${views.side} has more pixels than image.maxPixels ${maxPixels}; take a smaller side or raise image.maxPixels`,
    );
  }
  return made;
}

interface Origin extends Pick<PreparedImage, 'fileSha256' | 'original' | 'sent' | 'views'> {
  file: ImageFile;
  decoded: () => Promise<HashedImage>;
}

async function degradedCopy(
  { degradation, severity }: ProviderConfig['conditions'][number],
  { file, fileSha256, original, sent, views, decoded }: Origin,
  setting: Setting,
): Promise<DegradedCopy> {
  const { config, pool, facts, signal, withPictures } = setting;
  const seed = conditionSeed(config.seed, original.sha256, degradation);
  let smallCopy: Promise<RawImage | null> | undefined;
  const make = () => {
    const made = decoded().then((image) =>
      pool.run(
        'degradeAndView',
        { image, degradation, severity, seed, views, size: sent, withPicture: withPictures },
        { signal },
      ),
    );
    if (withPictures) {
      smallCopy = made.then(({ picture }) => picture);
      smallCopy.catch(() => {});
    }
    return made;
  };
  let made: ReturnType<typeof make> | undefined;
  const copy = () => {
    made ??= make();
    return made;
  };
  const psnrOf = (psnrDb: number): number | null => (Number.isFinite(psnrDb) ? psnrDb : null);
  const known = await Promise.all(
    views.map((view, index) =>
      facts.recall(
        degradedViewRecipe(fileSha256, { degradation, severity, seed }, view, sent),
        degradedFactSchema,
        async () => {
          const { views: shown, psnrDb } = await copy();
          return { sha256: shown[index]!.sha256, psnrDb: psnrOf(psnrDb) };
        },
      ),
    ),
  );
  return {
    seed,
    psnrDb: known[0]!.psnrDb,
    images: views.map(({ crop }, index) =>
      judgeImage(
        'conditional',
        file,
        { sha256: known[index]!.sha256, ...sizeOf(crop ?? sent) },
        async () => (await copy()).views[index]!,
        setting,
      ),
    ),
    async picture() {
      const picture = (await smallCopy) ?? (await copy()).picture;
      if (!picture) throw new Error('no pictures were asked for');
      return picture;
    },
    release() {
      made = undefined;
    },
  };
}

function judgeImage(
  role: JudgeImage['role'],
  file: ImageFile,
  fact: ImageFact,
  make: () => Promise<HashedImage>,
  { config, pool, signal }: Setting,
): JudgeImage {
  const { format } = config.image;
  const pixels = async () => {
    const image = await make();
    if (image.sha256 !== fact.sha256) {
      throw new ImageError(
        file.name,
        'its pixels are not those that the answer store knows, although file and versions are the same; clear what it knows with "promptfoo-iqa cache clear --facts"',
      );
    }
    return image;
  };
  return createJudgeImage(role, fact, encodingName(format), pixels, (image) =>
    pool.run('encode', { image, format }, { signal }),
  );
}

const sizeOf = ({ width, height }: { width: number; height: number }) => ({ width, height });

const factOf = ({ sha256, width, height }: HashedImage): ImageFact => ({ sha256, width, height });

function once<Result>(make: () => Promise<Result>): () => Promise<Result> {
  let made: Promise<Result> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
