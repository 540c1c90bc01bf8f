import { createReadStream } from 'node:fs';
import { z } from 'zod';
import { ConfigError, parseData } from '../common/config-error.ts';
import { textLines } from '../common/text-lines.ts';
import { NoOutputError } from './no-output-error.ts';
import { type Evaluation, type Result, resultSchema } from './result-schema.ts';
import { isCorrelationTest } from './row-keys.ts';

/** A line of it: a result as in promptfoo's JSON, with its prompt as it was sent. */
const lineSchema = resultSchema.extend({
  prompt: z.object({ raw: z.string(), label: z.string() }),
});

/** Of a line that is meant to be a result of promptfoo, whatever its version. */
const lineShape = z.object({ promptIdx: z.unknown().refine((place) => place !== undefined) });

/** Stands for the text of a prompt with variables, which JSON Lines have filled in alone. */
const VARYING_PROMPT = 'not saved: it has variables, and each row has its own text';

/**
 * Reads what promptfoo wrote with `-o out.jsonl`, line by line: it may be larger than one text. Beside
 * the results of its JSON, JSON Lines have neither the evaluation's name nor the prompts as written.
 *
 * @throws ConfigError naming file and line; NoOutputError of its first line; Error of the file system
 */
export async function readSavedLines(file: string): Promise<Evaluation> {
  const results: Result[] = [];
  const prompts: Evaluation['prompts'] = [];
  let number = 0;
  for await (const line of textLines(createReadStream(file))) {
    number += 1;
    if (line.trim() === '') continue;
    const json = parseLine(line, file, number);
    if (results.length === 0 && !lineShape.safeParse(json).success) throw new NoOutputError(file);
    const { prompt, ...result } = parseData(lineSchema, json, `${file}, line ${number}`);
    results.push({ ...result, prompt: { raw: prompt.raw } });
    const known = prompts[result.promptIdx];
    // A correlation row fills in no image's variables.
    const isImage = !isCorrelationTest(result.testCase);
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
