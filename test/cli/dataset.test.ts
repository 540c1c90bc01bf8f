import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rawInput } from '../../src/images/resize.ts';
import { picture } from '../images/pictures.ts';
import { callCli } from './run-cli.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iqa-dataset-cli-'));
  await mkdir(join(folder, 'koniq/512x384'), { recursive: true });
  const bytes = await rawInput(picture(64, 48)).jpeg().toBuffer();
  for (const name of ['1', '2', '3', '4']) {
    await writeFile(join(folder, `koniq/512x384/${name}.jpg`), bytes);
  }
  await writeFile(join(folder, 'koniq/512x384/5.jpg'), bytes.subarray(0, bytes.length / 2));
  await list('1.jpg,70,training\n2.jpg,20.5,test\n3.jpg,30,test\n');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const list = (lines: string) =>
  writeFile(join(folder, 'koniq/koniq10k_distributions_sets.csv'), `image_name,MOS,set\n${lines}`);

const dataset = (...args: string[]) => callCli(['dataset', ...args], folder);

describe('iqa dataset', () => {
  it('prints counts beside the published ones, the range and three rows', async () => {
    const { status, stdout } = await dataset('koniq-10k', '--root', 'koniq');
    expect(status).toBe(1);
    expect(stdout).toBe(`data set      KonIQ-10k
published at  https://database.mmsp-kn.de/koniq-10k-database.html
images        3
splits        training 1, test 2
MOS           20.5 to 70, on a scale of 0 to 100; higher is better
first rows
  koniq/512x384/1.jpg  mos 70
  koniq/512x384/2.jpg  mos 20.5
  koniq/512x384/3.jpg  mos 30

3 images, published are 10,073
1 images in the split training, published are 7,058
2 images in the split test, published are 2,015
`);
  });

  it('names images that are missing, cannot be decoded, or have no score', async () => {
    await list('1.jpg,170,training\n5.jpg,20,test\n9.jpg,30,test\n3.jpg,,test\n');
    const { status, stdout, stderr } = await dataset('koniq-10k', '--root', 'koniq');
    expect(status).toBe(1);
    expect(stderr).toContain('KonIQ-10k: 1 of 4 images is not in');
    expect(stdout).toContain(
      'MOS of 20 to 170 are outside the published scale of 0 to 100 or 1 to 5',
    );
    expect(stdout).toContain('2 rows cannot be used:\n  KonIQ-10k: the image 9.jpg is not in');
    expect(stdout).toContain('line 5: column "MOS" is empty');
    expect(stdout).toContain('1 image cannot be decoded:\n  image "koniq/512x384/5.jpg": ');
    expect(stdout).toContain('the file is truncated');
  });

  it('checks a split, and decodes nothing when it is told not to', async () => {
    await list('2.jpg,2.5,test\n5.jpg,1.5,test\n1.jpg,4,training\n');
    const args = ['koniq-10k', '--root', 'koniq', '--split', 'test', '--no-decode'];
    const { stdout } = await dataset(...args);
    expect(stdout).toContain('data set      KonIQ-10k (test)\n');
    expect(stdout).toContain('MOS           1.5 to 2.5, on a scale of 1 to 5; higher is better\n');
    expect(stdout).toContain('2 images, published are 2,015\n');
    expect(stdout).not.toContain('decoded');
  });

  const list5 = ['--set', 'file=koniq/list.csv', 'image=file', 'mos=2', 'root=koniq/512x384'];
  const writeList = (lines: string[]) =>
    writeFile(join(folder, 'koniq/list.csv'), ['file,2,set', ...lines].join('\n'));

  it.each(['--decode', '--no-decode'])('looks whether every file is there: %s', async (mode) => {
    const args = mode === '--decode' ? [] : [mode];
    const csv = () => dataset('csv', ...list5, ...args);
    await symlink('nowhere', join(folder, 'koniq/512x384/gone.jpg'));
    await mkdir(join(folder, 'koniq/512x384/folder.jpg'));
    execFileSync('mkfifo', [join(folder, 'koniq/512x384/pipe.jpg')]);
    await writeList([
      '1.jpg,1,a',
      'gone.jpg,2,a',
      'folder.jpg,3,b',
      'pipe.jpg,3,b',
      '7.jpg,4,a',
      '5.jpg,5,b',
    ]);
    const broken = await csv();
    expect(broken.status).toBe(1);
    expect(broken.stderr).toContain('koniq/list.csv: 1 of 6 images is not in');
    expect(broken.stdout).toContain(
      '1 row cannot be used:\n  koniq/list.csv, line 6: no such file koniq/512x384/7.jpg',
    );
    expect(broken.stdout).toContain(
      `1 image is not there:\n  koniq/512x384/gone.jpg
2 images are no files:\n  koniq/512x384/folder.jpg (a folder)\n  koniq/512x384/pipe.jpg (a named pipe (FIFO))\n`,
    );
    const undecodable = '1 image cannot be decoded:\n  image "koniq/512x384/5.jpg"';
    expect(broken.stdout.includes(undecodable)).toBe(mode === '--decode');
    expect(broken.stdout).not.toContain('Nothing is wrong');

    await writeList(['7.jpg,4,a', '8.jpg,5,a']);
    const none = await csv();
    expect(none.status).toBe(1);
    expect(none.stderr).toContain('koniq/list.csv: none of the 2 images is in');

    await writeList(['1.jpg,4,a', 'https://example.org/8.jpg,5,a']);
    const remote = await csv();
    expect(remote.status).toBe(0);
    expect(remote.stdout).toMatch(
      /Nothing is wrong; every image (was decoded|is there)\.\n1 image is on the web; .*nobody looked\.\n$/,
    );
  });

  it('takes numbers, truth values, lists, and texts of digits, as the key asks for', async () => {
    await writeList(['1.jpg,1,7', '2.jpg,2,7', '3.jpg,3,8', '../512x384/4.jpg,4,9']);
    const keys = ['group=set', 'groups=["7", "8"]', 'limit=2', 'dataset=2021'];
    const { status, stdout, stderr } = await dataset(
      ...['csv', ...list5, 'allowOutsideRoot=true', ...keys],
    );
    expect(status, stderr).toBe(0);
    expect(stdout).toContain('data set      2021\nimages        2\n');
    expect(stderr).toContain('2021: limit takes 2 of 3 images, MOS ');
    const split = await dataset('csv', ...list5, 'splitColumn=set', 'split=7');
    expect(split.stdout).toContain('data set      koniq/list (7)\nimages        2\n');
    const wrong = await dataset('csv', ...list5, 'limit=many');
    expect(wrong.stderr).toContain('limit: Invalid input: expected number');
  });

  it("checks the user's own list and folder", async () => {
    const list = [
      '--set',
      'file=koniq/koniq10k_distributions_sets.csv',
      'image=image_name',
      'mos=MOS',
    ];
    const csv = await dataset('csv', '--root', 'koniq/512x384', ...list);
    expect(csv.status, csv.stderr).toBe(0);
    expect(csv.stdout).toContain(
      'data set      koniq/koniq10k_distributions_sets\nimages        3\n',
    );
    expect(csv.stdout).toContain('Nothing is wrong; every image was decoded.');
    const own = await dataset('folder', '--root', 'koniq', '--set', 'limit=2');
    expect(own.stdout).toContain('images        2\ngroups        ');
    expect(own.stdout).toContain('MOS           none: no correlation can be computed');
  });

  it.each<[string, string[], string]>([
    ['no root', ['koniq-10k'], 'datasets/koniq-10k.ts: config: root: '],
    ['no such folder', ['koniq-10k', '--root', 'x'], 'KonIQ-10k: there is no folder'],
    ['an unknown name', ['koniq', '--root', 'x'], "value 'koniq' is invalid"],
    ['an unknown key', ['spaq', '--set', 'rot=x'], 'unknown key "rot", did you mean "root"?'],
    ['a key without a value', ['spaq', '--set', 'root'], 'Write key=value.'],
  ])('says on one line what is wrong: %s', async (_, args, message) => {
    const { status, stdout, stderr } = await dataset(...args);
    expect(status).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain(message);
    expect(stderr.trim()).not.toContain('\n');
  });
});
