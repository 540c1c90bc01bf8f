import { ConfigError } from '../../common/config-error.ts';
import type { BaselineConfig } from '../config-fields.ts';
import { type BaselineSource, type DatasetAnswer, lacksDataset } from './baseline-source.ts';
import { lastGreen } from './last-green.ts';
import { pickColumn } from './pick-column.ts';
import type { BaselineColumn, ReadBaseline } from './read-baseline.ts';

/** The column of an earlier run that a gate is held against. */
export interface ResolvedBaseline<Answer> {
  column: BaselineColumn<Answer>;
  /** What reasons call it. */
  name: string;
  /** Which run it is, where the configuration leaves it open. */
  remarks: string[];
  /** Whether it is the last green run. */
  isLastGreen: boolean;
}

interface Resolving<Answer> {
  source: BaselineSource<Answer>;
  read: ReadBaseline<Answer>;
  /** Label of this column's provider, where it is known. */
  provider: string | undefined;
  /** Why an earlier run cannot be compared with this one; empty: it can. */
  differencesFrom(before: Answer): readonly string[];
}

/**
 * Finds the baseline that a configuration means: a file, or the last green run of a folder and, as long as there is
 * none, a file.
 *
 * @param now this run's answer
 * @throws ConfigError there is none, saying what to do; as `ReadBaseline` and `pickColumn`
 */
export function resolveBaseline<Answer extends DatasetAnswer>(
  baseline: BaselineConfig,
  now: DatasetAnswer,
  { source, read, provider, differencesFrom }: Resolving<Answer>,
): ResolvedBaseline<Answer> {
  const { file, lastGreen: named, column } = baseline;
  const prompt = now.asked?.prompt.label;
  const own = {
    ...(prompt !== undefined && { prompt }),
    ...(provider !== undefined && { provider }),
  };
  const columnOf = (path: string) => pickColumn(read(path), { file: path, column }, own);
  if (named === undefined) {
    if (file === undefined) throw new ConfigError('a baseline needs file or lastGreen');
    return resolved(columnOf(file), `baseline ${file}`, { remarks: [], isLastGreen: false });
  }
  const found = lastGreen(named, {
    ...{ column, own, source, dataset: now.dataset },
    whyNotComparable(file) {
      const before = columnOf(file).answers.get(now.dataset);
      return before ? differencesFrom(before) : [lacksDataset(source, now.dataset)];
    },
  });
  if (!('problem' in found)) {
    const remarks = [`the baseline is ${found.description}`];
    const green = columnOf(found.file);
    return resolved(green, `baseline ${found.file}`, { remarks, isLastGreen: true });
  }
  if (file === undefined) {
    throw new ConfigError(
      `${found.problem}; name a run to begin with: the output of one that you accept, as baseline.file beside lastGreen, which counts until a run has passed`,
    );
  }
  try {
    const remarks = [`${found.problem}, so the baseline is ${file}`];
    return resolved(columnOf(file), `baseline ${file}`, { remarks, isLastGreen: false });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError(`${found.problem}; ${error.message}`, { cause: error });
  }
}

const resolved = <Answer>(
  column: BaselineColumn<Answer>,
  name: string,
  rest: Pick<ResolvedBaseline<Answer>, 'remarks' | 'isLastGreen'>,
): ResolvedBaseline<Answer> => ({
  column,
  name: `${name} (${column.provider}, ${column.prompt})`,
  ...rest,
});
