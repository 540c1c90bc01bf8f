import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildReport } from '../../src/report/build-report.ts';
import { readRun } from '../../src/report/run/read-run.ts';
import { writeReport } from '../../src/report/write-report.ts';
import { createProject, type Project, projectConfig, writeDataset } from '../e2e/promptfoo.ts';
import { evaluation, images, type MadeColumn, noise } from '../report/evaluations.ts';
import { type Browser, browserIsPresent, openBrowser } from './chromium.ts';
import { pictureIn } from './shown-picture.ts';
import { openViewer, type Viewer } from './viewer.ts';

const FIVE_MINUTES_MS = 300_000;

const columns: MadeColumn[] = [
  {
    provider: 'a model with a rather long name',
    model: 'a-model-with-a-rather-long-name-2026-11-24',
    prompt: 'two-level',
    score: ({ mos }) => noise(mos),
  },
  {
    provider: 'a model with a rather long name',
    model: 'a-model-with-a-rather-long-name-2026-11-24',
    prompt: 'qdebias',
    method: 'debiased',
    score: ({ mos }) => mos / 80,
  },
];

describe.skipIf(!browserIsPresent())('report.html in a browser', () => {
  let folder = '';
  let browser: Browser | undefined;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'iqa-browser-report-'));
    const tagged = images(60).map((image, i) => ({ ...image, tags: { subject: `s${i % 3}` } }));
    const draws = { draws: 1000, seed: 0, confidence: 0.95 };
    const run = readRun(evaluation(columns, tagged));
    await writeReport(buildReport(run, { draws, disagreements: 2, files: [] }), folder, {
      PROMPTFOO_CONFIG_DIR: folder,
    });
    browser = await openBrowser();
  }, FIVE_MINUTES_MS);
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it.each([
    [1400, 'light'],
    [1400, 'dark'],
    [1200, 'light'],
    [800, 'dark'],
    [600, 'light'],
    [400, 'light'],
    [390, 'light'],
  ] as const)('fits a window %d wide, %s, and asks for nothing', async (width, colorScheme) => {
    const page = await browser?.context.newPage();
    if (!page) throw new Error('no browser');
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 900 });
    const url = pathToFileURL(join(folder, 'report.html')).href;
    await page.goto(url);
    expect(asked.filter((address) => address !== url && !address.startsWith('data:'))).toEqual([]);
    const shown = await page.locator('html').evaluate((html) => {
      const view = html.ownerDocument.defaultView as unknown as {
        innerWidth: number;
        getComputedStyle(element: unknown): { backgroundColor: string; color: string };
      };
      const { backgroundColor, color } = view.getComputedStyle(html.querySelector('body'));
      return { overflow: html.scrollWidth - view.innerWidth, backgroundColor, color };
    });
    expect(shown.overflow).toBe(0);
    const cutOff = await page
      .getByRole('region', { name: /agreement of scores/ })
      .evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth);
    if (width >= 1200) expect(cutOff).toBe(0);
    // However narrow, SRCC with its interval is seen without scrolling aside.
    const srcc = page
      .getByRole('region', { name: /agreement of scores/ })
      .locator('td')
      .first();
    expect(await srcc.innerText()).toMatch(/^[−]?[01]\.\d{3}\s\[/);
    const { x, width: wide } = (await srcc.boundingBox()) ?? { x: width, width: 0 };
    expect(x + wide).toBeLessThanOrEqual(width);
    const light = (colour: string) => Number(/\d+/.exec(colour)?.[0]) > 128;
    expect(light(shown.backgroundColor)).toBe(colorScheme === 'light');
    expect(light(shown.color)).toBe(colorScheme === 'dark');
    const plots = await page
      .locator('figure [role="img"]:has(svg)')
      .evaluateAll((all) => all.map((plot) => plot.getAttribute('aria-label')));
    const calibration = expect.stringMatching(/: mean MOS of \d bins of scores: /);
    const scatter = expect.stringMatching(/: score against MOS of 60 images, /);
    expect(plots).toEqual([
      expect.stringMatching(/^SRCC of each column: /),
      expect.stringMatching(/^d: SRCC with its interval against US dollars an image, /),
      ...[calibration, calibration, scatter, scatter],
    ]);
    expect(await page.locator('svg').count()).toBe(plots.length);
    await page.close();
  });
});

describe.skipIf(!browserIsPresent())("a failed gate in promptfoo's viewer", () => {
  let project: Project | undefined;
  let viewer: Viewer | undefined;
  afterAll(async () => {
    await viewer?.close();
    await project?.remove();
  });

  it(
    'is red, with its reason and the plot of the scores',
    async () => {
      project = await createProject(
        projectConfig({
          datasets: ['inverted'],
          prompts: ['two-level'],
          rankConfig: { min: 0.9, minImages: 6 },
        }),
      );
      await writeDataset(project, 'inverted', 6, (index) => index);
      const { output, exitCode, log } = await project.evaluate();
      expect(exitCode, log).toBe(100);
      viewer = await openViewer(join(project.folder, '.promptfoo'), project.folder);
      const page = await viewer.evaluation(String(output?.evalId), { width: 2800, height: 2000 });
      const row = page
        .locator('#results-table-container tbody tr')
        .filter({ hasText: 'correlation over 6 images' });
      const { width, naturalWidth, naturalHeight } = await pictureIn(row);
      const text = await row.innerText();
      expect(text).toContain('FAIL');
      expect(text).toMatch(/SRCC −?-?\d\.\d+.*0\.9/);
      expect([naturalWidth, naturalHeight, width > 440]).toEqual([1000, 600, true]);
    },
    FIVE_MINUTES_MS,
  );
});
