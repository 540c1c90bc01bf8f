import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { InitSource } from './config-text.ts';

/** Where a project keeps the prompt files that name its own images. */
export const PROMPTS_PROJECT_FOLDER = 'iqa-prompts';

const PROMPT = /file:\/\/(?:\.\.\/)?prompts\/([\w-]+)\.yaml/g;
const SAMPLE_ANCHORS = /^( {2}dataset: )\{ format: sample \}$/m;

/**
 * The prompt files of a shipped configuration that take anchors from the sample data set, by their names, with the
 * project's images in its place: what is rated is compared with images of its kind.
 *
 * @param packageFolder of this package, relative to the working directory
 */
export function anchoredPrompts(
  shipped: string,
  packageFolder: string,
  { dataset, config }: InitSource,
): Map<string, string> {
  const source = stringify(
    { format: dataset, config },
    { collectionStyle: 'flow', lineWidth: 0 },
  ).trimEnd();
  return new Map(
    [...shipped.matchAll(PROMPT)].flatMap(([, name]): [string, string][] => {
      const text = readFileSync(join(packageFolder, 'prompts', `${name}.yaml`), 'utf8');
      if (!SAMPLE_ANCHORS.test(text)) return [];
      return [[name!, text.replace(SAMPLE_ANCHORS, (_, key: string) => `${key}${source}`)]];
    }),
  );
}
