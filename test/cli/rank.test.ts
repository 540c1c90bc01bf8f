import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type ChatRequestBody,
  contentOf,
  type OpenaiServer,
  startOpenaiServer,
} from '../servers/openai.ts';
import { callCli } from './run-cli.ts';

/** Standard deviation of the noise of each picture: the more, the longer is its file, and the better it is here. */
const NOISE = { 'c.png': 40, 'a.png': 30, 'e.png': 20, 'b.png': 10, 'd.png': 3 };
const ORDER = Object.keys(NOISE);

let folder = '';
let server: OpenaiServer;
/** Whether the server prefers what is shown first, whatever it is. */
let isBlind = false;
let failure:
  | ((request: ChatRequestBody) => { status: number; body: object } | undefined)
  | undefined;

beforeAll(async () => {
  server = await startOpenaiServer({
    words: ['first', 'second'],
    reply: (request) => failure?.(request),
    probability: (body) => {
      if (isBlind) return 0.8;
      const [first, second] = contentOf(body).images.map(({ length }) => length);
      return first! > second! ? 0.97 : 0.03;
    },
  });
});
afterAll(() => server.close());

beforeEach(async () => {
  isBlind = false;
  failure = undefined;
  folder = await mkdtemp(join(tmpdir(), 'iqa-rank-'));
  vi.stubEnv('PROMPTFOO_IQA_STORE', join(folder, 'answers.sqlite'));
  await mkdir(join(folder, 'photos/more'), { recursive: true });
  for (const [name, sigma] of Object.entries(NOISE)) {
    const noise = { type: 'gaussian' as const, mean: 128, sigma };
    const image = sharp({
      create: { width: 64, height: 64, channels: 3, background: '#000', noise },
    });
    const place = name === 'e.png' ? 'photos/more' : 'photos';
    await image.png().toFile(join(folder, place, name));
  }
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

const rank = (args: readonly string[], config: object = {}) => {
  const given = { judgeOptions: { baseUrl: server.baseUrl }, ...config };
  return callCli(
    ['rank', 'photos', '--judge', 'openai:test', '--config', JSON.stringify(given), ...args],
    folder,
  );
};

const PRICE = {
  price: { inputUsdPerMillionTokens: 10, outputUsdPerMillionTokens: 10 },
};
const priced = () => ({ judgeOptions: { baseUrl: server.baseUrl, ...PRICE } });

const orderIn = (stdout: string): string[] =>
  [...stdout.matchAll(/^ *\d+ +\S*?(\w\.png) /gm)].map(([, name]) => name!);

describe('the command rank', () => {
  it('orders a folder with its subfolders, by no more than n log2 n pairs in both orders', async () => {
    const { status, stdout, stderr } = await rank([]);
    expect(status).toBe(0);
    expect(orderIn(stdout)).toEqual(ORDER);
    // 5 log2 5 is 11.6, and there are 10 pairs.
    expect(stderr).toContain('5 images, at most 10 pairs: 20 questions');
    const [, pairs] = /^(\d+) of 10 possible pairs were compared/m.exec(stdout)!;
    expect(server.requests.length).toBe(2 * Number(pairs));
    expect(stdout).toContain('No answer contradicts the order');
    expect(stdout).toContain('Position bias 0.00');
    expect(stdout).not.toContain('the order says nothing');
  });

  it('asks nothing again, and says so', async () => {
    const first = await rank([]);
    const before = server.requests.length;
    const again = await rank([]);
    expect(orderIn(again.stdout)).toEqual(orderIn(first.stdout));
    expect(server.requests).toHaveLength(before);
    expect(again.stdout).toMatch(/0 of them were bought now, for \$0\.0000/);
  });

  it('asks the same pairs, whatever the files are called', async () => {
    await rank([]);
    const before = server.requests.length;
    const { renameSync } = await import('node:fs');
    renameSync(join(folder, 'photos/a.png'), join(folder, 'photos/z.png'));
    const { stdout } = await rank([]);
    expect(orderIn(stdout)).toEqual(['c.png', 'z.png', 'e.png', 'b.png', 'd.png']);
    expect(server.requests).toHaveLength(before);
  });

  it('finds that a judge goes by the place: nothing is decided', async () => {
    isBlind = true;
    const { stdout } = await rank([]);
    // 0.8 of the probability on both words: their share may be another, but it is the same in both orders.
    expect(stdout).toMatch(/Position bias \+0\.[23]\d/);
    expect(stdout).toMatch(/In (\d+) of \1 pairs the two orders prefer different images/);
    expect(stdout).toContain(
      '4 of 4 neighbours are not decided at 95 %, two-sided (P(above next) below 0.975): ranks 1–5',
    );
    expect(stdout).toContain('the order says nothing');
  });

  it('only says what it would cost', async () => {
    const before = server.requests.length;
    const { stdout, stderr } = await rank(['--estimate'], priced());
    expect(stdout).toBe('');
    expect(stderr).toMatch(/5 images, at most 10 pairs: 20 questions, about \$\d/);
    expect(server.requests).toHaveLength(before);
  });

  it('stops at its budget, says what it left out, and goes on with a larger one', async () => {
    const { stderr } = await rank(['--estimate'], priced());
    const [, all] = /about \$([\d.]+)/.exec(stderr)!;
    const part = String(Number(all) / 3);
    const stopped = await rank(['--budget-usd', part], priced());
    expect(stopped.status).toBe(1);
    expect(stopped.stdout).toMatch(
      /The budget is at its end.* \d+ of 10 planned pairs are left out/,
    );
    const bought = server.requests.length;
    const whole = await rank(['--budget-usd', '100'], priced());
    expect(whole.status).toBe(0);
    expect(orderIn(whole.stdout)).toEqual(ORDER);
    const [, answers, now] = /(\d+) answers cost .*; (\d+) of them were bought now/.exec(
      whole.stdout,
    )!;
    expect(Number(now)).toBeLessThan(Number(answers));
    expect(server.requests.length - bought).toBe(Number(now));
  });

  it('writes CSV, JSON with all pairs, and a page with thumbnails', async () => {
    const { status } = await rank(['-o', 'r.csv', '--html', 'r.html']);
    expect(status).toBe(0);
    await rank(['-o', 'r.json', '--pairs', '6']);
    const [head, best] = (await readFile(join(folder, 'r.csv'), 'utf8')).split('\r\n');
    expect(head).toBe(
      '"rank","image","score","standard_error","low","high","pairs","p_above_next","decided","judge","sha256"',
    );
    expect(best).toMatch(/^1,"photos\/c\.png",\d/);
    const json = JSON.parse(await readFile(join(folder, 'r.json'), 'utf8'));
    expect(json).toMatchObject({
      ...{ schemaVersion: 1, judge: 'openai:test', prompt: 'pair', model: 'bradley-terry' },
      comparisons: { made: 6, planned: 6, endedBy: 'comparisons' },
    });
    expect(json.pairs).toHaveLength(6);
    expect(json.pairs[0]).toMatchObject({ isInconsistent: false, answers: 2 });
    const page = await readFile(join(folder, 'r.html'), 'utf8');
    expect(page.match(/<img src="data:image/g)).toHaveLength(5);
    expect(page.indexOf('1. c.png')).toBeLessThan(page.indexOf('5. d.png'));
    expect(page).toContain('openai:test · pair · 5 images');
    expect(best).toMatch(/,"openai:test","[0-9a-f]{64}"$/);
  });

  it('names a file that is no image and one that is there twice, and ranks the others', async () => {
    await writeFile(join(folder, 'photos/broken.png'), 'no image');
    await writeFile(join(folder, 'photos/twin.png'), await readFile(join(folder, 'photos/a.png')));
    const { status, stdout, stderr } = await rank([]);
    expect(status).toBe(1);
    expect(stderr).toContain('broken.png');
    expect(stdout).toMatch(/twin\.png is left out: the same file as photos\/a\.png/);
    expect(orderIn(stdout)).toEqual(ORDER);
  });

  it('ranks a file once that is named in two ways', async () => {
    const { status, stdout } = await rank(['./photos/a.png', join(folder, 'photos')]);
    expect(status).toBe(0);
    expect(orderIn(stdout)).toEqual(ORDER);
  });

  it('shows no control characters of a name', async () => {
    const bytes = await readFile(join(folder, 'photos/a.png'));
    await writeFile(join(folder, 'photos/\u001b[31mred.png'), bytes);
    await writeFile(join(folder, 'photos/\u001b[2Jbroken.png'), 'no image');
    const { stdout, stderr } = await rank([]);
    expect(stdout + stderr).not.toContain('\u001b');
    expect(stderr).toContain('\\u001b[2Jbroken.png');
  });

  it('leaves out a picture that the vendor refuses, and goes on with the others', async () => {
    const sent = new Set<number>();
    failure = (request) => {
      for (const { length } of contentOf(request).images) sent.add(length);
      return undefined;
    };
    await rank([]);
    vi.stubEnv('PROMPTFOO_IQA_STORE', join(folder, 'other.sqlite'));
    const refused = [...sent].sort((a, b) => a - b)[2];
    const body = { error: { message: 'refused', code: 'content_policy_violation' } };
    failure = (request) =>
      contentOf(request).images.some(({ length }) => length === refused)
        ? { status: 400, body }
        : undefined;
    const { status, stdout } = await rank([]);
    expect(status).toBe(1);
    expect(orderIn(stdout)).toEqual(['c.png', 'a.png', 'b.png', 'd.png']);
    expect(stdout).toContain('6 of 10 possible pairs were compared');
    expect(stdout).toContain('never compared: photos/more/e.png');
    expect(stdout).not.toContain('It ended early');
  });

  it.each([0, 1, 2])(
    'ranks two of three pictures where the vendor refuses picture %i',
    async (bad) => {
      const names = ['c.png', 'a.png', 'd.png'];
      await rm(join(folder, 'photos/more'), { recursive: true });
      await rm(join(folder, 'photos/b.png'));
      const sent = new Set<number>();
      failure = (request) => {
        for (const { length } of contentOf(request).images) sent.add(length);
        return undefined;
      };
      await rank([]);
      vi.stubEnv('PROMPTFOO_IQA_STORE', join(folder, 'other.sqlite'));
      const refused = [...sent].sort((a, b) => b - a)[bad];
      const body = { error: { message: 'refused', code: 'content_policy_violation' } };
      failure = (request) =>
        contentOf(request).images.some(({ length }) => length === refused)
          ? { status: 400, body }
          : undefined;
      const { status, stdout } = await rank([]);
      expect(status).toBe(1);
      expect(orderIn(stdout)).toEqual(names.filter((_, index) => index !== bad));
      expect(stdout).toContain('1 of 3 possible pairs were compared');
      expect(stdout).toContain(`never compared: photos/${names[bad]}`);
      expect(stdout).not.toContain('It ended early');
    },
  );

  it('says that few answers do not show what one is worth', async () => {
    const few = await rank(['--pairs', '4', '-o', 'r.json']);
    expect(few.stdout).toContain('Each answer counts as one comparison: there are too few of them');
    expect(few.stdout).not.toContain('too short');
    expect(JSON.parse(await readFile(join(folder, 'r.json'), 'utf8'))).toMatchObject({
      ...{ weight: 1, isWeightShown: false, areIntervalsShort: false },
    });
    const all = await rank(['--pairs', '10']);
    expect(all.stdout).toContain('10 of 10 possible pairs were compared');
    expect(all.stdout).not.toContain('too few of them');
    expect(all.stdout).not.toContain('More pairs (--pairs)');
  });

  it('ends when every pair fails, and says why', async () => {
    failure = () => ({ status: 400, body: { error: { message: 'no pictures today' } } });
    const { status, stdout } = await rank([]);
    expect(status).toBe(1);
    expect(stdout).toMatch(
      /^No pair has an answer, so there is no order\.\nIt ended early, because pair after pair failed/,
    );
    expect(stdout).toContain('no pictures today');
    expect(stdout).toContain('Without a place, because they were never compared');
  });

  it.each<[string, string[], string]>([
    ['a prompt that rates one image', ['--prompt', 'five-level'], 'take one with condition: pair'],
    ['a prompt under a degraded copy', ['--prompt', 'pair-prior'], 'prior: degraded'],
    ['an output of another kind', ['-o', 'r.txt'], 'ends neither in .csv nor in .json'],
    ['a file in no folder', ['-o', 'nowhere/r.csv'], '-o "nowhere/r.csv": there is no folder'],
    ['a page in no folder', ['--html', 'nowhere/r.html'], 'there is no folder'],
    ['a page that is a folder', ['--html', 'photos'], '--html "photos" is a folder'],
    ['full confidence', ['--confidence', '1'], '--confidence takes a number above 0 and below 1'],
    ['no confidence', ['--confidence', '0'], '--confidence takes a number above 0 and below 1'],
    ['no money', ['--budget-usd', '0'], '--budget-usd takes a number above 0'],
    ['no pairs', ['--pairs', '0'], '--pairs takes a whole number of at least 1'],
    [
      'a budget twice',
      ['--budget-usd', '1', '--config', '{"budgetUsd":2}'],
      'give --budget-usd alone',
    ],
  ])('is refused with %s', async (_, args, reason) => {
    const before = server.requests.length;
    const { status, stderr } = await rank(args);
    expect(status).toBe(1);
    expect(stderr).toContain(reason);
    expect(server.requests).toHaveLength(before);
  });

  it('refuses one image', async () => {
    const { status, stderr } = await callCli(
      ['rank', 'photos/a.png', '--judge', 'statistical'],
      folder,
    );
    expect(status).toBe(1);
    expect(stderr).toContain('there is one image to rank; name at least two');
  });
});

describe('the command rank with --generators', () => {
  /** An output of promptfoo: two providers and six prompts, each answered with a picture of so much noise. */
  async function writeOutput(noise: Record<string, number>, prompts = 6): Promise<void> {
    const results = [];
    for (const [column, [label, sigma]] of Object.entries(noise).entries()) {
      for (let test = 0; test < prompts; test++) {
        const pixels = { type: 'gaussian' as const, mean: 128, sigma: sigma + test };
        const bytes = await sharp({
          create: { width: 64, height: 64, channels: 3, background: '#000', noise: pixels },
        })
          .png()
          .toBuffer();
        results.push({
          ...{ promptIdx: column, testIdx: test, success: true },
          provider: { id: label, label },
          vars: { subject: `subject ${test}` },
          testCase: {},
          response: { output: `data:image/png;base64,${bytes.toString('base64')}` },
        });
      }
    }
    const columns = Object.keys(noise).map((provider) => ({ raw: 'p', label: 'p', provider }));
    await writeFile(
      join(folder, 'out.json'),
      JSON.stringify({ evalId: 'e', results: { prompts: columns, results } }),
    );
  }

  const generators = (args: readonly string[] = [], config: object = {}) => {
    const given = { judgeOptions: { baseUrl: server.baseUrl }, ...config };
    return callCli(
      ['rank', '--generators', 'out.json', '--judge', 'openai:test']
        .concat('--config', JSON.stringify(given))
        .concat(args),
      folder,
    );
  };

  it('ranks providers over the same prompts, each pair in both orders, and buys nothing twice', async () => {
    await writeOutput({ plain: 4, rich: 40, fair: 20 });
    const before = server.requests.length;
    const { status, stderr } = await generators(['-o', 'g.csv']);
    expect(status).toBe(0);
    // Three pairs of generators in each of six prompts.
    expect(stderr).toContain('3 generators, 18 pictures, at most 18 pairs: 36 questions');
    expect(server.requests.length - before).toBe(36);
    const [, rich, fair, plain] = (await readFile(join(folder, 'g.csv'), 'utf8')).split('\r\n');
    expect(rich).toMatch(/^1,"rich",[\d.]+,[\d.]+,[\d.]+,0\.9\d*,12,6,"yes","openai:test"$/);
    expect(fair).toMatch(/^2,"fair",.*,12,6,"yes","openai:test"$/);
    expect(plain).toMatch(/^3,"plain",-/);
    await generators();
    expect(server.requests.length - before).toBe(36);
  });

  it('says what it left out: an answer without a picture, and prompts of one generator alone', async () => {
    await writeOutput({ rich: 40, plain: 4 });
    const saved = JSON.parse(await readFile(join(folder, 'out.json'), 'utf8'));
    saved.results.results[0].response = { output: 'I cannot draw that.' };
    await writeFile(join(folder, 'out.json'), JSON.stringify(saved));
    saved.results.results[1].response = { output: '/tmp/picture.png' };
    await writeFile(join(folder, 'out.json'), JSON.stringify(saved));
    const { status, stdout } = await generators();
    expect(status).toBe(1);
    expect(stdout).toContain('set --allow-files where the provider');
    expect(stdout).toContain('2 prompts have a picture of one generator alone');
    expect(stdout).toMatch(/2 answers are left out: rich, .*I cannot draw that/);
  });

  it('ends when pair after pair fails, whatever was answered before', async () => {
    await writeOutput({ rich: 40, plain: 4 }, 60);
    let asked = 0;
    failure = () =>
      asked++ < 20 ? undefined : { status: 400, body: { error: { message: 'gone for today' } } };
    const { status, stdout } = await generators();
    expect(status).toBe(1);
    expect(stdout).toContain('because pair after pair failed');
    expect(stdout).toContain('gone for today');
    // 120 would be all. 8 pairs without an answer end it, while as many more may be under way.
    expect(asked).toBeLessThan(80);
  });

  it('stops at its budget', async () => {
    await writeOutput({ rich: 40, plain: 4 });
    const { stderr } = await generators(['--estimate'], priced());
    const part = String(Number(/about \$([\d.]+)/.exec(stderr)![1]) / 2);
    const { status, stdout } = await generators(['--budget-usd', part], priced());
    expect(status).toBe(1);
    expect(stdout).toMatch(/The budget is at its end: \d of 6 planned pairs are left out/);
  });

  it.each<[string, string[], string]>([
    ['images beside it', ['photos'], 'name no images beside it'],
  ])('is refused with %s', async (_, args, reason) => {
    await writeOutput({ rich: 40, plain: 4 }, 1);
    expect((await generators(args)).stderr).toContain(reason);
  });

  it('writes a page, in which names are text', async () => {
    await writeOutput({ '<b>rich': 40, plain: 4 });
    const { status } = await generators(['--html', 'g.html']);
    expect(status).toBe(0);
    const page = await readFile(join(folder, 'g.html'), 'utf8');
    expect(page).toContain('&lt;b&gt;rich');
    expect(page).not.toContain('<b>rich');
    expect(page.match(/<img src="data:image/g)).toHaveLength(8);
  });

  it('leaves out a picture that is none, and says that repetitions are not looked at', async () => {
    await writeOutput({ rich: 40, plain: 4 });
    const saved = JSON.parse(await readFile(join(folder, 'out.json'), 'utf8'));
    const { results } = saved.results;
    results[0].response = { output: 'data:image/png;base64,aGVsbG8=' };
    results.push({ ...results[1], testIdx: 6 });
    await writeFile(join(folder, 'out.json'), JSON.stringify(saved));
    const { status, stdout, stderr } = await generators();
    expect(status).toBe(1);
    expect(stderr).toContain('2 generators, 11 pictures, at most 5 pairs');
    expect(stdout).toMatch(/1 answers are left out: rich, .*not an image/);
    expect(stdout).toContain('1 answers are further ones of a generator to the same prompt');
  });

  it('compares the pictures of one template, where a run has one test and several templates', async () => {
    await writeOutput({ rich: 40, plain: 4, 'rich again': 42, 'plain again': 6 }, 1);
    const saved = JSON.parse(await readFile(join(folder, 'out.json'), 'utf8'));
    const { prompts, results } = saved.results;
    for (const [index, label] of ['boat', 'boat', 'lake', 'lake'].entries()) {
      const provider = ['rich', 'plain'][index % 2]!;
      prompts[index] = { raw: label, label, provider };
      results[index].provider = { id: provider, label: provider };
    }
    await writeFile(join(folder, 'out.json'), JSON.stringify(saved));
    const { stderr, stdout } = await generators();
    expect(stderr).toContain('2 generators, 4 pictures, at most 2 pairs: 4 questions');
    expect(stdout).not.toContain('further ones of a generator');
  });

  it('compares entries of one name as generators of their own', async () => {
    await writeOutput({ rich: 40, plain: 4 });
    const saved = JSON.parse(await readFile(join(folder, 'out.json'), 'utf8'));
    for (const each of saved.results.prompts) each.provider = 'image model';
    for (const each of saved.results.results) each.provider = { id: 'image model' };
    await writeFile(join(folder, 'out.json'), JSON.stringify(saved));
    const { stderr, stdout } = await generators();
    expect(stderr).toContain('2 generators, 12 pictures, at most 6 pairs');
    expect(stdout).toContain('image model (1)');
    expect(stdout).toContain('image model (2)');
  });

  it('refuses an output with one provider', async () => {
    await writeOutput({ rich: 40 });
    expect((await generators()).stderr).toContain(
      'one provider has pictures, and two are compared',
    );
  });
});
