import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { ConfigError, parseData } from '../../providers/config-error.ts';
import { CORRELATION_KEY } from '../../providers/correlation-row.ts';
import { type Evaluation, type Result, resultSchema } from './result-schema.ts';

/** A line of it: a result as in promptfoo's JSON, with its prompt as it was sent. */
const lineSchema = resultSchema.extend({
  prompt: z.object({ raw: z.string(), label: z.string() }),
});

/** Stands for the text of a prompt with variables, which JSON Lines have filled in alone. */
const VARYING_PROMPT = 'not saved: it has variables, and each row has its own text';

/**
 * Reads what promptfoo wrote with `-o out.jsonl`, line by line: it may be larger than one text. Beside
 * the results of its JSON, JSON Lines have neither the evaluation's name nor the prompts as written.
 *
 * @throws ConfigError naming file and line; Error of the file system
 */
export async function readSavedLines(file: string): Promise<Evaluation> {
  const results: Result[] = [];
  const prompts: Evaluation['prompts'] = [];
  let number = 0;
  for await (const line of createInterface({ input: createReadStream(file, 'utf8') })) {
    number += 1;
    if (line.trim() === '') continue;
    const { prompt, ...result } = parseData(
      lineSchema,
      parseLine(line, file, number),
      `${file}, line ${number}`,
    );
    results.push(result);
    const known = prompts[result.promptIdx];
    // A correlation row fills in no image's variables.
    const isImage = result.testCase.metadata?.[CORRELATION_KEY] === undefined;
    if (!known) prompts[result.promptIdx] = { ...prompt, ...(!isImage && { raw: '' }) };
    else if (isImage && known.raw !== prompt.raw) {
      known.raw = known.raw === '' ? prompt.raw : VARYING_PROMPT;
    }
  }
  return { prompts, results };
}

function parseLine(line: string, file: string, number: number): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new ConfigError(
      `${file}, line ${number}: it is not JSON; write the output with promptfoo eval -o <name>.jsonl`,
      { cause },
    );
  }
}
