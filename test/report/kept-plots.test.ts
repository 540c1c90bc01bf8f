import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AnswerStore, openAnswerStore } from '../../src/answers/store.ts';
import { correlationPicture } from '../../src/report/plots/correlation-picture.ts';
import { keptPlots } from '../../src/report/plots/kept-plots.ts';
import { type RenderPlot, renderSvg } from '../../src/report/plots/render-svg.ts';
import { scatterPlot } from '../../src/report/plots/scatter.ts';
import { PAGE_THEME } from '../../src/report/plots/theme.ts';

let folder = '';
let store: AnswerStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iqa-plots-'));
  store = openAnswerStore(join(folder, 'answers.sqlite'));
});
afterEach(async () => {
  store.database.close();
  await rm(folder, { recursive: true });
});

const plot = (score: number) =>
  scatterPlot({
    scores: [0.1, 0.5, score],
    mos: [1, 2, 3],
    curve: null,
    numbered: [],
    truth: 'MOS',
    width: 100,
    height: 80,
  });

describe('plots', () => {
  let drawn = 0;
  const draw: RenderPlot = (spec, theme) => {
    drawn += 1;
    return renderSvg(spec, theme);
  };
  beforeEach(() => {
    drawn = 0;
  });

  it('are drawn once for the same values, whoever asks', async () => {
    const first = await keptPlots(store, draw)(plot(0.9), PAGE_THEME);
    expect(first).toMatch(/^<svg/);
    expect(await keptPlots(store, draw)(plot(0.9), PAGE_THEME)).toBe(first);
    expect(drawn).toBe(1);
  });

  it('are drawn anew for another value and for another theme', async () => {
    const render = keptPlots(store, draw);
    const first = await render(plot(0.9), PAGE_THEME);
    expect(await render(plot(0.8), PAGE_THEME)).not.toBe(first);
    expect(await render(plot(0.9), { ...PAGE_THEME, line: '#123456' })).not.toBe(first);
    expect(drawn).toBe(3);
  });

  it('are drawn every time where nothing is kept', async () => {
    const render = keptPlots(undefined, draw);
    expect(await render(plot(0.9), PAGE_THEME)).toBe(await render(plot(0.9), PAGE_THEME));
    expect(drawn).toBe(2);
  });
});

describe('plots of one page', () => {
  const idsOf = (svg: string) => Array.from(svg.matchAll(/ id="([^"]+)"/g), ([, id]) => id);

  it('have no ids in common, whichever processes have drawn them', async () => {
    const [first, second] = await Promise.all([
      renderSvg(plot(0.9), PAGE_THEME),
      renderSvg(plot(0.8), PAGE_THEME),
    ]);
    const ids = [...idsOf(first), ...idsOf(second)];
    expect(ids).toHaveLength(4);
    expect(new Set(ids).size).toBe(4);
    for (const svg of [first, second]) {
      const used = Array.from(svg.matchAll(/url\(#([^)]+)\)/g), ([, id]) => id);
      expect(new Set(used)).toEqual(new Set(idsOf(svg)));
    }
    // Vega goes on numbering, the plot does not.
    expect(await renderSvg(plot(0.9), PAGE_THEME)).toBe(first);
  });
});

describe("a correlation row's picture", () => {
  const rows = (noise: number, group?: string) =>
    Array.from({ length: 12 }, (_, index) => ({
      image: `${index}.png`,
      sha256: String(index),
      mos: index,
      ...(group !== undefined && { group: `${group} ${index % 6}` }),
      source: 'logprobs' as const,
      conditions: [
        {
          degradation: 'fog',
          severity: 1,
          quality: (index + noise * (index % 3)) / 40,
          similarity: 0.5,
          psnrDb: 10,
          weight: 1,
        },
      ],
    }));
  const answer = (noise: number, group?: string) => ({
    method: 'debiased' as const,
    rows: rows(noise, group),
  });
  const pictures = () => store.database.prepare('SELECT count(*) AS n FROM pictures').get()?.n;

  it('is kept, and another one for other scores, groups and kinds of ground truth', async () => {
    const draw = async (...[given, request, kept]: Parameters<typeof correlationPicture>) =>
      Buffer.from((await correlationPicture(given, request, kept))?.bytes ?? []);
    const first = await draw(answer(0), {}, store);
    expect(await sharp(first).metadata()).toMatchObject({ format: 'png' });
    expect(await draw(answer(0), {}, store)).toEqual(first);
    expect(pictures()).toBe(1);
    const others = [
      await draw(answer(5), {}, store),
      await draw(answer(0, 'scene'), {}, store),
      await draw(answer(0), { truth: 'severity' }, store),
    ];
    for (const other of others) expect(other).not.toEqual(first);
    expect(pictures()).toBe(4);
    expect(await draw(answer(0), {}, undefined)).toEqual(first);
  });
});
