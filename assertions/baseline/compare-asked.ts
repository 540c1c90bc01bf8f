import type { Asked } from '../../providers/correlation-row.ts';

/** What keeps two ways of asking from being compared, one phrase each: degradations or probability source. */
export function differencesInAsking(now: Asked | undefined, before: Asked | undefined): string[] {
  if (!now || !before) {
    return [
      `${now ? 'the baseline' : 'this run'} does not say how it asked; make it again with this version`,
    ];
  }
  return [
    ...differ('degradations', degradations(now), degradations(before)),
    ...(now.conditions.length > 0 && before.conditions.length > 0
      ? differ('seed of the degradations', String(now.seed), String(before.seed))
      : []),
    ...differ('probabilities', now.sources.join(', '), before.sources.join(', ')),
  ];
}

/** What may differ between two runs and should be known: the model's version and the prompt. */
export function remarksOnAsking(now: Asked | undefined, before: Asked | undefined): string[] {
  if (!now || !before) return [];
  return [
    ...differ('model', now.models.join(', '), before.models.join(', ')),
    ...(now.prompt.sha256 === before.prompt.sha256
      ? []
      : [
          now.prompt.label === before.prompt.label
            ? `prompt ${now.prompt.label}: its text has changed`
            : `prompt: ${before.prompt.label} in the baseline, ${now.prompt.label} here`,
        ]),
  ];
}

const differ = (name: string, now: string, before: string): string[] =>
  now === before ? [] : [`${name}: ${before} in the baseline, ${now} here`];

const degradations = ({ conditions }: Asked): string =>
  conditions
    .map(({ degradation, severity }) => `${degradation} ${severity}`)
    .sort()
    .join(', ') || 'none';
