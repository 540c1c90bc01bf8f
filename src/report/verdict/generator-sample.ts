import type { Generator, Measure, Picture, Rating } from '../run/generated-run.ts';
import { generatorColumns } from '../run/generator-columns.ts';

/** A picture with its rating under one measure. */
export interface RatedPicture {
  picture: Picture;
  quality: NonNullable<Rating['quality']>;
}

/** The pictures of one generator, by prompt. */
export interface GeneratorSample {
  provider: string;
  /** Undefined where the templates are the prompts. */
  template: string | undefined;
  name: string;
  pictures: readonly { prompt: string; picture: Picture; rating: Rating }[];
  /** Of each prompt with a rated picture the mean score of its pictures: repetitions are one unit. */
  scores: ReadonlyMap<string, number>;
  /** The same of what people say of rated pictures. */
  mos: ReadonlyMap<string, number>;
}

export interface Samples {
  generators: GeneratorSample[];
  /** Every prompt of any generator, by the name that pairs it, with its text; in the order of the run. */
  prompts: ReadonlyMap<string, string>;
}

/** What is compared over what, as `generatorColumns` says: test cases are paired by their vars. */
export function samplesOf(generators: readonly Generator[], measure: Measure): Samples {
  const rated = generators.flatMap((generator) => {
    const pictures = generator.pictures.flatMap((picture) => {
      const rating = picture.rated.get(measure.key);
      return rating ? [{ picture, rating }] : [];
    });
    return pictures.length > 0 ? [{ ...generator, pictures }] : [];
  });
  const columns = generatorColumns(
    rated.map(({ provider, template, pictures }) => ({
      ...{ provider, template },
      cases: pictures.map(({ picture }) => picture.vars),
    })),
  );
  const prompts = new Map<string, string>();
  const merged = new Map<string, GeneratorSample['pictures'][number][]>();
  const named = new Map<string, Pick<GeneratorSample, 'name' | 'provider' | 'template'>>();
  for (const [index, { provider, template, pictures }] of rated.entries()) {
    const { key, name, prompt: ofAll } = columns[index]!;
    const own = merged.get(key) ?? [];
    for (const { picture, rating } of pictures) {
      const prompt = ofAll ?? picture.vars;
      if (!prompts.has(prompt)) prompts.set(prompt, picture.shown);
      own.push({ prompt, picture, rating });
    }
    merged.set(key, own);
    named.set(key, { provider, template: ofAll === undefined ? template : undefined, name });
  }
  return {
    prompts,
    generators: [...merged].map(([key, pictures]) => ({
      ...named.get(key)!,
      pictures,
      scores: meansOf(pictures, ({ rating }) => rating.quality?.score),
      mos: meansOf(pictures, ({ picture, rating }) => (rating.quality ? picture.mos : undefined)),
    })),
  };
}

type Listed = GeneratorSample['pictures'][number];

/** The mean of each prompt that has a value, prompts in the order of their names, so that no row's place matters. */
function meansOf(
  pictures: readonly Listed[],
  valued: (listed: Listed) => number | undefined,
): Map<string, number> {
  const means = [...Map.groupBy(pictures, ({ prompt }) => prompt)].flatMap(
    ([prompt, own]): [string, number][] => {
      const values = own.flatMap((listed) => valued(listed) ?? []);
      const sum = values.reduce((total, value) => total + value, 0);
      return values.length === 0 ? [] : [[prompt, sum / values.length]];
    },
  );
  return new Map(means.sort(([a], [b]) => (a < b ? -1 : 1)));
}
