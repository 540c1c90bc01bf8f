import { ConfigError } from '../../common/config-error.ts';

/** What a column is called. */
export interface ColumnName {
  provider: string;
  prompt: string;
}

const fullName = ({ provider, prompt }: ColumnName): string => `${provider}, ${prompt}`;

/**
 * The column of a baseline that a column is held against: the one that `column` names, or the one with
 * the same prompt; where several have that, the one of the same provider.
 *
 * @param column label of a provider, or `provider, prompt`
 * @param own this column's own names, as far as they are known
 * @throws ConfigError none or several, naming them
 */
export function pickColumn<Column extends ColumnName>(
  columns: readonly Column[],
  { file, column }: { file: string; column?: string | undefined },
  own: Partial<ColumnName>,
): Column {
  const named =
    column === undefined
      ? columns
      : [
          columns.filter((candidate) => fullName(candidate) === column),
          columns.filter(({ provider }) => provider === column),
        ].find((found) => found.length > 0);
  const all = columns.map((candidate) => `"${fullName(candidate)}"`).join(', ');
  if (!named) {
    throw new ConfigError(`baseline ${file}: it has no column "${column}"; it has ${all}`);
  }
  const alike = named.filter(({ prompt }) => prompt === own.prompt);
  const same = alike.filter(({ provider }) => provider === own.provider);
  const picked =
    column !== undefined && named.length === 1 ? named : same.length === 1 ? same : alike;
  const [only] = picked;
  if (only && picked.length === 1) return only;
  if (only && picked.every((candidate) => fullName(candidate) === fullName(only))) {
    throw new ConfigError(
      `baseline ${file}: ${picked.length} columns are called "${fullName(only)}" and cannot be told apart; give their providers labels of their own and make it again`,
    );
  }
  const found =
    picked.length === 0
      ? `no column has the prompt "${own.prompt}"`
      : `${picked.length} columns have the prompt "${own.prompt}"`;
  throw new ConfigError(`baseline ${file}: ${found}; name one with baseline.column: ${all}`);
}
