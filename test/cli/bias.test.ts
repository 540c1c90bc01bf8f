import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { contentOf, type OpenaiServer, startOpenaiServer } from '../servers/openai.ts';
import { callCli } from './run-cli.ts';

const IMAGES = ['a.png', 'b.png', 'c.png', 'd.png', 'e.png', 'f.png'];

let folder = '';
let server: OpenaiServer;
/** P(good) of the second image, by the bytes of both; the images are smooth, so that noise makes them longer. */
let rate: (first: Buffer, second: Buffer) => number;

beforeAll(async () => {
  server = await startOpenaiServer({
    probability: (body) => {
      const [first, second] = contentOf(body).images;
      return rate(first!, second!);
    },
  });
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iqa-bias-'));
  vi.stubEnv('PROMPTFOO_IQA_STORE', join(folder, 'answers.sqlite'));
  for (const [index, name] of IMAGES.entries()) {
    const background = { r: 40 + 20 * index, g: 120, b: 90 };
    const image = sharp({ create: { width: 96, height: 64, channels: 3, background } });
    await image.png().toFile(join(folder, name));
  }
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});
afterAll(() => server.close());

const bias = (images: readonly string[], config: object = {}) => {
  const given = {
    judgeOptions: { baseUrl: server.baseUrl },
    conditions: [{ degradation: 'gaussian_noise', severity: 3 }],
    ...config,
  };
  const args = ['--judge', 'openai:test', '--config', JSON.stringify(given)];
  return callCli(['bias', ...images, ...args], folder);
};

describe('the command bias', () => {
  it('finds that a judge looks at the images, wherever they stand', async () => {
    rate = (first, second) =>
      second.length < first.length ? 0.9 : second.length > first.length ? 0.1 : 0.6;
    const { status, stdout } = await bias(IMAGES);
    expect(status).toBe(0);
    expect(stdout).toMatch(/the image beside its copy .* 0\.900 \[0\.900, 0\.900\]/);
    expect(stdout).toMatch(/the copy beside the image .* 0\.100 \[/);
    expect(stdout).toMatch(/the image beside itself .* 0\.600 \[/);
    // Wilson's interval of none among six: scipy.stats.binomtest(0, 6).proportion_ci(method='wilson').
    expect(stdout).toContain('or higher: 0 of 6, 0.000 [0.000, 0.390].');
    expect(stdout).toContain('6 pairs of 6 images');
    expect(server.requests).toHaveLength(18);
  });

  it('has no interval beyond what answers can be', async () => {
    rate = (first, second) => (second.length < first.length ? 0.999 : 0.4);
    // One of six that the judge takes for poor: 0.84 with a standard error of 0.165, whose Student's interval ends at 1.27.
    const copies = rate;
    let asked = 0;
    rate = (first, second) => {
      const rated = copies(first, second);
      if (rated === 0.999) asked += 1;
      return rated === 0.999 && asked === 1 ? 0.01 : rated;
    };
    const { stdout } = await bias(IMAGES);
    expect(stdout).toMatch(/the image beside its copy .* 0\.834 \[0\.\d+, 1\.000\]/);
  });

  it('counts a file that is named twice once, and says so', async () => {
    rate = () => 0.7;
    await copyFile(join(folder, 'a.png'), join(folder, 'copy.png'));
    const { stdout } = await bias(['a.png', 'b.png', 'copy.png', 'a.png']);
    expect(stdout).toContain('2 pairs of 2 images');
    expect(stdout).toContain('Counted once, because they are one file: a.png, copy.png, a.png');
  });

  it('finds that a judge goes by the place alone', async () => {
    rate = () => 0.7;
    const { stdout } = await bias(IMAGES);
    expect(stdout).toMatch(/the copy beside the image .* 0\.700/);
    expect(stdout).toContain('or higher: 6 of 6, 1.000 [0.610, 1.000].');
  });

  it('buys an answer once', async () => {
    rate = () => 0.7;
    const before = server.requests.length;
    const first = await bias(IMAGES.slice(0, 2));
    const again = await bias(IMAGES.slice(0, 2));
    expect(again.stdout).toBe(first.stdout);
    expect(server.requests).toHaveLength(before + 6);
  });

  it('names an image that it could not ask about, asks about the others, and exits with 1', async () => {
    rate = () => 0.7;
    const { status, stdout, stderr } = await bias(['absent.png', 'a.png']);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^absent\.png: no such file/);
    expect(stdout).toContain('1 pair of 1 image');
  });

  it('says where no copy is unlike its image', async () => {
    const { status, stdout } = await bias(['a.png'], {
      conditions: [{ degradation: 'gaussian_blur', severity: 3 }],
    });
    expect(status).toBe(1);
    expect(stdout).toContain('because no copy is unlike the image: a.png');
  });

  it('stops at its budget', async () => {
    rate = () => 0.7;
    const before = server.requests.length;
    const { status, stderr } = await bias(['a.png'], {
      budgetUsd: 0.000001,
      judgeOptions: {
        baseUrl: server.baseUrl,
        price: { inputUsdPerMillionTokens: 100, outputUsdPerMillionTokens: 100 },
      },
    });
    expect(stderr).toMatch(/budget/);
    expect(status).toBe(1);
    expect(server.requests.length).toBeLessThan(before + 3);
  });

  it('is refused with a prompt that shows anchors', async () => {
    const { status, stderr } = await callCli(
      ['bias', 'a.png', '--judge', 'statistical', '--prompt', 'anchors'],
      folder,
    );
    expect(status).toBe(1);
    expect(stderr).toMatch(/^error: the prompt shows/);
  });

  it('is refused with a prompt that shows one image', async () => {
    const { status, stderr } = await callCli(
      ['bias', 'a.png', '--judge', 'statistical', '--prompt', 'two-level'],
      folder,
    );
    expect(status).toBe(1);
    expect(stderr).toContain('there is no order of two');
  });

  it('is refused with a prompt that compares in both orders by itself', async () => {
    const { status, stderr } = await callCli(
      ['bias', 'a.png', '--judge', 'statistical', '--prompt', 'pair'],
      folder,
    );
    expect(status).toBe(1);
    expect(stderr).toContain('its scores come with the position bias');
  });
});
