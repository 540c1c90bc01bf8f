import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { outputsOfRun, refuseOwnOutputs } from '../../src/harness/own-outputs.ts';

let folder = '';
const at = (name: string) => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iqa-outputs-'));
  await writeFile(at('baseline.json'), '{}');
  await symlink(at('baseline.json'), at('link.json'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('a baseline among the outputs of the run', () => {
  it('is refused under whichever name', () => {
    const refused =
      /^baseline .*: it is among the outputs of this run, which would overwrite it; write them elsewhere/;
    for (const output of ['baseline.json', 'link.json', './x/../baseline.json']) {
      const outputs = [at('out.html'), `${folder}/${output}`];
      expect(() => refuseOwnOutputs([at('baseline.json')], outputs)).toThrow(refused);
    }
    const fromHere = relative(process.cwd(), at('baseline.json'));
    expect(() => refuseOwnOutputs([fromHere], [at('baseline.json')])).toThrow(refused);
  });

  it('is let be where it is another file, or where the run makes it for the first time', () => {
    refuseOwnOutputs([at('baseline.json')], [at('candidate.json')]);
    refuseOwnOutputs([at('new.json')], [at('new.json')]);
  });
});

describe('the outputs of a run', () => {
  it.each([
    [['-o', 'a.json'], ['a.json']],
    [
      ['-o', 'a.json', 'b.html', '--no-table', 'c'],
      ['a.json', 'b.html'],
    ],
    [['--output=a.json', 'x'], ['a.json']],
    [
      ['--output', 'a.json', '-o', 'b.json'],
      ['a.json', 'b.json'],
    ],
    [['-oa.json'], ['a.json']],
    [['--no-write'], []],
  ])('are read from %j', async (words, outputs) => {
    expect(await outputsOfRun(['node', 'program.js', 'eval', ...words])).toEqual(outputs);
  });
});
