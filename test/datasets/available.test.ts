import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import availableDatasets from '../../datasets/available.ts';
import { ConfigError } from '../../src/common/config-error.ts';
import { describeLoader, imagesNamed } from './contract.ts';
import { tree, writeCopy } from './trees.ts';

const koniq = async () =>
  (
    await writeCopy(
      join(await tree({}), 'koniq'),
      {
        'koniq10k_distributions_sets.csv': `image_name,MOS,set\n${Array.from({ length: 60 }, (_, i) => `${i}.jpg,${(i * 37) % 60},${i % 2 ? 'test' : 'training'}\n`).join('')}`,
      },
      Array.from({ length: 60 }, (_, i) => `1024x768/${i}.jpg`),
    )
  ).root;

const agiqa = async () =>
  (
    await writeCopy(
      join(await tree({}), 'agiqa'),
      { 'data.csv': 'name,prompt,mos_quality\na.jpg,"x, y",1\nb.jpg,z,2\n' },
      ['a.jpg', 'b.jpg'],
    )
  ).root;

async function quietly<Result>(
  run: () => Promise<Result>,
): Promise<{ result: Result; said: string }> {
  const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  try {
    const result = await run();
    return { result, said: stderr.mock.calls.map(([text]) => String(text)).join('') };
  } finally {
    stderr.mockRestore();
  }
}

describeLoader(
  'available',
  async (folder, images) => {
    const lines = images.map(({ file, mos }) => `${file},${mos}\n`).join('');
    const lists = { 'koniq10k_distributions_sets.csv': `image_name,MOS\n${lines}` };
    const { root } = await writeCopy(
      folder,
      lists,
      images.map(({ file }) => `1024x768/${file}`),
    );
    return { sets: { 'koniq-10k': { root } } };
  },
  availableDatasets,
  { listed: imagesNamed((index) => `${index}.jpg`), large: 2000 },
);

describe('available', () => {
  it('loads the data sets that are here, and says which are left out', async () => {
    const sets = {
      spaq: { root: '{{env.NO_SPAQ_ROOT}}' },
      'koniq-10k': { root: await koniq(), split: 'test' },
      tid2013: { root: '' },
      'agiqa-3k': { root: await agiqa() },
    };
    const { result, said } = await quietly(() => availableDatasets({ sets, limit: 5 }));
    expect(result.map(({ metadata }) => metadata.dataset)).toEqual([
      ...Array(2).fill('AGIQA-3K'),
      ...Array(5).fill('KonIQ-10k (test)'),
    ]);
    expect(said).toBe(
      'spaq is left out: NO_SPAQ_ROOT is not set\ntid2013 is left out: its root is empty\nKonIQ-10k (test): limit takes 5 of 30 images, MOS 5 to 49 of 1 to 59\n',
    );
  });

  it('leaves a data set out of which other variables are not set either', async () => {
    const spaq = { root: '{{env.NO_SPAQ_ROOT}}', images: '{{env.NO_SPAQ_IMAGES}}' };
    const sets = { spaq, 'agiqa-3k': { root: await agiqa() } };
    const { result, said } = await quietly(() => availableDatasets({ sets }));
    expect(result).toHaveLength(2);
    expect(said).toBe('spaq is left out: NO_SPAQ_ROOT is not set\n');
  });

  it("lets a data set's own limit and seed come first", async () => {
    const sets = { 'koniq-10k': { root: await koniq(), limit: 3 } };
    expect(await availableDatasets({ sets, limit: 5 })).toHaveLength(3);
  });

  it.each<[string, object, string]>([
    [
      'none is here',
      { sets: { spaq: { root: '{{env.NO_SPAQ_ROOT}}' }, csiq: { root: '{{ env.NO_CSIQ }}' } } },
      'none of the data sets is here (spaq: NO_SPAQ_ROOT is not set; csiq: NO_CSIQ is not set)',
    ],
    [
      'a root is set and wrong',
      { sets: { spaq: { root: '/nowhere' } } },
      'SPAQ: there is no folder',
    ],
    [
      'a name is unknown',
      { sets: { koniq: { root: 'x' } } },
      'unknown key "sets.koniq", did you mean "koniq-10k"?',
    ],
    [
      'a data set has an unknown key',
      { sets: { spaq: { root: 'x', limt: 3 } } },
      'unknown key "limt"',
    ],
    [
      'a name is unknown whose variable is not set',
      {
        sets: { koniq: { root: '{{env.NO_KONIQ}}' }, spaq: { root: '{{env.NO_SPAQ_ROOT}}' } },
      },
      'unknown key "sets.koniq", did you mean "koniq-10k"?',
    ],
    [
      'a data set whose variable is not set has an unknown key',
      { sets: { spaq: { root: '{{env.NO_SPAQ_ROOT}}', limt: 3 }, 'agiqa-3k': { root: '/x' } } },
      'datasets/spaq.ts: config: unknown key "limt", did you mean "limit"?',
    ],
    [
      'a data set whose variable is not set has an unknown split',
      { sets: { biq2021: { root: '', split: 'tset' }, 'agiqa-3k': { root: '/x' } } },
      'datasets/biq2021.ts: config: split: ',
    ],
    ['a key is unknown', { sets: { spaq: { root: 'x' } }, limt: 3 }, 'unknown key "limt"'],
    ['there is no root', { sets: { spaq: {} } }, 'sets.spaq.root'],
    ['there is nothing', {}, 'sets: '],
  ])('ends the run with one line when %s', async (_, config, message) => {
    const error = await quietly(() => availableDatasets(config)).catch((reason: Error) => reason);
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as Error).message).toContain(message);
    expect((error as Error).message).not.toContain('\n');
  });
});
