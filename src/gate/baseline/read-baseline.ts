import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { ConfigError, parseData } from '../../common/config-error.ts';
import { promptFileName } from '../../harness/prompt-label.ts';
import { type SavedMetadata, savedMetadataSchema } from '../../harness/saved-output.ts';
import type { BaselineSource, DatasetAnswer } from './baseline-source.ts';

/** A column of the baseline, with its answers over whole data sets by their names. */
export interface BaselineColumn<Answer> {
  /** Label of the provider, or its id. */
  provider: string;
  prompt: string;
  answers: Map<string, Answer>;
}

/**
 * Reads what an earlier evaluation wrote with `-o <file>.json`.
 *
 * @param file path, relative to the working directory
 * @throws ConfigError the file is not there or is no output of promptfoo with rows of that kind
 */
export type ReadBaseline<Answer> = (file: string) => BaselineColumn<Answer>[];

/** What reads baselines of one kind. It keeps the last one, since every column reads the same file. */
export function baselineReader<Answer extends DatasetAnswer>(
  source: BaselineSource<Answer>,
): ReadBaseline<Answer> {
  let kept: { path: string; modified: number; columns: BaselineColumn<Answer>[] } | undefined;
  return (file) => {
    const path = resolve(file);
    const modified = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
    if (modified === undefined) {
      throw new ConfigError(
        `baseline ${file}: no such file in ${process.cwd()}; an evaluation of the old model with -o ${file} makes it`,
      );
    }
    if (kept?.path !== path || kept.modified !== modified) {
      kept = { path, modified, columns: columnsOf(parse(path, file), file, source) };
    }
    return kept.columns;
  };
}

function parse(path: string, file: string): SavedMetadata {
  try {
    return parseData(
      savedMetadataSchema,
      JSON.parse(readFileSync(path, 'utf8')),
      `baseline ${file}`,
    );
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError(
      `baseline ${file}: it cannot be read as an output of promptfoo eval -o ${file} (${reason})`,
      { cause },
    );
  }
}

function columnsOf<Answer extends DatasetAnswer>(
  { results: { prompts, results } }: SavedMetadata,
  file: string,
  { key, schema, row, assertion }: BaselineSource<Answer>,
): BaselineColumn<Answer>[] {
  const columns = prompts.map(({ label, provider }) => ({
    provider,
    prompt: promptFileName(label),
    answers: new Map<string, Answer>(),
  }));
  for (const [index, { promptIdx, response }] of results.entries()) {
    const answered = response?.metadata?.[key];
    if (answered === undefined) continue;
    const answer = parseData(
      schema,
      answered,
      `baseline ${file}: results[${index}].response.metadata.${key}`,
    );
    const column = columns[promptIdx];
    if (answer.repeatIndex !== 0 || !column) continue;
    if (column.answers.has(answer.dataset)) {
      throw new ConfigError(
        `baseline ${file}: its column "${column.provider}, ${column.prompt}" has two ${row}s over "${answer.dataset}", so it is not known which one counts; make it again by one evaluation`,
      );
    }
    column.answers.set(answer.dataset, answer);
  }
  if (columns.every(({ answers }) => answers.size === 0)) {
    throw new ConfigError(
      `baseline ${file}: it holds no ${row} without an error; make it again with ${assertion} and the extension in its configuration`,
    );
  }
  return columns;
}
