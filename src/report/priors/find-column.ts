import { ConfigError } from '../../common/config-error.ts';
import { isDebiased } from '../../method/row-output.ts';
import type { Column, ImageRow, Run } from '../run/scored-run.ts';
import { columnName } from '../sections/section.ts';

/** Which column of a run is meant, where there are several. */
export interface Wanted {
  provider?: string | undefined;
  prompt?: string | undefined;
  dataset?: string | undefined;
}

/** A column that shows images beside degraded copies, over one data set. */
export interface FoundColumn {
  column: Column;
  dataset: string;
  rows: ImageRow[];
}

/**
 * The one column and data set whose conditions are to be chosen among.
 *
 * @throws ConfigError there is none, or several, naming them
 */
export function findColumn(run: Run, wanted: Wanted): FoundColumn {
  const all = run.columns
    .filter(showsCopies)
    .flatMap((column) =>
      [...Map.groupBy(column.rows, ({ dataset }) => dataset)].map(
        ([dataset, rows]): FoundColumn => ({ column, dataset, rows }),
      ),
    );
  if (all.length === 0) {
    throw new ConfigError(
      `no column shows images beside degraded copies of themselves (there ${run.columns.length === 1 ? 'is' : 'are'} ${run.columns.map(columnName).join('; ')}), so there are no conditions to choose among; ask prompts/qdebias-five.yaml or prompts/qdebias.yaml with conditions: all`,
    );
  }
  const fitting = all.filter(
    ({ column, dataset }) =>
      fits(wanted.provider, column.provider) &&
      fits(wanted.prompt, column.prompt) &&
      fits(wanted.dataset, dataset),
  );
  const [only, ...others] = fitting;
  if (!only) {
    throw new ConfigError(
      `no column is that of ${describe(wanted)}; there ${all.length === 1 ? 'is' : 'are'} ${listed(all)}`,
    );
  }
  if (others.length > 0) {
    throw new ConfigError(
      `conditions are chosen for one model, prompt and data set, and there are ${fitting.length}: ${listed(fitting)}; name one with --provider, --prompt or --dataset`,
    );
  }
  return only;
}

const showsCopies = ({ rows }: Column): boolean =>
  rows.some(({ scored }) => isDebiased(scored?.output.method));

const fits = (wanted: string | undefined, own: string): boolean =>
  wanted === undefined || wanted === own;

const listed = (found: readonly FoundColumn[]): string =>
  found.map(({ column, dataset }) => `${columnName(column)}, over "${dataset}"`).join('; ');

const describe = (wanted: Wanted): string =>
  (['provider', 'prompt', 'dataset'] as const)
    .flatMap((name) => (wanted[name] === undefined ? [] : [`--${name} "${wanted[name]}"`]))
    .join(' ');
