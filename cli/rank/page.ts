import { basename } from 'node:path';
import { oneLine } from '../../src/common/one-line.ts';
import { dataUri } from '../../src/images/data-uri.ts';
import { readImageFile } from '../../src/images/image-file.ts';
import { sharedPixelPool } from '../../src/method/pixel-pool.ts';
import type { Block } from '../../src/report/page/blocks.ts';
import { renderPage } from '../../src/report/page/html.ts';
import type { GeneratedPicture } from '../../src/rows/rank-generators.ts';
import { thumbnailOf } from '../../src/rows/row-preview.ts';
import { remarks, signed } from './describe.ts';
import { ALIGN, generatorsRemarks, generatorsTable, type RankedResults } from './generators.ts';
import { areIntervalsShort, type RankedFolder, shortIntervalsText } from './ranked.ts';

const LEGEND =
  'Each with its score and interval; ~ says that its order against the next one is not decided.';

/**
 * The ranking as a page with a thumbnail of each image, the best first.
 *
 * @param maxInputPixels as the provider's `image.maxInputPixels`
 */
export async function rankingPage(ranked: RankedFolder, maxInputPixels: number): Promise<string> {
  const { ranking, images, judge, notice, prompt } = ranked;
  const pictures: Block[] = [];
  for (const { item, rank, score, low, high, decidedNext } of ranking.items) {
    const { image } = images[item]!;
    const mark = decidedNext === false ? ' ~' : '';
    pictures.push({
      kind: 'picture',
      data: await thumbnail(image, maxInputPixels),
      caption: `${rank}. ${basename(oneLine(image))} ${signed(score)} [${signed(low)}, ${signed(high)}]${mark}`,
      isSmall: true,
    });
  }
  return renderPage(
    'Images ranked by pairs',
    [notice ?? judge, prompt, `${images.length} images`].join(' · '),
    [
      {
        id: 'order',
        title: 'From the best to the worst',
        blocks: [
          { kind: 'text', text: LEGEND },
          ...(areIntervalsShort(ranked)
            ? [{ kind: 'text' as const, text: shortIntervalsText(ranked) }]
            : []),
          ...pictures,
        ],
      },
      {
        id: 'notes',
        title: 'What to know of it',
        blocks: [{ kind: 'list', items: remarks(ranked) }],
      },
    ],
  );
}

/** Pictures that are shown of each generator. */
const SHOWN = 4;

/**
 * The ranking of generators as a page, with some pictures of each.
 *
 * @param pictures those that were compared
 */
export async function generatorsPage(
  ranked: RankedResults,
  pictures: readonly GeneratedPicture[],
  maxInputPixels: number,
): Promise<string> {
  const { ranking, generators, judge, notice, prompt } = ranked;
  const shown: Block[] = [];
  for (const { item, rank } of ranking) {
    const own = pictures.filter(({ generator }) => generator === generators[item]);
    for (const { source, prompt: unit } of own.slice(0, SHOWN)) {
      shown.push({
        kind: 'picture',
        data: await thumbnail(source, maxInputPixels),
        caption: `${rank}. ${oneLine(generators[item]!)}: ${oneLine(unit)}`,
        isSmall: true,
      });
    }
  }
  // A page's first column names the row, at the left.
  const align = `l${ALIGN.slice(1).join('')}`;
  const caption = 'Each score with its interval, against the mean of all';
  return renderPage(
    'Generators ranked by pairs',
    [notice ?? judge, prompt, `${generators.length} generators`].join(' · '),
    [
      {
        id: 'order',
        title: 'From the best to the worst',
        blocks: [{ kind: 'table', caption, align, ...generatorsTable(ranked) }],
      },
      {
        id: 'notes',
        title: 'What to know of it',
        blocks: [{ kind: 'list', items: generatorsRemarks(ranked) }],
      },
      { id: 'pictures', title: 'Some pictures of each', blocks: shown },
    ],
  );
}

async function thumbnail(
  image: string | Uint8Array,
  maxInputPixels: number,
): Promise<string | { problem: string }> {
  try {
    const file = await readImageFile(image, { allowRemoteImages: true });
    return dataUri(await thumbnailOf(file, maxInputPixels, sharedPixelPool, undefined));
  } catch (error) {
    return { problem: oneLine(error) };
  }
}
