import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { ConfigError, parseData } from '../../providers/config-error.ts';
import {
  type CorrelationAnswer,
  correlationAnswerSchema,
} from '../../providers/correlation-row.ts';
import { promptFileName } from '../../providers/prompt-file.ts';

/** What is read of promptfoo's output file. */
const outputSchema = z.object({
  results: z.object({
    prompts: z.array(z.object({ label: z.string(), provider: z.string() })),
    results: z.array(
      z.object({
        promptIdx: z.number().int(),
        response: z
          .object({ metadata: z.object({ correlation: z.unknown().optional() }).nullish() })
          .nullish(),
      }),
    ),
  }),
});

/** A column of the baseline, with its correlation rows by data set. */
export interface BaselineColumn {
  /** Label of the provider, or its id. */
  provider: string;
  prompt: string;
  answers: Map<string, CorrelationAnswer>;
}

/** Every column reads the same file. */
let kept: { path: string; modified: number; columns: BaselineColumn[] } | undefined;

/**
 * Reads what an earlier evaluation wrote with `-o <file>.json`.
 *
 * @param file path, relative to the working directory
 * @throws ConfigError the file is not there or is no output of promptfoo with correlation rows
 */
export function readBaseline(file: string): BaselineColumn[] {
  const path = resolve(file);
  const modified = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
  if (modified === undefined) {
    throw new ConfigError(
      `baseline ${file}: no such file in ${process.cwd()}; an evaluation of the old model with -o ${file} makes it`,
    );
  }
  if (kept?.path !== path || kept.modified !== modified) {
    kept = { path, modified, columns: columnsOf(parse(path, file), file) };
  }
  return kept.columns;
}

function parse(path: string, file: string): z.output<typeof outputSchema> {
  try {
    return parseData(outputSchema, JSON.parse(readFileSync(path, 'utf8')), `baseline ${file}`);
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError(
      `baseline ${file}: it cannot be read as an output of promptfoo eval -o ${file} (${reason})`,
      { cause },
    );
  }
}

function columnsOf(
  { results: { prompts, results } }: z.output<typeof outputSchema>,
  file: string,
): BaselineColumn[] {
  const columns = prompts.map(({ label, provider }) => ({
    provider,
    prompt: promptFileName(label),
    answers: new Map<string, CorrelationAnswer>(),
  }));
  for (const [index, { promptIdx, response }] of results.entries()) {
    const correlation = response?.metadata?.correlation;
    if (correlation === undefined) continue;
    const answer = parseData(
      correlationAnswerSchema,
      correlation,
      `baseline ${file}: results[${index}].response.metadata.correlation`,
    );
    const column = columns[promptIdx];
    if (answer.repeatIndex !== 0 || !column) continue;
    if (column.answers.has(answer.dataset)) {
      throw new ConfigError(
        `baseline ${file}: its column "${column.provider}, ${column.prompt}" has two correlation rows over "${answer.dataset}", so it is not known which one counts; make it again by one evaluation`,
      );
    }
    column.answers.set(answer.dataset, answer);
  }
  const correlated = columns.filter(({ answers }) => answers.size > 0);
  if (correlated.length === 0) {
    throw new ConfigError(
      `baseline ${file}: it holds no correlation row without an error; make it again with rank-correlation and the extension in its configuration`,
    );
  }
  return columns;
}
