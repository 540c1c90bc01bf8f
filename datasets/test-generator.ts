import { beforeFirstRow } from '../providers/before-first-row.ts';
import { shieldedVars } from '../providers/literal-text.ts';
import type { DatasetRow } from './row.ts';

/**
 * A promptfoo test generator: its configuration in, checked, one row an image out. Programs read a row's
 * vars by `literalVars`: a text that promptfoo would take for a template has marks in it.
 */
export type DatasetLoader = (config?: unknown) => Promise<DatasetRow[]>;

/**
 * Makes a data set's loader a test generator of promptfoo, whose configuration errors are one line
 * and whose texts are no templates.
 *
 * @param load throws ConfigError: what is wrong with the configuration or with the data set as a whole
 */
export const testGenerator =
  (load: (config: unknown) => DatasetRow[] | Promise<DatasetRow[]>): DatasetLoader =>
  (config) =>
    beforeFirstRow(async () =>
      (await load(config ?? {})).map((row) => ({ ...row, vars: shieldedVars(row.vars) })),
    );
