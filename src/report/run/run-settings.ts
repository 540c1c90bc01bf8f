import { canonical } from '../../common/canonical.ts';
import type { Column, ImageRow } from './scored-run.ts';

/** Everything that must be the same for the scores of one column to belong together. */
export function settingOf({ scored }: ImageRow): Record<string, unknown> | undefined {
  if (!scored) return undefined;
  const { setting, output, versions } = scored;
  const { method, source } = output;
  return { ...setting, method, source, 'promptfoo-iqa': versions['promptfoo-iqa'] };
}

/**
 * What differs between rows of one column, in words: `seed is 0 and 7`. The model is as the vendor
 * returned it, so that a change of the model behind a name is noticed.
 */
export function differences(rows: readonly ImageRow[]): string[] {
  const values = new Map<string, Map<string, unknown>>();
  const note = (name: string, value: unknown) => {
    const known = values.get(name) ?? new Map<string, unknown>();
    known.set(canonical(value), value);
    values.set(name, known);
  };
  for (const row of rows) {
    for (const [name, value] of Object.entries(settingOf(row) ?? {})) note(name, value);
    if (row.scored) note('model', row.answers.models);
  }
  return [...values].flatMap(([name, found]) =>
    found.size > 1 ? [`${name} is ${[...found.values()].map(shown).join(' and ')}`] : [],
  );
}

/** What differs between two columns of one name. */
export function columnDifferences(a: Column, b: Column): string[] {
  return [
    ...(canonicalJson(a.promptText) === canonicalJson(b.promptText)
      ? []
      : ['the prompt text differs']),
    ...(['weights', 'minCoverage'] as const).flatMap((name) =>
      a.settings[name] === b.settings[name]
        ? []
        : [
            `${name} of rank-correlation is ${a.settings[name] ?? 'unset'} and ${b.settings[name] ?? 'unset'}`,
          ],
    ),
    ...differences([...a.rows, ...b.rows]),
  ];
}

function canonicalJson(text: string): string {
  try {
    return canonical(JSON.parse(text));
  } catch {
    return text;
  }
}

const shown = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value);
