import { ConfigError, suggestion } from '../src/common/config-error.ts';
import { literalRow } from '../src/harness/literal-text.ts';
import type { LoadRows } from '../src/rows/anchor-pool.ts';

/**
 * Rows of a data set by the name of its format. The loaders are loaded when anchors are asked for: few runs
 * do.
 *
 * @throws ConfigError an unknown format, or what the loader says
 */
export const loadAnchorRows: LoadRows = async (format, config) => {
  const { datasets } = await import('../datasets/index.ts');
  const load = Object.entries(datasets).find(([name]) => name === format)?.[1];
  if (!load) {
    throw new ConfigError(
      `anchors.dataset.format: unknown format "${format}", ${suggestion(format, Object.keys(datasets))}`,
    );
  }
  return (await load(config)).map(literalRow);
};
