import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRun } from '../../src/report/run/read-run.ts';
import { readSavedOutput } from '../../src/report/run/saved-output.ts';
import { callCli } from '../cli/run-cli.ts';
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

describe('ensembles of a saved configuration', () => {
  const both = { name: 'both', of: ['m, two-level', 'm, qdebias'] };
  const withConfig = async (name: string, config: unknown): Promise<string> => {
    const file = join(folder, name);
    const { evalId, prompts, results } = made;
    await writeFile(file, JSON.stringify({ evalId, config, results: { prompts, results } }));
    return file;
  };

  it('are made again from the output, once where several outputs name them', async () => {
    const config = { metadata: { iqaReport: { folder: 'elsewhere', ensembles: [both] } } };
    const files = [await withConfig('a.json', config), await withConfig('b.json', config)];
    const { status, stdout } = await callCli(['report', ...files, '-o', 'out'], folder);
    expect(status).toBe(0);
    expect(stdout.match(/mean of ranks of 2 columns/g)).toHaveLength(1);
    const { datasets } = JSON.parse(await readFile(join(folder, 'out/report.json'), 'utf8'));
    expect(datasets[0].entries[2]).toMatchObject({
      ...{ provider: 'both', method: 'ensemble', SRCC: { estimate: 1 } },
    });
  });

  it.each([
    ['none', undefined],
    [
      'those of another version',
      { metadata: { iqaReport: { ensembles: [{ ...both, by: 'x' }] } } },
    ],
  ])('are none where it has %s', async (_, config) => {
    expect((await readSavedOutput(await withConfig('c.json', config))).ensembles).toEqual([]);
  });
});
