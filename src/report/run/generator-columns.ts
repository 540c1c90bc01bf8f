/** A column of pictures that promptfoo's providers made. */
export interface PictureColumn {
  provider: string;
  template: string;
  /** What tells its test cases apart. */
  cases: readonly string[];
}

/** Which generator made the pictures of a column, and what their prompts are. */
export interface GeneratorColumn {
  /** Columns of one generator have one key. */
  key: string;
  /** Another one for each generator. */
  name: string;
  /** Of all of its pictures; undefined: their cases are their prompts. */
  prompt: string | undefined;
}

/**
 * A generator is a provider with a template, and test cases are the prompts. Where all columns have one test case alone,
 * templates are the prompts, and providers are the generators. Entries of one name and template are generators of their
 * own, and have numbers.
 *
 * @returns in the order given
 */
export function generatorColumns(columns: readonly PictureColumn[]): GeneratorColumn[] {
  const cases = new Set(columns.flatMap((column) => column.cases));
  const templates = new Set(columns.map(({ template }) => template));
  const isOfTemplates = cases.size <= 1 && templates.size > 1;
  const entries = columns.map(({ provider, template }, index) => ({
    ...{ provider, template },
    // Of the entries of one name, columns of one template are different ones.
    entry: columns
      .slice(0, index)
      .filter((other) => other.provider === provider && other.template === template).length,
  }));
  const areSeveral =
    !isOfTemplates && Map.groupBy(columns, ({ provider }) => provider).size < columns.length;
  const named = entries.map(({ provider, template, entry }, index) => ({
    key: isOfTemplates ? JSON.stringify([provider, entry]) : String(index),
    name: areSeveral && templates.size > 1 ? `${provider}, ${template}` : provider,
    prompt: isOfTemplates ? template : undefined,
  }));
  const keysOf = Map.groupBy(named, ({ name }) => name);
  return named.map((column) => {
    const keys = [...new Set(keysOf.get(column.name)!.map(({ key }) => key))];
    const number = keys.length > 1 ? ` (${keys.indexOf(column.key) + 1})` : '';
    return { ...column, name: `${column.name}${number}` };
  });
}

/** A test's vars, without what a run adds to them. */
export const varsOfTest = (vars: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(vars).filter(([name]) => name !== 'preview' && !name.startsWith('__')),
  );
