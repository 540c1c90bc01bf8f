import { canonical } from '../common/canonical.ts';
import { imageName } from '../images/image-name.ts';
import type { DatasetSource } from './dataset-source.ts';

/** A row as far as it says where it comes from. */
export interface SourcedRow {
  image: string;
  /** Undefined for tests written by hand. */
  source: DatasetSource | undefined;
}

/** Images that an error names. */
const IMAGES_NAMED = 3;
/** An image may be a `data:` URI. */
const NAME_LENGTH = 80;

/**
 * Why the rows of one name are not one data set, in words; undefined where they are. A correlation over
 * two lists mixes their scales, and one over the same image twice counts it twice: neither is taken.
 *
 * @param rows of one data set in one column, each once however often it is repeated
 * @param what a row is about
 */
export function describePooling(
  dataset: string,
  rows: readonly SourcedRow[],
  what: 'image' | 'pair' = 'image',
): string | undefined {
  const sources = new Set(rows.map(({ source }) => describeSource(source)));
  if (sources.size > 1) {
    return `${sources.size === 2 ? 'two' : sources.size} sources are called ${dataset}: ${[...sources].join(' and ')}; set \`dataset\` of one to another name`;
  }
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const { image } of rows) (seen.has(image) ? twice : seen).add(image);
  if (twice.size === 0) return undefined;
  const named = [...twice].slice(0, IMAGES_NAMED).map(shortened).join(', ');
  return `${dataset} has ${twice.size} ${what}${twice.size === 1 ? '' : 's'} more than once (${named}${twice.size > IMAGES_NAMED ? ', …' : ''}); list each once, or set \`dataset\` of one of the entries to another name`;
}

/** What tells sources of one run apart, in words: `my-images/scores.csv (image: file, mos: MOS)`. */
function describeSource(source: DatasetSource | undefined): string {
  if (!source) return 'tests written by hand';
  const { file, images, read } = source;
  const how = Object.entries({ ...(images !== undefined && { images }), ...read });
  return how.length === 0 ? file : `${file} (${how.map((pair) => pair.join(': ')).join(', ')})`;
}

/**
 * How the sources of one data set differ between two runs, in words; undefined where nothing is known
 * to. A run that went on after its list was corrected has rows of both lists.
 */
export function describeOtherSource(
  dataset: string,
  a: readonly SourcedRow[],
  b: readonly SourcedRow[],
): string | undefined {
  const differs = (part: (source: DatasetSource) => string | undefined) => {
    const of = (rows: readonly SourcedRow[]) =>
      new Set(rows.flatMap(({ source }) => (source && part(source)) ?? []));
    const [ofA, ofB] = [of(a), of(b)];
    return ofA.size > 0 && ofB.size > 0 && ![...ofA].some((value) => ofB.has(value));
  };
  if (!differs(({ read }) => canonical(read)) && !differs(({ contents }) => contents)) {
    return undefined;
  }
  const [ofA, ofB] = [a, b].map((rows) =>
    describeSource(rows.find(({ source }) => source)?.source),
  );
  const what = ofA === ofB ? `${ofA}, with other names or scores` : `${ofA} and ${ofB}`;
  return `what is called ${dataset} is not the same list in both (${what})`;
}

function shortened(image: string): string {
  const name = imageName(image);
  return name.length > NAME_LENGTH ? `${name.slice(0, NAME_LENGTH - 1)}…` : name;
}
