import { existsSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { z } from 'zod';
import { ConfigError } from '../common/config-error.ts';
import { promptfooArguments } from './command-line.ts';
import { continuedEvaluation } from './continued-evaluation.ts';
import { readEvaluationRow } from './promptfoo-database.ts';

/** What promptfoo keeps of a configuration, as far as it names files. */
const configSchema = z.object({
  tests: z
    .array(
      z.union([z.string(), z.object({ path: z.string() }).transform(({ path }) => path)]).catch(''),
    )
    .catch([]),
  extensions: z.array(z.string()).nullish().catch(undefined),
});

/**
 * Refuses to go on with an evaluation whose configuration lies in another folder. promptfoo keeps the
 * configuration as it was written and not where, and looks for its files from the working directory; what it does
 * not find, it shows with its stack. This speaks before, if the provider itself was found.
 *
 * @param basePath folder of the configuration that the provider was made from
 * @throws ConfigError the first file that is not there
 */
export function refuseOtherFolder(
  basePath: string,
  commandLine: readonly string[] = promptfooArguments(),
): void {
  const earlier = basePath === '' ? continuedEvaluation(commandLine) : undefined;
  const kept = earlier && keptFiles(earlier.id);
  const missing = kept?.files.find((file) => !existsSync(resolve(file)));
  if (missing === undefined) return;
  throw new ConfigError(
    `this evaluation was begun with a configuration in another folder: ${missing} is not there from ${process.cwd()}, where promptfoo looks for it when it goes on; say where the configuration is (promptfoo retry ${kept?.id} -c <configuration>), or run it anew: answers that were bought are not bought again`,
  );
}

function keptFiles(id: string | undefined): { id: string; files: string[] } | undefined {
  const row = rowOf(id);
  const config = row && configSchema.safeParse(JSON.parse(String(row.config))).data;
  if (!config) return undefined;
  const { tests, extensions } = config;
  return {
    id: String(row.id),
    files: [...tests, ...(extensions ?? [])].flatMap((reference) => relativeFile(reference) ?? []),
  };
}

function rowOf(id: string | undefined) {
  try {
    return readEvaluationRow('id, config', id);
  } catch {
    // promptfoo itself says what is wrong with its database.
    return undefined;
  }
}

/** `file://../datasets/csv.ts:name`; undefined for what is no one file, or stands wherever promptfoo is started. */
function relativeFile(reference: string): string | undefined {
  const path = /^file:\/\/(.+?)(?::\w+)?$/.exec(reference)?.[1];
  return path === undefined || isAbsolute(path) || /[*?{]/.test(path) ? undefined : path;
}
