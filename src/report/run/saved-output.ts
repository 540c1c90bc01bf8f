import { ConfigError } from '../../common/config-error.ts';
import { readSavedEvaluation } from '../../harness/saved-output.ts';
import { savedEnsembles } from '../report-settings.ts';
import { readRun } from './read-run.ts';
import type { Run } from './scored-run.ts';

/**
 * Reads a file that promptfoo wrote with `-o out.json` or `-o out.jsonl`.
 *
 * @throws ConfigError naming the file: not there, too large for one text, no output of promptfoo, or
 *   without a column of this plugin or rated by it
 */
export async function readSavedOutput(file: string): Promise<Run> {
  const evaluation = await readSavedEvaluation(file);
  const run = { ...readRun(evaluation), ensembles: savedEnsembles(evaluation.config) };
  if (run.columns.length === 0 && run.generated.generators.length === 0) {
    throw new ConfigError(
      `${file}: there is no column of this plugin's provider in it, and none that image-quality has rated`,
    );
  }
  return run;
}
