import { canonical } from '../../src/common/canonical.ts';
import { oneLine } from '../../src/common/one-line.ts';
import { withoutSecrets } from '../../src/common/without-secrets.ts';
import { isCorrelation, resultsByColumn } from '../../src/harness/latest-results.ts';
import { outputPicture } from '../../src/harness/output-picture.ts';
import { readSavedEvaluation } from '../../src/harness/saved-output.ts';
import type { GeneratedPicture, LeftOut } from '../../src/rows/rank-generators.ts';

export interface GeneratedPictures {
  pictures: GeneratedPicture[];
  leftOut: LeftOut[];
  /** Further answers of one generator to one prompt, which are not looked at. */
  repeated: number;
}

/**
 * The pictures that promptfoo's providers made, from an output that promptfoo saved. Those of one test are of one
 * prompt: the same vars. Of repetitions the first counts.
 *
 * @param allowFiles whether an answer may name a file of this machine
 * @throws ConfigError the file cannot be read
 */
export async function generatedPictures(
  file: string,
  { allowFiles }: { allowFiles: boolean },
): Promise<GeneratedPictures> {
  const columns = resultsByColumn(await readSavedEvaluation(file));
  const templates = new Set(columns.map(({ prompt }) => prompt));
  const pictures: GeneratedPicture[] = [];
  const leftOut: LeftOut[] = [];
  let repeated = 0;
  const seen = new Set<string>();
  for (const { provider, prompt, results } of columns) {
    const generator = templates.size > 1 ? `${provider}, ${prompt}` : provider;
    for (const result of results.filter((each) => !isCorrelation(each))) {
      const vars = Object.entries(result.vars).filter(
        ([name]) => !name.startsWith('__') && !name.startsWith('preview'),
      );
      const unit = canonical(Object.fromEntries(vars));
      const key = JSON.stringify([generator, unit]);
      if (seen.has(key)) {
        repeated += 1;
        continue;
      }
      seen.add(key);
      try {
        const { output, error } = result.response ?? {};
        if (error) throw new Error(error);
        const { source } = await outputPicture(output, result.response, {
          allowFiles,
          allowedBy: '--allow-files',
        });
        pictures.push({ generator, prompt: unit, source });
      } catch (error) {
        leftOut.push({ image: `${generator}, ${unit}`, reason: withoutSecrets(oneLine(error)) });
      }
    }
  }
  return { pictures, leftOut, repeated };
}
