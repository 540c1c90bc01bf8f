import type { Asked } from '../../rows/asked.ts';

/**
 * What keeps two ways of asking from being compared, one phrase each: degradations or probability source.
 *
 * @param earlier how phrases call the run before
 */
export function differencesInAsking(
  now: Asked | undefined,
  before: Asked | undefined,
  earlier: string,
): string[] {
  if (!now || !before) {
    return [
      `${now ? earlier : 'this run'} does not say how it asked; make it again with this version`,
    ];
  }
  const differ = differing(earlier);
  return [
    ...differ('degradations', degradations(now), degradations(before)),
    ...(now.conditions.length > 0 && before.conditions.length > 0
      ? differ('seed of the degradations', String(now.seed), String(before.seed))
      : []),
    ...differ('probabilities', now.sources.join(', '), before.sources.join(', ')),
  ];
}

/** What may differ between two runs and should be known: the model's version, the prompt, and as what images were sent. */
export function remarksOnAsking(
  now: Asked | undefined,
  before: Asked | undefined,
  earlier: string,
): string[] {
  if (!now || !before) return [];
  return [
    ...differing(earlier)('model', now.models.join(', '), before.models.join(', ')),
    ...differenceInPrompt(now, before, earlier),
    ...differing(earlier)('images sent', sentText(now), sentText(before)),
  ];
}

/** A phrase where the prompt's text is another one. */
export function differenceInPrompt(now: Asked, before: Asked, earlier: string): string[] {
  if (now.prompt.sha256 === before.prompt.sha256) return [];
  return now.prompt.label === before.prompt.label
    ? [`prompt ${now.prompt.label}: its text has changed`]
    : [`prompt: ${before.prompt.label} in ${earlier}, ${now.prompt.label} here`];
}

const differing =
  (earlier: string) =>
  (name: string, now: string, before: string): string[] =>
    now === before ? [] : [`${name}: ${before} in ${earlier}, ${now} here`];

const degradations = ({ conditions }: Asked): string =>
  conditions
    .map(({ degradation, severity }) => `${degradation} ${severity}`)
    .sort()
    .join(', ') || 'none';

function sentText({ sent }: Asked): string {
  if (!sent) return 'not said';
  const size = sent.maxPixels === 'unlimited' ? 'whole' : `of at most ${sent.maxPixels} pixels`;
  return `${size}, as ${sent.encoding}`;
}
