import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { rawInput } from '../../src/images/resize.ts';
import { picture } from '../images/pictures.ts';
import { startOpenaiServer } from '../servers/openai.ts';
import { callCli } from './run-cli.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iqa-score-'));
  for (const name of ['a.png', 'b.png']) {
    await writeFile(join(folder, name), await rawInput(picture(160, 120)).png().toBuffer());
  }
});
afterEach(() => vi.unstubAllEnvs());
afterAll(() => rm(folder, { recursive: true }));

const score = (...args: string[]) => callCli(['score', ...args], folder);

describe('the command score', () => {
  it('scores images without a configuration, and writes them as CSV', async () => {
    const { status, stdout } = await score(
      'a.png',
      'b.png',
      '--judge',
      'statistical',
      '-o',
      's.csv',
    );
    expect(status).toBe(0);
    expect(stdout).toMatch(/a\.png +0\.\d{3} +computed/);
    expect(stdout).toContain('2 of 2 images scored; their answers cost $0.0000');
    const [head, first, second] = (await readFile(join(folder, 's.csv'), 'utf8')).split('\r\n');
    expect(head).toBe('"image","score","judge","method","source","cost_usd","sha256","error"');
    expect(first).toMatch(
      /^"a\.png",0\.\d+,"statistical","debiased","computed",0,"[0-9a-f]{64}",$/,
    );
    expect(second?.split(',')[1]).toBe(first?.split(',')[1]);
  });

  it('asks nothing when its file has no folder', async () => {
    const { status, stdout, stderr } = await score(
      ...['a.png', '--judge', 'statistical', '-o', 'nowhere/s.csv'],
    );
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toContain('-o "nowhere/s.csv": there is no folder');
  });

  it('says before what it will cost, and with --estimate asks nothing', async () => {
    const server = await startOpenaiServer();
    vi.stubEnv('OPENAI_BASE_URL', server.baseUrl);
    vi.stubEnv('OPENAI_API_KEY', 'sk-of-nobody');
    vi.stubEnv('PROMPTFOO_IQA_STORE', join(folder, 'estimated.sqlite'));
    try {
      // 2 images under 4 conditions: two questions each.
      const price = { inputUsdPerMillionTokens: 2, outputUsdPerMillionTokens: 8 };
      const config = JSON.stringify({ judgeOptions: { price } });
      const asked = ['a.png', 'b.png', '--judge', 'openai:gpt-4.1', '--config', config];
      // The two files hold the same picture, so every question is asked once.
      const before = await score(...asked, '--estimate');
      expect([before.status, before.stdout]).toEqual([0, '']);
      expect(before.stderr).toMatch(
        /^2 images: 8 questions to ask, for about \$0\.0\d{3}; 8 more are answered already or the same as one of these\n$/,
      );
      expect(server.requests).toHaveLength(0);
      const unpriced = await score('a.png', '--judge', 'openai:nobody-knows', '--estimate');
      expect(unpriced.stderr).toBe(
        '1 image: 8 questions to ask, at a cost that is not known (judgeOptions.price supplies the price)\n',
      );
      const done = await score(...asked);
      expect(done.stderr).toBe(before.stderr);
      expect(done.stdout).toContain('2 of 2 images scored');
      const again = await score(...asked);
      expect(again.stderr).toBe('');
    } finally {
      await server.close();
    }
  });

  it('has an option for its budget, which stands in one place', async () => {
    const both = await score(
      ...['a.png', '--judge', 'simulated', '--budget-usd', '1', '--config', '{"budgetUsd": 2}'],
    );
    expect([both.status, both.stderr]).toEqual([1, expect.stringContaining('--budget-usd alone')]);
    const price = { inputUsdPerMillionTokens: 2000, outputUsdPerMillionTokens: 8 };
    const poor = await score(
      ...['a.png', '--judge', 'simulated', '--budget-usd', '0.01'],
      ...['--config', JSON.stringify({ judgeOptions: { price } })],
    );
    expect([poor.status, poor.stderr]).toEqual([
      1,
      expect.stringContaining('budgetUsd 0.01 would be exceeded'),
    ]);
  });

  it('takes a prompt of the package by its name, and further configuration', async () => {
    const { status, stdout } = await score(
      ...['a.png', '--judge', 'simulated', '--prompt', 'five-level'],
      ...['--config', '{"judgeOptions": {"probabilities": "samples", "samples": 4}}'],
    );
    expect(status).toBe(0);
    expect(stdout).toMatch(/a\.png +\d\.\d{3} +samples/);
    expect(stdout).toContain('simulated, no model');
    // Wherever its numbers are shown.
    await score('a.png', '--judge', 'simulated', '-o', 'simulated.csv');
    expect(await readFile(join(folder, 'simulated.csv'), 'utf8')).toMatch(
      /\r\n"a\.png",0\.\d+,"simulated, no model",/,
    );
  });

  it('takes folders, and patterns that the shell has left as they are', async () => {
    await mkdir(join(folder, 'photos/more'), { recursive: true });
    for (const name of ['photos/c.png', 'photos/more/d.png', 'photos/e[1].png']) {
      await copyFile(join(folder, 'a.png'), join(folder, name));
    }
    await writeFile(join(folder, 'photos/notes.txt'), 'no image');
    const scored = async (...named: string[]) =>
      [...(await score(...named, '--judge', 'simulated')).stdout.matchAll(/^ (\S+\.png) /gm)].map(
        ([, name]) => name,
      );
    expect(await scored('photos')).toEqual([
      'photos/c.png',
      'photos/e[1].png',
      'photos/more/d.png',
    ]);
    expect(await scored('photos/*.png')).toEqual(['photos/c.png', 'photos/e[1].png']);
    expect(await scored('photos/e[1].png', './photos/e[1].png', 'a.png')).toEqual([
      'photos/e[1].png',
      'a.png',
    ]);
    const none = await score('photos/*.jpg', '--judge', 'simulated');
    expect([none.status, none.stderr]).toEqual([
      1,
      'error: photos/*.jpg: no file matches this pattern, and there is none of this name\n',
    ]);
  });

  it('says once, and before any image, that there is no key, as long as the store lacks an answer', async () => {
    vi.stubEnv('OPENAI_API_KEY', undefined);
    const { status, stdout, stderr } = await score('a.png', 'b.png', '--judge', 'openai:gpt-4.1');
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr.match(/OPENAI_API_KEY is not set/g)).toHaveLength(1);

    vi.stubEnv('PROMPTFOO_IQA_STORE', join(folder, 'answers.sqlite'));
    const server = await startOpenaiServer();
    const asked = [
      ...['a.png', '--judge', 'openai:gpt-4.1', '--prompt', 'two-level', '--config'],
      JSON.stringify({ judgeOptions: { baseUrl: `${server.url}/v1`, apiKeyEnv: 'A_KEY' } }),
    ];
    vi.stubEnv('A_KEY', 'a-key');
    const first = await score(...asked);
    await server.close();
    vi.stubEnv('A_KEY', undefined);
    const again = await score(...asked);
    expect([first.status, again.status]).toEqual([0, 0]);
    expect(again.stdout).toBe(first.stdout);
    await rawInput(picture(90, 60)).png().toFile(join(folder, 'other.png'));
    const other = await score('other.png', ...asked);
    expect([other.status, other.stdout]).toEqual([1, '']);
    expect(other.stderr).toContain('A_KEY is not set');
  });

  it('names an image that has no score, scores the others, and exits with 1', async () => {
    const { status, stdout, stderr } = await score('absent.png', 'a.png', '--judge', 'statistical');
    expect(status).toBe(1);
    expect(stdout).toMatch(/absent\.png +– +–/);
    expect(stderr).toMatch(/^absent\.png: no such file \(looked for .*\n$/);
    // Nothing of this judge is paid.
    expect(stdout).toMatch(
      /1 of 2 images scored; their answers cost \$0\.0000, whenever .*bought\n$/,
    );
  });

  it('says what several images have in common once, and that failures may have cost something', async () => {
    const server = await startOpenaiServer({
      reply: () => ({ status: 401, body: { error: { message: 'no such key' } } }),
    });
    vi.stubEnv('OPENAI_BASE_URL', server.baseUrl);
    vi.stubEnv('OPENAI_API_KEY', 'sk-of-nobody');
    vi.stubEnv('PROMPTFOO_IQA_STORE', join(folder, 'refused.sqlite'));
    onTestFinished(() => server.close());
    for (const width of [40, 50, 60, 70]) {
      await rawInput(picture(width, 40))
        .png()
        .toFile(join(folder, `${width}.png`));
    }
    const { stdout, stderr } = await score(
      ...['40.png', '50.png', '60.png', '70.png', '--judge', 'openai:gpt-4.1'],
    );
    expect(stdout).toContain('Questions about images without a score may have cost something too');
    const lines = stderr.trim().split('\n').slice(1);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^40\.png, 50\.png, 60\.png and 1 more: .*HTTP 401: no such key/);
  });

  it('names no file as a workbook that it writes as CSV', async () => {
    const { status, stderr } = await score('a.png', '--judge', 'statistical', '-o', 's.xlsx');
    expect([status, stderr]).toEqual([
      1,
      'error: -o "s.xlsx": what is written is CSV; name a file that ends in .csv\n',
    ]);
  });

  it.each<[string, string[], string]>([
    ['a prompt that is none', ['--prompt', 'two-levl'], 'did you mean "two-level"?'],
    ['a file that is not there', ['--prompt', 'mine.yaml'], 'name a prompt file that is there'],
    ['no JSON', ['--config', '{samples: 8}'], '--config: not JSON'],
    ['a judge twice', ['--config', '{"judge": "x"}'], 'judge has an option of its own'],
  ])('is refused with %s', async (_, args, reason) => {
    const { status, stderr } = await score('a.png', '--judge', 'statistical', ...args);
    expect(status).toBe(1);
    expect(stderr).toContain(reason);
  });
});
