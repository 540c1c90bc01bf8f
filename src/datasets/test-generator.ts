import type { z } from 'zod';
import { beforeFirstRow } from '../harness/before-first-row.ts';
import { shieldedVars } from '../harness/literal-text.ts';
import type { DatasetRow } from './row.ts';

/**
 * A promptfoo test generator: its configuration in, checked, one row an image out. Programs read a row's
 * vars by `literalVars`: a text that promptfoo would take for a template has marks in it.
 */
export interface DatasetLoader {
  (config?: unknown): Promise<DatasetRow[]>;
  /** The schema by which it checks its configuration. */
  configSchema: z.ZodObject;
}

/**
 * Makes a data set's loader a test generator of promptfoo, whose configuration errors are one line
 * and whose texts are no templates.
 *
 * @param configSchema by which `load` checks its configuration
 * @param load throws ConfigError: what is wrong with the configuration or with the data set as a whole
 */
export const testGenerator = (
  configSchema: z.ZodObject,
  load: (config: unknown) => DatasetRow[] | Promise<DatasetRow[]>,
): DatasetLoader =>
  Object.assign(
    (config?: unknown) =>
      beforeFirstRow(async () =>
        (await load(config ?? {})).map((row) => ({ ...row, vars: shieldedVars(row.vars) })),
      ),
    { configSchema },
  );
