import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import sampleDataset from '../../datasets/sample.ts';
import { familyNames } from '../../src/datasets/sample/distortions.ts';
import { makeSample, SAMPLE_FOLDER } from '../../src/datasets/sample/make.ts';
import { isComplete } from '../../src/datasets/sample/manifest.ts';
import { PHOTOGRAPHS } from '../../src/datasets/sample/photographs.ts';
import { PICTURES, SAMPLE_CSV } from '../../src/datasets/sample/sample-recipe.ts';
import { decodeImage } from '../../src/images/decode.ts';
import { readImageFile } from '../../src/images/image-file.ts';
import { PAPER_CONDITIONS } from '../../src/method/config.ts';
import { describeRows } from './contract.ts';

const ONE_MINUTE_MS = 60_000;

let folder: string;
beforeAll(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'iqa-sample-')), 'generated');
  await makeSample(folder);
}, ONE_MINUTE_MS);
afterAll(() => rm(join(folder, '..'), { recursive: true, force: true }));

describeRows('sample', PICTURES.length, sampleDataset);

describe('sample: rows', () => {
  it('say that nobody rated them, and group the copies of a photograph', async () => {
    for (const { vars, metadata } of await sampleDataset()) {
      expect(metadata.dataset).toContain('not rated by people');
      expect(metadata.truth).toBe('MS-SSIM against the pristine photograph (no human rated these)');
      expect(vars.image).toMatch(
        new RegExp(`^datasets/sample/generated/images/${metadata.group}-${metadata.family}`),
      );
    }
  });

  it('fall in score with every level of a family, from 1 for the pristine photograph', async () => {
    const rows = await sampleDataset();
    for (const { name } of PHOTOGRAPHS) {
      const copies = rows.filter(({ metadata }) => metadata.group === name);
      const scores = (family: string) =>
        copies
          .filter(({ metadata }) => metadata.family === family)
          .sort((a, b) => Number(a.metadata.level) - Number(b.metadata.level))
          .map(({ vars }) => vars.mos as number);
      expect(scores('pristine')).toEqual([1]);
      for (const family of familyNames) {
        const [mild, strong, ...more] = scores(family) as [number, number];
        expect(more).toEqual([]);
        expect(mild).toBeLessThan(1);
        expect(strong).toBeLessThan(mild);
      }
    }
  });

  it('are distorted by no prior', () => {
    const priors: string[] = PAPER_CONDITIONS.map(({ degradation }) => degradation);
    expect(familyNames.filter((family) => priors.includes(family))).toEqual([]);
  });

  it("are those of a folder of the user's, made once and never replaced", async () => {
    const own = join(folder, '../own');
    const rows = await sampleDataset({ folder: own, limit: 12 });
    expect(rows).toHaveLength(12);
    for (const { vars } of rows) expect(vars.image).toContain(`${own}/images/`);
    const mine = 'image,fr_ms_ssim,photograph,family,level\nimages/a.png,0.5,a,jpeg,1\n';
    await writeFile(join(own, SAMPLE_CSV), mine);
    expect(await sampleDataset({ folder: own })).toMatchObject([{ vars: { mos: 0.5 } }]);
    expect(await readFile(join(own, SAMPLE_CSV), 'utf8')).toBe(mine);
    await rm(join(own, SAMPLE_CSV));
    await expect(sampleDataset({ folder: own })).rejects.toThrow(/holds ".*" and no scores\.csv/);
    expect(await readdir(own)).toContain('images');
  });

  it('are refused a configuration that they do not know', async () => {
    await expect(sampleDataset({ size: 3 })).rejects.toThrow('unknown key "size"');
  });
});

describe('sample: pictures', () => {
  it('decode, with 512 pixels on the long side', async () => {
    for (const { vars } of await sampleDataset()) {
      const { width, height } = await decodeImage(await readImageFile(vars.image), 1e6);
      expect(Math.max(width, height)).toBe(512);
    }
  });

  it('are the same bytes whenever they are made', async () => {
    const files = [SAMPLE_CSV, 'ATTRIBUTION.md', 'manifest.json', ...PICTURES.map((p) => p.file)];
    for (const file of files) {
      const [here, there] = await Promise.all(
        [folder, SAMPLE_FOLDER].map((set) => readFile(join(set, file))),
      );
      expect(here?.equals(there as Buffer), file).toBe(true);
    }
    expect(await readdir(folder)).toHaveLength(4);
  });

  it('are attributed', async () => {
    const text = await readFile(join(folder, 'ATTRIBUTION.md'), 'utf8');
    for (const { photographer, title, source } of PHOTOGRAPHS) {
      expect(text).toContain(`${photographer}, "${title}"`);
      expect(text).toContain(source);
    }
    expect(text).toContain('no human rated these');
    expect(text).toContain('CC0');
  });
});

describe('sample: make', () => {
  const manifest = async (set: string) =>
    JSON.parse(await readFile(join(set, 'manifest.json'), 'utf8')) as {
      sources: Record<string, string>;
    };
  const complete = async (set: string) => isComplete(set, (await manifest(folder)).sources);

  it('does nothing where the set is', async () => {
    const before = await stat(join(folder, 'manifest.json'));
    expect(await makeSample(folder)).toBe(false);
    expect((await stat(join(folder, 'manifest.json'))).mtimeMs).toBe(before.mtimeMs);
  });

  it.each<[string, (set: string) => Promise<void>]>([
    ['a picture is missing', (set) => rm(join(set, PICTURES[5]?.file ?? ''))],
    ['a picture is cut short', (set) => truncate(join(set, PICTURES[5]?.file ?? ''), 100)],
    ['the scores are missing', (set) => rm(join(set, SAMPLE_CSV))],
    ['the manifest is missing', (set) => rm(join(set, 'manifest.json'))],
    ['the manifest is cut short', (set) => truncate(join(set, 'manifest.json'), 100)],
    [
      'another recipe made it',
      async (set) => {
        const text = await readFile(join(set, 'manifest.json'), 'utf8');
        await writeFile(join(set, 'manifest.json'), text.replace(/"version": \d+/, '"version": 0'));
      },
    ],
    [
      'it was made from another photograph',
      async (set) => {
        const text = await readFile(join(set, 'manifest.json'), 'utf8');
        const [hash] = Object.values((await manifest(set)).sources);
        await writeFile(join(set, 'manifest.json'), text.replace(hash as string, '0'.repeat(64)));
      },
    ],
  ])('takes no set for whole when %s', async (_, harm) => {
    const copy = join(folder, '../copy');
    await cp(folder, copy, { recursive: true });
    expect(await complete(copy)).toBe(true);
    await harm(copy);
    expect(await complete(copy)).toBe(false);
    await rm(copy, { recursive: true });
  });

  it('leaves no set behind when it is killed', { timeout: ONE_MINUTE_MS }, async () => {
    const parent = await mkdtemp(join(folder, '../killed-'));
    const make = new URL('../../src/datasets/sample/make.ts', import.meta.url).href;
    const child = spawn(process.execPath, [
      '--input-type=module',
      '--eval',
      `import { makeSample } from '${make}'; await makeSample(${JSON.stringify(join(parent, 'generated'))});`,
    ]);
    const exited = once(child, 'exit');
    const pictures = async () =>
      (await readdir(parent, { recursive: true })).filter((name) => name.endsWith('.png')).length;
    while ((await pictures()) === 0 && child.exitCode === null) await wait(20);
    child.kill('SIGKILL');
    expect(await exited).toEqual([null, 'SIGKILL']);
    expect(await readdir(parent)).not.toContain('generated');
  });
});
