import { existsSync, realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { ConfigError } from '../common/config-error.ts';
import { outputsIn, promptfooArguments } from './command-line.ts';
import { runningPromptfoo } from './running-promptfoo.ts';

/**
 * Refuses a baseline that this run would overwrite: it would be held against a file that is the next
 * one's baseline, passed or not. A baseline that is not there yet may be made so; its gate fails once.
 *
 * @param baselines paths, relative to the working directory
 * @param outputs the run's own, as promptfoo takes them
 * @throws ConfigError
 */
export function refuseOwnOutputs(baselines: readonly string[], outputs: readonly string[]): void {
  const written = new Set(outputs.map(realPath));
  const own = baselines.find((file) => existsSync(file) && written.has(realPath(file)));
  if (own === undefined) return;
  throw new ConfigError(
    `baseline ${own}: it is among the outputs of this run, which would overwrite it; write them elsewhere (-o candidate.json), or move it away if this run is to make it anew`,
  );
}

/** The files that promptfoo writes after this run, of its command line or its configuration. */
export async function outputsOfRun(
  commandLine: readonly string[] = promptfooArguments(),
): Promise<readonly string[]> {
  const config = (await runningPromptfoo())?.config();
  return config ? (config.outputPath ?? []) : outputsIn(commandLine);
}

const realPath = (path: string): string => (existsSync(path) ? realpathSync(path) : resolve(path));
