import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const MODULE = new URL('../../reports/source-map-support.ts', import.meta.url).href;

describe('the package that promptfoo looks for with every line', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'iqa-source-maps-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** What a program in `folder` gets for each import, one after the other. */
  async function imports(...packages: string[]): Promise<string[]> {
    const program = `
      import { answerSourceMapSupport } from ${JSON.stringify(MODULE)};
      answerSourceMapSupport();
      answerSourceMapSupport();
      const found = [];
      for (const name of ${JSON.stringify(packages)}) {
        found.push(await import(name).then(({ install }) => String(install()), ({ code }) => code));
      }
      console.log(JSON.stringify(found));
    `;
    await writeFile(join(folder, 'program.mjs'), program);
    const run = await promisify(execFile)(process.execPath, [join(folder, 'program.mjs')]);
    return JSON.parse(run.stdout);
  }

  it('is found once where it is not there, and nothing else is', async () => {
    expect(await imports('other', 'source-map-support', 'source-map-support/register')).toEqual([
      'ERR_MODULE_NOT_FOUND',
      'undefined',
      'ERR_MODULE_NOT_FOUND',
    ]);
  });

  it('is itself where it is there', async () => {
    const place = join(folder, 'node_modules/source-map-support');
    await mkdir(place, { recursive: true });
    await writeFile(join(place, 'package.json'), '{"type":"module","exports":"./index.js"}');
    await writeFile(join(place, 'index.js'), "export const install = () => 'the real one';");
    expect(await imports('source-map-support')).toEqual(['the real one']);
  });
});
