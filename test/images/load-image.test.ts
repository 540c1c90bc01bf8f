import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigError, degrade, ImageError, loadImage } from '../../index.ts';
import { pngFile } from './png-file.ts';

const samples = Uint8Array.from({ length: 40 * 40 * 3 }, (_, i) => (i * 7) % 256);
const png = pngFile({ width: 40, height: 40, channels: 3, samples });
const uri = `data:image/png;base64,${png.toString('base64')}`;

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iqa-load-'));
  await writeFile(join(folder, 'a.png'), png);
});
afterAll(() => rm(folder, { recursive: true }));

describe('loadImage', () => {
  it.each([
    ['a path', () => join(folder, 'a.png')],
    ['a file URL', () => pathToFileURL(join(folder, 'a.png')).href],
    ['a data URI', () => uri],
    [
      'a data URI in other letters',
      () => uri.replace('data:image/png;base64', ' DATA:image/PNG;BASE64'),
    ],
    ['bytes', () => new Uint8Array(png)],
    ['a Buffer', () => png],
  ])('loads %s', async (_, source) => {
    const image = await loadImage(source());
    expect(image).toEqual({ data: samples, width: 40, height: 40 });
    expect(degrade(image, 'brightness', 1, { seed: 0 }).data).not.toEqual(samples);
  });

  it('refuses with an error that names the image', async () => {
    const missing = loadImage(join(folder, 'no.png'));
    await expect(missing).rejects.toThrow(ImageError);
    await expect(missing).rejects.toThrow(/^image ".*no\.png": no such file/);
    await expect(loadImage('https://example.com/a.png')).rejects.toThrow('allowRemoteImages: true');
    await expect(loadImage(png, { maxInputPixels: 1000 })).rejects.toThrow(
      '40x40 is 1600 pixels, above the limit of 1000',
    );
  });

  it('refuses options that it does not have', async () => {
    const options = { allowRemoteImage: true } as object;
    const loading = loadImage(png, options);
    await expect(loading).rejects.toThrow(ConfigError);
    await expect(loading).rejects.toThrow('loadImage: options: unknown key "allowRemoteImage"');
  });

  it.each([
    ['empty', ''],
    ['empty', ' '],
    ['undefined', undefined],
    ['object', new ArrayBuffer(8)],
  ])('says what it takes, given a source that is %s', async (what, source) => {
    await expect(loadImage(source as string)).rejects.toThrow(
      `loadImage: source is ${what}; give a path`,
    );
  });

  it('fetches no private address, allowed or not', async () => {
    await expect(
      loadImage('http://127.0.0.1:1/a.png', { allowRemoteImages: true }),
    ).rejects.toThrow('no address of the public internet');
  });
});

describe('a message about an image', () => {
  const body = Buffer.alloc(30_000, 'not an image, ').toString('base64');

  it.each([
    ['that cannot be decoded', `data:image/jpeg;base64,${body}`],
    ['that is not base64', `data:image/jpeg,${body}`],
    ['with capital letters and spaces', `  DATA:image/jpeg;base64,${body}`],
    ['of no type', `data:;base64,${body}`],
    ['without its beginning', body],
  ])('repeats no data URI %s', async (_, source) => {
    const error = await loadImage(source).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(ImageError);
    const { message } = error as ImageError;
    expect(message.length).toBeLessThan(700);
    expect(message).not.toContain(body.slice(0, 200));
  });

  it('calls a data URI by its type, length and hash', async () => {
    await expect(loadImage(`data:image/jpeg;base64,${body}`)).rejects.toThrow(
      /^image "data URI \(jpeg, 40023 characters, SHA-256 [0-9a-f]{8}\)": /,
    );
  });
});
