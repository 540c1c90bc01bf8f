import { canonical } from '../../src/common/canonical.ts';
import { oneLine } from '../../src/common/one-line.ts';
import { withoutSecrets } from '../../src/common/without-secrets.ts';
import { isCorrelation, resultsByColumn } from '../../src/harness/latest-results.ts';
import { outputPicture } from '../../src/harness/output-picture.ts';
import { readSavedEvaluation } from '../../src/harness/saved-output.ts';
import { generatorColumns, varsOfTest } from '../../src/report/run/generator-columns.ts';
import type { GeneratedPicture, LeftOut } from '../../src/rows/rank-generators.ts';

export interface GeneratedPictures {
  pictures: GeneratedPicture[];
  leftOut: LeftOut[];
  /** Further answers of one generator to one prompt, which are not looked at. */
  repeated: number;
}

/**
 * The pictures that promptfoo's providers made, from an output that promptfoo saved. Those of one test are of one
 * prompt: the same vars, or where there is one test the same template. Of repetitions the first counts.
 *
 * @param allowFiles whether an answer may name a file of this machine
 * @throws ConfigError the file cannot be read
 */
export async function generatedPictures(
  file: string,
  { allowFiles }: { allowFiles: boolean },
): Promise<GeneratedPictures> {
  const columns = resultsByColumn(await readSavedEvaluation(file)).map((column) => ({
    ...column,
    pictures: column.results
      .filter((result) => !isCorrelation(result))
      .map((result) => ({ result, vars: canonical(varsOfTest(result.vars)) })),
  }));
  const named = generatorColumns(
    columns.map(({ provider, prompt, pictures: own }) => ({
      ...{ provider, template: prompt },
      cases: own.map(({ vars }) => vars),
    })),
  );
  const pictures: GeneratedPicture[] = [];
  const leftOut: LeftOut[] = [];
  let repeated = 0;
  const seen = new Set<string>();
  for (const [index, column] of columns.entries()) {
    const { name: generator, prompt } = named[index]!;
    for (const { result, vars } of column.pictures) {
      const unit = prompt ?? vars;
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
