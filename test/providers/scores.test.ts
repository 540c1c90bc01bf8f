import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CallApiContextParams } from 'promptfoo';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import rankCorrelation from '../../assertions/rank-correlation.ts';
import ScoresProvider from '../../providers/scores.ts';
import { readScoreLines } from '../../src/datasets/score-lines.ts';
import { CORRELATION_KEY } from '../../src/harness/row-keys.ts';
import { rawInput } from '../../src/images/resize.ts';
import type { RowOutput } from '../../src/method/row-output.ts';
import { PREFLIGHT } from '../../src/rows/preflight.ts';
import { scoreList } from '../../src/rows/score-list.ts';
import { picture } from '../images/pictures.ts';

let folder = '';
const hashes: string[] = [];
const NAMES = ['a.png', 'b.png', 'c.png', 'd.png'];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iqa-scores-'));
  vi.stubEnv('PROMPTFOO_CONFIG_DIR', folder);
  for (const [index, name] of NAMES.entries()) {
    const bytes = await rawInput(picture(40 + index, 40))
      .png()
      .toBuffer();
    await writeFile(join(folder, name), bytes);
    hashes.push(createHash('sha256').update(bytes).digest('hex'));
  }
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

async function provider(lines: string[], config: object = {}) {
  const file = join(folder, 'scores.csv');
  await writeFile(file, lines.join('\n'));
  return new ScoresProvider({ config: { file, image: 'image', score: 'score', ...config } });
}

const context = (extra: object): CallApiContextParams => ({
  vars: {},
  prompt: { raw: '{}', label: 'x' },
  repeatIndex: 0,
  ...extra,
});

async function scoreOf(made: ScoresProvider, name: string, place = folder) {
  const vars = { image: join(place, name), mos: 1, dataset: 'd' } as CallApiContextParams['vars'];
  const response = await made.callApi('{}', context({ vars }));
  return { ...response, output: response.output as RowOutput | undefined };
}

const LINES = ['image,score', 'a.png,10', 'b.png,30', 'c.png,20', 'd.png,50'];

describe('scores made elsewhere', () => {
  it('stand between the least and the greatest of their list', async () => {
    const made = await provider(LINES);
    const { output, metadata } = await scoreOf(made, 'b.png');
    expect(output).toMatchObject({ score: 0.5, source: 'listed', method: 'single-image' });
    expect(metadata).toMatchObject({ listed: 30, imageFile: { sha256: hashes[1], width: 41 } });
    expect((await scoreOf(made, 'a.png')).output?.score).toBe(0);
    expect((await scoreOf(made, 'd.png')).output?.score).toBe(1);
  });

  it('may have decimal commas, where semicolons separate them', async () => {
    const made = await provider(['image;score', 'a.png;1', 'b.png;1,5', 'c.png;3']);
    expect((await scoreOf(made, 'b.png')).output?.score).toBe(0.25);
  });

  it('are turned where lower is better', async () => {
    const made = await provider(LINES, { direction: 'lower' });
    expect((await scoreOf(made, 'a.png')).output?.score).toBe(1);
    expect((await scoreOf(made, 'd.png')).output?.score).toBe(0);
  });

  it('are found where a row names its image by a URL of a file', async () => {
    const made = await provider(LINES);
    const vars = { image: String(pathToFileURL(join(folder, 'c.png'))), mos: 1, dataset: 'd' };
    const { metadata } = await made.callApi('{}', context({ vars }));
    expect(metadata).toMatchObject({ listed: 20 });
  });

  it('are found by an address, where the configuration allows to fetch it', async () => {
    const address = 'https://example.com/a.png';
    const vars = { image: address, mos: 1, dataset: 'd' };
    const made = await provider(['image,score', `${address},1`, 'b.png,2']);
    // What the error tells to set is a key that there is.
    expect((await made.callApi('{}', context({ vars }))).error).toMatch(/allowRemoteImages: true/);
    expect((await provider(LINES, { allowRemoteImages: true })).config.allowRemoteImages).toBe(
      true,
    );
    const file = join(folder, 'scores.csv');
    const lines = await readScoreLines({ file, image: 'image', score: 'score' });
    await provider(['image,score', `${address},1`, 'b.png,2']);
    const addressed = await readScoreLines({ file, image: 'image', score: 'score' });
    expect(lines.scored[0]?.path).toBe(join(folder, 'a.png'));
    expect(scoreList('list', addressed).find({ path: address, sha256: '' }).listed).toBe(1);
  });

  it('are found by the content of an image that lies elsewhere', async () => {
    const lines = ['image,score,sha256', ...NAMES.map((_, i) => `was/${i}.png,${i},${hashes[i]}`)];
    const made = await provider(lines, { sha256: 'sha256' });
    expect((await scoreOf(made, 'c.png')).metadata).toMatchObject({ listed: 2 });
  });

  it('are an error on the row of an image that has none', async () => {
    const made = await provider(LINES.slice(0, 3));
    const { error, output } = await scoreOf(made, 'c.png');
    expect(output).toBeUndefined();
    expect(error).toMatch(/scores\.csv has no score of this image, neither by its path nor/);
  });

  it('are an error where the score cannot be read, never a guess', async () => {
    const made = await provider(['image,score', 'a.png,good', 'b.png,3', 'c.png,4']);
    expect((await scoreOf(made, 'a.png')).error).toMatch(
      /scores\.csv has "good" as the score of this image, which is not a number/,
    );
    expect((await scoreOf(made, 'b.png')).output?.score).toBe(0);
  });

  it('are an error where the file at the path is another one than was scored', async () => {
    const lines = ['image,score,sha256', `a.png,1,${hashes[1]}`, `c.png,3,${hashes[2]}`];
    const made = await provider(lines, { sha256: 'sha256' });
    expect((await scoreOf(made, 'a.png')).error).toMatch(
      new RegExp(`has a score of other content at this path: of sha256 ${hashes[1]}`),
    );
    // Its own content stands in the list under another name.
    expect((await scoreOf(made, 'b.png')).metadata).toMatchObject({ listed: 1 });
    expect((await scoreOf(made, 'c.png')).metadata).toMatchObject({ listed: 3 });
  });

  it('may be more than a call takes arguments, as of AVA', async () => {
    const further = Array.from({ length: 150_000 }, (_, i) => `elsewhere/${i}.jpg,${i % 100}`);
    const made = await provider([...LINES, ...further]);
    expect((await scoreOf(made, 'd.png')).output?.score).toBeCloseTo(50 / 99, 12);
  });

  it('are correlated and gated like those of any column', async () => {
    const made = await provider(LINES);
    const rows = NAMES.map((name, mos) => ({
      vars: { image: join(folder, name), mos, dataset: 'd' },
    }));
    const test = { metadata: { [CORRELATION_KEY]: { dataset: 'd', several: false, rows } } };
    const { metadata, error } = await made.callApi('{}', context({ test }));
    expect(error).toBeUndefined();
    const gate = (min: number) =>
      rankCorrelation('', { config: { min }, metadata, test } as Parameters<
        typeof rankCorrelation
      >[1]);
    // 10, 30, 20, 50 against 0, 1, 2, 3: 1 - 6 * 2 / (4 * 15).
    expect(gate(0.7).namedScores?.SRCC).toBeCloseTo(0.8, 12);
    expect(gate(0.9).pass).toBe(false);
  });

  it('are read from a list as an image list is: without a header, by the options of its kind', async () => {
    const headless = ['a.png|1,5', 'b.png|2', 'c.png|4,5'];
    const made = await provider(headless, {
      ...{ image: 1, score: 2, header: false, decimal: 'comma', delimiter: 'pipe' },
    });
    expect((await scoreOf(made, 'b.png')).metadata).toMatchObject({ listed: 2 });
    expect((await scoreOf(made, 'b.png')).output?.score).toBeCloseTo(0.5 / 3, 12);
    // What an error tells to set is an option that there is.
    const told = await provider(headless);
    expect((await scoreOf(told, 'a.png')).error).toMatch(
      /set header: false and name columns by their numbers, such as image: 1, score: 2$/,
    );
    const file = join(folder, 'scores.json');
    const entries = NAMES.map((image, score) => ({ image, score }));
    await writeFile(file, JSON.stringify({ old: [{ image: 'a.png', score: 9 }], new: entries }));
    const config = { file, image: 'image', score: 'score' };
    const ofJson = (more: object) => new ScoresProvider({ config: { ...config, ...more } });
    expect((await scoreOf(ofJson({}), 'a.png')).error).toMatch(/there are 2 arrays .*set path to/);
    expect((await scoreOf(ofJson({ path: 'new' }), 'b.png')).metadata).toMatchObject({ listed: 1 });
    expect((await scoreOf(ofJson({ header: false }), 'b.png')).error).toMatch(
      /header: this is JSON; leave header out/,
    );
  });

  it('are read from JSON by what the file holds, whatever its name ends in', async () => {
    const entries = NAMES.map((image, score) => JSON.stringify({ image, score }));
    const [array, lines] = [`[${entries}]`, entries.join('\n')];
    for (const [name, content] of [
      ['list.txt', array],
      ['list.jsonl', array],
      ['list.txt', lines],
      ['list.json', lines],
      ['list.ndjson', entries[2]!],
    ] as const) {
      const file = join(folder, name);
      await writeFile(file, `${content}\n`);
      const made = new ScoresProvider({ config: { file, image: 'image', score: 'score' } });
      const { error, metadata } = await scoreOf(made, 'c.png');
      expect(error ?? metadata?.listed, `${name}: ${error}`).toEqual(
        name === 'list.ndjson' ? expect.stringMatching(/all of its scores are 2/) : 2,
      );
    }
  });

  it('are found where the list writes a name otherwise than its file is called', async () => {
    await writeFile(join(folder, 'D.PNG'), 'another file');
    const lines = ['image,score', '.\\A.PNG,1', `file://${folder}/b.png,2`, 'c%2Epng,3', 'D.PNG,4'];
    const made = await provider(lines);
    const listed = async (name: string) => (await scoreOf(made, name)).metadata?.listed;
    expect(await Promise.all(['a.png', 'b.png', 'c.png'].map(listed))).toEqual([1, 2, 3]);
    expect((await scoreOf(made, 'd.png')).error).toMatch(/has no score of this image/);
    await rm(join(folder, 'D.PNG'));
  });

  it('are told of where a line cannot be read that may have them', async () => {
    const made = await provider(['image,score', 'a.png,1', 'b.png,2,9', 'c.png,3']);
    expect((await scoreOf(made, 'b.png')).error).toMatch(
      /has no score of this image.* in the lines that can be read; mend the one that cannot \(line 3: 3 cells under 2 columns/,
    );
    expect((await scoreOf(made, 'c.png')).metadata).toMatchObject({ listed: 3 });
  });

  it('have no place in a list of equal ones, nor where one is too far from the others', async () => {
    const same = await provider(['image,score', 'a.png,3', 'b.png,3']);
    expect((await scoreOf(same, 'a.png')).error).toMatch(/all of its scores are 3, so that none/);
    for (const [least, other] of [
      ['-1e308', '1e308'],
      ['-1e20', '2'],
    ]) {
      const made = await provider(['image,score', `a.png,${least}`, `b.png,${other}`, 'c.png,3']);
      expect((await scoreOf(made, 'c.png')).error).toMatch(/its scores lie too far apart, from -1/);
    }
  });

  it('say in which direction they are taken where their name leaves it open', async () => {
    const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    for (const [score, asked] of Object.entries({ dmos: 1, niqe_value: 1, musiq: 0, arniqa: 0 })) {
      said.mockClear();
      const made = await provider([`image,${score}`, 'a.png,1', 'b.png,2'], { score });
      expect((await scoreOf(made, 'b.png')).output?.score).toBe(1);
      expect(said.mock.calls.join('').match(/taken as higher is better/g) ?? []).toHaveLength(
        asked,
      );
    }
    said.mockRestore();
  });

  it('are looked at before the first row', async () => {
    const made = await provider(LINES, { score: 'scor' });
    expect(await made[PREFLIGHT]()).toEqual({
      problems: [expect.stringMatching(/there is no column "scor" .*did you mean "score"/)],
    });
    expect(await (await provider(LINES))[PREFLIGHT]()).toEqual({ problems: [] });
  });

  it('keep their order where one is far above all others', async () => {
    // Placed between the ends of the list, the first three lie within 1e-11.
    const made = await provider(['image,score', 'a.png,3', 'b.png,1', 'c.png,2', 'd.png,1e12']);
    const rows = NAMES.map((name, mos) => ({
      vars: { image: join(folder, name), mos, dataset: 'd' },
    }));
    const test = { metadata: { [CORRELATION_KEY]: { dataset: 'd', several: false, rows } } };
    const { metadata } = await made.callApi('{}', context({ test }));
    const judged = rankCorrelation('', { metadata, test } as Parameters<typeof rankCorrelation>[1]);
    // scipy.stats.spearmanr([3, 1, 2, 1e12], [0, 1, 2, 3])
    expect(judged.namedScores?.SRCC).toBeCloseTo(0.4, 12);
  });

  it('are refused with a key that is none', () => {
    expect(() => new ScoresProvider({ config: { file: 'x.csv', image: 'i', scor: 's' } })).toThrow(
      /scor/,
    );
  });
});
