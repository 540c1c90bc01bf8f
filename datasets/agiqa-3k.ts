import type { ListedLine } from '../src/datasets/files/listed-line.ts';
import { readTable } from '../src/datasets/files/table-file.ts';
import { listedImage } from '../src/datasets/published/image.ts';
import { publishedLoader } from '../src/datasets/published/published.ts';
import type { PublishedDataset } from '../src/datasets/published/published-dataset.ts';
import {
  type Direction,
  type ScoredName,
  shownBy,
} from '../src/datasets/published/shown-direction.ts';
import { withRatings } from '../src/datasets/published/with-ratings.ts';

/** Generators, with their settings, as file names begin with them: `sd1.5_lowstep_012.jpg`. */
const GENERATORS =
  /(AttnGAN|DALLE2|glide|midjourney|sd1\.5|xl2\.2)_(normal|lowstep|lowcorr|highcorr)/;

const GENERATOR = new RegExp(`^(${GENERATORS.source})_\\d+\\.`, 'i');

/** The generators that everybody rates best and worst. */
const BEST = ['midjourney_normal', 'xl2.2_normal'];
const WORST = ['attngan_normal', 'glide_normal'];

const generatorOf = (name: string): string | undefined => GENERATOR.exec(name)?.[1];

function shownByGenerators(images: readonly ScoredName[]): Direction | undefined {
  const scoresOf = (generators: readonly string[]) =>
    images.flatMap(({ name, score }) =>
      generators.includes(generatorOf(name)?.toLowerCase() ?? '') ? [score] : [],
    );
  const worst = scoresOf(WORST);
  return shownBy(
    scoresOf(BEST).flatMap((better, index) => {
      const worse = worst[index];
      return worse === undefined ? [] : [[better, worse] as const];
    }),
  );
}

/**
 * Generated images. MOS of 0 to 5 for quality (`mos_quality`), not for agreement with the prompt. The list has
 * the standard deviation of the ratings (`std_quality`) and not their number.
 */
export const agiqa3k: PublishedDataset = {
  title: 'AGIQA-3K',
  source: 'https://github.com/lcysyzxdxc/AGIQA-3k-Database',
  images: 2982,
  scales: [[0, 5]],
  names: new RegExp(`(^|/)(${GENERATORS.source})_\\d+\\.jpg$`, 'i'),
  shown: shownByGenerators,
  imageFolders: ['images', 'AGIQA-3K'],
  async read(copy) {
    const { path, name } = copy.file(
      ['data.csv'],
      'a CSV file with the columns name, prompt and mos_quality',
    );
    const columns = ['name', 'mos_quality'].map((column) => ({ column }));
    const lines = await readTable(path, name, columns);
    const hasSpread = lines.some((line) => line.cell('std_quality') !== '');
    const image = (line: ListedLine) => {
      const listed = listedImage(line, name, { image: 'name', mos: 'mos_quality' });
      const deviation = { column: 'std_quality', text: line.cell('std_quality') };
      return hasSpread ? withRatings(listed, { deviation }) : listed;
    };
    return lines.map((line) => ({
      ...image(line),
      ...(line.problem === undefined && { metadata: described(line) }),
    }));
  },
};

function described(line: ListedLine): Record<string, string> {
  const generator = generatorOf(line.cell('name'));
  return { prompt: line.cell('prompt'), ...(generator !== undefined && { generator }) };
}

export default publishedLoader('agiqa-3k', agiqa3k);
