import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/common/config-error.ts';
import { readMat } from '../../src/datasets/files/mat/index.ts';
import { tree } from './trees.ts';

/** Written by SciPy, see fixtures/mat/make.py. */
const fixture = (name: string) =>
  fileURLToPath(new URL(`../fixtures/mat/${name}`, import.meta.url));

const FILES = ['plain.mat', 'compressed.mat'];

describe.each(FILES)('readMat of %s', (file) => {
  const read = (variable: string) => readMat(fixture(file), file, variable);

  it('reads a column of cells with texts of any length', () => {
    const cells = read('names');
    expect(cells.kind).toBe('cells');
    expect(cells.rows).toBe(4);
    const texts =
      cells.kind === 'cells' ? cells.items.flatMap(({ items }): unknown[] => items) : [];
    expect(texts).toEqual(['t1.bmp', '3.bmp', 'a longer name, 10.JPG']);
  });

  it.each<[string, number[], number]>([
    ['scores', [63.9634, 0.1, -3.25e-7, 1e300], 1],
    // Columns first.
    ['small', [1, 4, 2, 5, 3, 250], 2],
    ['signed', [-1, 300, -70000], 1],
    ['long', [-(2 ** 40)], 1],
    ['single', [0.5, -2.25], 1],
    ['yes', [1, 0], 1],
    ['nothing', [], 0],
  ])('reads the numbers of %s', (variable, items, rows) => {
    expect(read(variable)).toEqual({ name: variable, rows, kind: 'numbers', items });
  });

  it('reads the rows of a matrix of letters, and letters of any script', () => {
    expect(read('letters')).toMatchObject({ kind: 'text', items: ['abc', 'xyz'] });
    expect(read('accents')).toMatchObject({ kind: 'text', items: ['Größe 图'] });
  });

  it('names the variables where one is asked for that is not there', () => {
    expect(() => read('mos')).toThrow(ConfigError);
    expect(() => read('mos')).toThrow(
      `${file}: there is no variable "mos" (variables: names, scores, small`,
    );
  });
});

describe('readMat refuses', () => {
  it.each([
    ['complex.mat', '"complex" is an array of class 6 with complex numbers'],
    ['struct.mat', '"record" is an array of class 2'],
    ['level-4.mat', "this is no MATLAB file of level 5; save it in MATLAB with save(…, '-v7')"],
  ])('%s', (file, message) => {
    expect(() => readMat(fixture(file), file, 'x')).toThrow(message);
  });

  it('files that are cut short anywhere after the header, or no MATLAB files', async () => {
    const folder = await tree({ 'text.mat': 'image,mos', 'empty.mat': '' });
    const path = join(folder, 'cut.mat');
    for (const file of FILES) {
      const bytes = readFileSync(fixture(file));
      for (let length = 129; length < bytes.length; length += 61) {
        await writeFile(path, bytes.subarray(0, length));
        expect(() => readMat(path, 'cut.mat', 'complex'), String(length)).toThrow(ConfigError);
      }
    }
    for (const name of ['text.mat', 'empty.mat']) {
      expect(() => readMat(join(folder, name), name, 'x')).toThrow('no MATLAB file of level 5');
    }
    await writeFile(path, `MATLAB 7.3 MAT-file${' '.repeat(105)}\0\x02IM`);
    expect(() => readMat(path, 'cut.mat', 'x')).toThrow('this is a MATLAB 7.3 file');
  });
});
