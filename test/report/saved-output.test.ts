import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRun } from '../../src/report/run/read-run.ts';
import { readSavedOutput } from '../../src/report/run/saved-output.ts';
import { evaluation, images, type MadeColumn } from './evaluations.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iqa-saved-'));
});
afterAll(() => rm(folder, { recursive: true }));

const column: MadeColumn = { provider: 'm', prompt: 'two-level', score: ({ mos }) => mos / 10 };
const made = evaluation([column, { ...column, prompt: 'qdebias' }], images(3));

/** A file of JSON Lines as promptfoo writes it: each result has its prompt as it was sent. */
async function saved(name: string, raw: (row: number) => string, more = ''): Promise<string> {
  const file = join(folder, name);
  const lines = made.results.map((result, row) => {
    const prompt = { raw: raw(row), label: made.prompts[result.promptIdx]?.label };
    return JSON.stringify({ ...result, prompt });
  });
  await writeFile(file, `${lines.join('\n')}\n${more}`);
  return file;
}

describe('an output in JSON Lines', () => {
  it('is read as the JSON of the same run, but for the name of the evaluation', async () => {
    const run = await readSavedOutput(await saved('same.jsonl', () => '{"a":1}'));
    expect(run).toEqual({ ...readRun(made), evaluations: [] });
  });

  it('says that it lacks the text of a prompt with variables', async () => {
    const run = await readSavedOutput(await saved('varying.jsonl', (row) => `{"a":${row}}`));
    expect(run.columns.map(({ promptText }) => promptText)).toEqual([
      expect.stringMatching(/^not saved: it has variables/),
      expect.stringMatching(/^not saved: it has variables/),
    ]);
  });

  it.each([
    ['{"half', /cut\.jsonl, line 9: it is not JSON; write the output with/],
    ['{"promptIdx":0}', /cut\.jsonl, line 9: testIdx/],
  ])('names the file and the line that cannot be read: %s', async (line, message) => {
    const file = await saved('cut.jsonl', () => '{}', line);
    await expect(readSavedOutput(file)).rejects.toThrow(message);
  });

  it('is missed by name, and another kind of output sent back with the right option', async () => {
    await expect(readSavedOutput(join(folder, 'no.jsonl'))).rejects.toThrow(
      /no\.jsonl: no such file/,
    );
    await writeFile(join(folder, 'out.csv'), 'image,score\n');
    await expect(readSavedOutput(join(folder, 'out.csv'))).rejects.toThrow(
      /out\.csv is not JSON; write the output with promptfoo eval -o <name>\.json or -o <name>\.jsonl/,
    );
  });
});
