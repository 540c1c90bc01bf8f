import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp, { type Region } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { degradationNames, degrade } from '../../src/degradations/index.ts';
import { drawDegradations } from '../../src/images/contact-sheet/degradation-drawing.ts';
import { PIXEL_RATIO } from '../../src/images/contact-sheet/index.ts';
import { encodeImage } from '../../src/images/encode.ts';
import { conditionSeed } from '../../src/method/condition-seed.ts';
import { picture } from '../images/pictures.ts';
import { callCli, runCli } from './run-cli.ts';

let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'iqa-cli-'));
  const save = async (name: string, image: Parameters<typeof encodeImage>[0]) =>
    writeFileSync(join(folder, name), (await encodeImage(image, 'png')).bytes);
  await save('photo.png', original);
  await save('tiny.png', picture(20, 20));
  writeFileSync(join(folder, 'text.jpg'), 'this is no picture');
});
afterAll(() => rmSync(folder, { recursive: true }));

const degradations = (...args: string[]) => callCli(['degradations', ...args], folder);
const bytesOf = (name: string) => readFileSync(join(folder, name));

const original = picture(288, 192);
const severities = [1, 2, 3, 4, 5];

/** Places of the pictures on the sheet of `original`, in pixels: a list of rows. */
function tiles() {
  const copies = severities.map((severity) => ({ severity, image: original, psnrDb: 20 }));
  const { width, height, pictures } = drawDegradations({
    title: '',
    original,
    noEffectPsnrDb: 40,
    rows: degradationNames.map((degradation) => ({ degradation, copies })),
  });
  const boxes = pictures.map(({ box }) => ({
    left: box.x * PIXEL_RATIO,
    top: box.y * PIXEL_RATIO,
    width: box.width * PIXEL_RATIO,
    height: box.height * PIXEL_RATIO,
  }));
  return { width: width * PIXEL_RATIO, height: height * PIXEL_RATIO, boxes };
}

const tilePixels = (sheet: string, box: Region): Promise<Buffer> =>
  sharp(join(folder, sheet)).extract(box).raw().toBuffer();

describe('iqa degradations', () => {
  it.each([
    ['sheet.png', 'png'],
    ['sheet.webp', 'webp'],
    ['sheet.JPG', 'jpeg'],
  ])('writes %s and says where', async (name, format) => {
    expect(await degradations('photo.png', '-o', name)).toEqual({
      status: 0,
      stdout: `${name}\n`,
      stderr: '',
    });
    const { width, height } = tiles();
    expect(await sharp(join(folder, name)).metadata()).toMatchObject({ format, width, height });
  });

  // The picture has the size of its tiles, so they show it pixel by pixel.
  it.each([
    ['the default seed, 0', [], 0],
    ['another seed', ['--seed', '4294967295'], 4_294_967_295],
  ])(
    'shows the original and the copies that an evaluation makes with %s',
    async (name, args, seed) => {
      const sheet = `${name.replaceAll(/\W/g, '')}.png`;
      expect((await degradations('photo.png', '-o', sheet, ...args)).status).toBe(0);
      const sha256 = createHash('sha256').update(original.data).digest('hex');
      const wanted = degradationNames.flatMap((degradation) => [
        original,
        ...severities.map((severity) =>
          degrade(original, degradation, severity, {
            seed: conditionSeed(seed, sha256, degradation),
          }),
        ),
      ]);
      const { boxes } = tiles();
      expect(boxes).toHaveLength(wanted.length);
      for (const [index, { data }] of wanted.entries()) {
        const found = await tilePixels(sheet, boxes[index]!);
        expect(found.equals(data), `tile ${index}`).toBe(true);
      }
    },
  );

  it('replaces a file only when told to', async () => {
    writeFileSync(join(folder, 'mine.png'), 'mine');
    expect(await degradations('photo.png', '-o', 'mine.png')).toEqual({
      status: 1,
      stdout: '',
      stderr: 'error: output "mine.png" exists already; add --force to replace it\n',
    });
    expect(bytesOf('mine.png').toString()).toBe('mine');
    expect((await degradations('photo.png', '-o', 'mine.png', '--force')).status).toBe(0);
    expect(bytesOf('mine.png').length).toBeGreaterThan(1000);
  });

  it.each([
    ['no such image', ['missing.jpg', '-o', 'a.png'], /^error: image "missing.jpg": no such file/],
    [
      'a file that is no image',
      ['text.jpg', '-o', 'a.png'],
      /^error: image "text.jpg": this is a text file, not an image/,
    ],
    ['an image too small', ['tiny.png', '-o', 'a.png'], /^error: .*20.*32/],
    [
      'another ending',
      ['photo.png', '-o', 'a.gif'],
      /ending "\.gif"; write one of \.png, \.webp, \.jpg/,
    ],
    ['no ending', ['photo.png', '-o', 'a'], /no ending; write one of/],
    [
      'no such folder',
      ['photo.png', '-o', 'nowhere/a.png'],
      /"nowhere\/a.png": there is no folder/,
    ],
    ['no output', ['photo.png'], /^error: required option '-o, --output <file>'/],
    ['no image', ['-o', 'a.png'], /^error: missing required argument 'image'/],
    [
      'a seed below 0',
      ['photo.png', '-o', 'a.png', '--seed', '-1'],
      /'-1' is invalid.*0 to 4294967295/,
    ],
    ['a seed above', ['photo.png', '-o', 'a.png', '--seed', '4294967296'], /0 to 4294967295/],
    [
      'a seed that is no integer',
      ['photo.png', '-o', 'a.png', '--seed', '1.5'],
      /'1\.5' is invalid/,
    ],
    ['a misspelt option', ['photo.png', '-o', 'a.png', '--sead', '1'], /Did you mean --seed\?/],
  ])('ends with 1 and one line on stderr for %s', async (_, args, message) => {
    const { status, stdout, stderr } = await degradations(...args);
    expect(status).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});

describe('iqa', () => {
  it('explains itself', async () => {
    const main = await callCli(['--help'], folder);
    expect(main.status).toBe(0);
    expect(main.stdout).toMatch(/degradations .*draw all degradations/);
    const command = await degradations('--help');
    expect(command.status).toBe(0);
    expect(command.stdout).toMatch(/--seed <number>[\s\S]*default: 0/);
    expect(command.stdout).toMatch(/Example:/);
  });

  it.each([
    ['a help text', ['--help'], 0],
    ['no such command', ['degradation'], 1],
    ['no such image', ['degradations', 'missing.jpg', '-o', 'a.png'], 1],
  ])('as a process prints and exits as it does when it is called: %s', async (_, args, status) => {
    const called = await callCli(args, folder);
    expect(called.status).toBe(status);
    expect(await runCli(args, folder)).toEqual(called);
  });

  it('knows no other command, and names the nearest', async () => {
    expect(await callCli(['degradation'], folder)).toEqual({
      status: 1,
      stdout: '',
      stderr: "error: unknown command 'degradation' (Did you mean degradations?)\n",
    });
  });
});
