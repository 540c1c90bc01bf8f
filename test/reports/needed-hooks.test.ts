import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hook } from '../../reports/extension.ts';
import { namingHooks } from '../../reports/needed-hooks.ts';
import { checkout } from '../e2e/promptfoo.ts';

describe('entries of extensions that name their hooks', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'iqa-hooks-')));
    await mkdir(join(folder, 'reports'));
    await mkdir(join(folder, 'configs'));
    await writeFile(join(folder, 'reports/extension.ts'), '');
  });
  afterEach(() => rm(folder, { recursive: true }));

  const named = (entries: string[], ...commandLine: string[]) =>
    namingHooks(
      entries,
      ['beforeEach', 'afterAll'],
      pathToFileURL(join(folder, 'reports/extension.ts')).href,
      commandLine,
    );

  it.each([
    ['file://../reports/extension.ts', ['-c', 'CONFIGS/a.yaml']],
    ['file://../reports/extension.ts', ['--config=CONFIGS/a.yaml']],
    ['file://FOLDER/reports/extension.ts', []],
  ])('replace %s, the configuration given by %j', (path, commandLine) => {
    const place = (text: string) =>
      text.replace('CONFIGS', join(folder, 'configs')).replace('FOLDER', folder);
    const entry = place(path);
    expect(named(['file://a.py:hook', `${entry}:hook`], ...commandLine.map(place))).toEqual([
      'file://a.py:hook',
      `${entry}:beforeEach`,
      `${entry}:afterAll`,
    ]);
  });

  it('replace one that leads there by a link', async () => {
    await symlink(join(folder, 'reports'), join(folder, 'linked'));
    const entry = `file://${folder}/linked/extension.ts`;
    expect(named([`${entry}:hook`])).toEqual([`${entry}:beforeEach`, `${entry}:afterAll`]);
  });

  it('leave another extension, also one of the same name, as it is', async () => {
    await writeFile(join(folder, 'configs/extension.ts'), '');
    const others = [
      `file://${folder}/configs/extension.ts:hook`,
      `file://${folder}/reports/extension.ts:afterAll`,
      `file://${folder}/reports/extension.ts`,
      'file://extension.ts:hook',
      'package:promptfoo-iqa:hook',
    ];
    expect(named(others, '-c', join(folder, 'configs/a.yaml'))).toEqual(others);
  });
});

describe('the extension', () => {
  const entry = checkout('reports/extension.ts');
  const extensionsFor = async (preview: string) => {
    const extensions = [`${entry}:hook`];
    const suite = {
      providers: [{ id: () => 'judge', config: { judge: 'statistical', preview } }],
      prompts: [],
      tests: [{ vars: { image: 'a.png' } }],
      extensions,
    };
    await hook('beforeAll', { suite } as unknown as Parameters<typeof hook>[1]);
    expect(extensions).toEqual([`${entry}:hook`]);
    return suite.extensions;
  };

  it('is called before rows only where rows get thumbnails, and never after one', async () => {
    expect(await extensionsFor('none')).toEqual([`${entry}:afterAll`]);
    expect(await extensionsFor('all')).toEqual([`${entry}:beforeEach`, `${entry}:afterAll`]);
  });
});
