import { ConfigError } from '../../common/config-error.ts';
import type { Generated, Generator, Measure, Picture } from './generated-run.ts';
import { numbered } from './numbered.ts';

interface Source {
  file: string;
  generated: Generated;
}

/**
 * Joins what several outputs have of generators: those of one name and template become one over the union of their
 * pictures, and several of one name in one output stay apart. Further pictures of a prompt are repetitions of it; the same picture of the same prompt counts once.
 *
 * @throws ConfigError the same judge was asked differently
 */
export function mergeGenerated(sources: readonly Source[]): Generated {
  const measures = new Map<string, Measure>();
  const generators = new Map<string, Generator>();
  const prompts = new Map<string, { text: string; file: string }>();
  for (const { file, generated } of sources) {
    for (const measure of generated.measures) {
      if (!measures.has(measure.key)) measures.set(measure.key, measure);
      refuseOtherPrompt(measure, { file, generated }, prompts);
    }
    const names = generated.generators.map(({ provider, template }) =>
      JSON.stringify([provider, template]),
    );
    for (const [index, key] of numbered(names).entries()) {
      const generator = generated.generators[index]!;
      const known = generators.get(key);
      generators.set(key, known ? joined(known, generator) : generator);
    }
  }
  return { generators: [...generators.values()], measures: [...measures.values()] };
}

/** A prompt file that was changed between two runs asks something else under one name. */
function refuseOtherPrompt(
  { key, name }: Measure,
  { file, generated }: Source,
  prompts: Map<string, { text: string; file: string }>,
): void {
  for (const { pictures } of generated.generators) {
    for (const { rated } of pictures) {
      const text = rated.get(key)?.quality?.prompt;
      if (text === undefined) continue;
      const known = prompts.get(key);
      if (known && known.text !== text) {
        throw new ConfigError(
          `${known.file} and ${file}: the pictures rated by "${name}" cannot be joined, because the prompt text is not the same in both. Leave one of the files out, or run one of them again`,
        );
      }
      prompts.set(key, known ?? { text, file });
    }
  }
}

function joined(a: Generator, b: Generator): Generator {
  const seen = new Set(a.pictures.flatMap(namesOf));
  // A row in error says nothing where the other output has an answer.
  const answered = (pictures: readonly Picture[]) =>
    new Set(pictures.flatMap((picture) => (namesOf(picture).length > 0 ? [picture.vars] : [])));
  const ofA = answered(a.pictures);
  const ofB = answered(b.pictures);
  const keep = (picture: Picture, others: ReadonlySet<string>) =>
    namesOf(picture).length > 0 || !others.has(picture.vars);
  return {
    ...a,
    pictures: [
      ...a.pictures.filter((picture) => keep(picture, ofB)),
      ...b.pictures.filter(
        (picture) => keep(picture, ofA) && !namesOf(picture).some((name) => seen.has(name)),
      ),
    ],
  };
}

/** What makes a rated picture the same in two outputs, for each of its ratings. */
const namesOf = ({ vars, rated }: Picture): string[] =>
  [...rated].flatMap(([key, { quality }]) =>
    quality ? [JSON.stringify([vars, key, quality.image.sha256])] : [],
  );
