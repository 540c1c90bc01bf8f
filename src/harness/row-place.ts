import { hasTemplate } from './render-prompt.ts';

/**
 * Which data set and which group a row's image belongs to. Loaders say it in the metadata of a test, so that
 * the viewer's first screen is left to pictures and scores. Rows that are written by hand, and those of
 * earlier versions, may say it as vars. Whoever reads rows reads vars: here both become vars again.
 */

/** Data set of rows that name none: tests written by hand in the configuration. */
export const UNNAMED_DATASET = 'images';

const NAMES = ['dataset', 'group'] as const;

interface Row {
  /** As the loader found them, or as they were written. */
  vars?: Record<string, unknown> | undefined;
  metadata?: Record<string, unknown> | undefined;
}

/** A row's vars, with data set and group from its metadata where the vars do not say them. */
export function placedVars({ vars = {}, metadata = {} }: Row): Record<string, unknown> {
  const found = NAMES.filter((name) => vars[name] === undefined && metadata[name] != null);
  return { ...vars, ...Object.fromEntries(found.map((name) => [name, metadata[name]])) };
}

/** The name of a row's data set. */
export const datasetOf = (row: Row): string => String(placedVars(row).dataset ?? UNNAMED_DATASET);

/** What is wrong with a row, in one line: what its loader says, or that vars and metadata contradict each other. */
export function problemOf({ vars = {}, metadata = {} }: Row): string | undefined {
  if (typeof metadata.problem === 'string') return metadata.problem;
  const differing = NAMES.find(
    (name) =>
      vars[name] != null && metadata[name] != null && String(vars[name]) !== String(metadata[name]),
  );
  if (differing === undefined) return undefined;
  const [asVar, asMetadata] = [vars, metadata].map((said) => JSON.stringify(said[differing]));
  return `row ${JSON.stringify(vars.image)}: vars.${differing} is ${asVar} and metadata.${differing} is ${asMetadata}; give one of them`;
}

/** Whether a prompt, or a var, mentions what promptfoo does not know as a var and so renders as nothing. */
export function mentionsPlace(prompt: string, { vars = {}, metadata = {} }: Row): boolean {
  const unknown = NAMES.filter((name) => vars[name] === undefined && metadata[name] != null);
  const templates = [prompt, ...Object.values(vars)].filter(
    (text): text is string => typeof text === 'string' && hasTemplate(text),
  );
  return templates.some((text) => unknown.some((name) => text.includes(name)));
}
