import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PromptfooOutput, runPromptfoo } from '../e2e/promptfoo.ts';
import { browserIsPresent } from './chromium.ts';
import { pictureIn, type ShownPicture } from './shown-picture.ts';
import { openViewer, type Viewer } from './viewer.ts';

const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url));
const IMAGES = 3;
const COLUMNS = 3;
const FIVE_MINUTES_MS = 300_000;
/** A busy machine draws the page late. */
const SOON = { timeout: 30_000 };

/** What promptfoo's viewer shows of the default matrix. */
describe.skipIf(!browserIsPresent())("the default matrix in promptfoo's viewer", () => {
  let configDirectory = '';
  let output: PromptfooOutput;
  let viewer: Viewer | undefined;
  let page: Page;

  beforeAll(async () => {
    configDirectory = await mkdtemp(join(tmpdir(), 'iqa-browser-matrix-'));
    const file = join(configDirectory, 'out.json');
    const { log, exitCode } = await runPromptfoo(
      ['eval', '--filter-first-n', `${IMAGES}`, '--no-progress-bar', '-o', file],
      { folder: CHECKOUT, configDirectory },
    );
    expect(exitCode, log).toBe(0);
    output = JSON.parse(await readFile(file, 'utf8')) as PromptfooOutput;
    viewer = await openViewer(configDirectory, CHECKOUT);
    page = await viewer.evaluation(output.evalId, { width: 2800, height: 2400 });
  }, FIVE_MINUTES_MS);

  afterAll(async () => {
    await viewer?.close();
    await rm(configDirectory, { recursive: true, force: true });
  });

  const row = (text: string): Locator =>
    page.locator('#results-table-container tbody tr').filter({ hasText: text });
  const cellsOf = (tableRow: Locator): Locator =>
    tableRow.locator('td.first-prompt-col, td.second-prompt-column').filter({ hasText: 'PASS' });
  const resultsOf = (image: string) =>
    output.results.results
      .filter(({ vars }) => vars.image === image)
      .sort((a, b) => a.promptIdx - b.promptIdx);
  const images = () => [
    ...new Set(
      output.results.results
        .filter(({ metadata }) => metadata?.iqaCorrelation === undefined)
        .map(({ vars }) => String(vars.image)),
    ),
  ];

  it('has a contact sheet and a score in every cell, and a thumbnail in every row', async () => {
    expect(images()).toHaveLength(IMAGES);
    for (const image of images()) {
      const cells = cellsOf(row(image));
      await expect.poll(() => cells.count(), SOON).toBe(COLUMNS);
      for (const [column, { namedScores }] of resultsOf(image).entries()) {
        const cell = cells.nth(column);
        expect(await cell.innerText()).toMatch(
          new RegExp(`score\\s+${namedScores.score?.toFixed(2)}`),
        );
        expectUnstretched(await pictureIn(cell));
      }
      const thumbnail = await pictureIn(
        row(image)
          .locator('td.variable')
          .filter({ has: page.locator('img') }),
      );
      expect(Math.max(thumbnail.naturalWidth, thumbnail.naturalHeight)).toBe(160);
    }
  });

  it('has each correlation in the header of its column and in the correlation row, with a plot', async () => {
    const headers = page.locator('.output-header');
    await expect.poll(() => headers.count(), SOON).toBe(COLUMNS);
    const correlation = row(`correlation over ${IMAGES} images`);
    for (const [column, { metrics }] of output.results.prompts.entries()) {
      for (const metric of ['SRCC', 'KRCC', 'PLCC']) {
        const shown = metrics.namedScores[metric]?.toFixed(2);
        expect(shown).toMatch(/^-?\d\.\d\d$/);
        expect(await headers.nth(column).innerText()).toMatch(
          new RegExp(`${metric}\\s+-?[\\d.]+% \\(${shown}/1\\.00\\)`),
        );
        expect(await cellsOf(correlation).nth(column).innerText()).toMatch(
          new RegExp(`${metric}\\s+${shown}`),
        );
      }
      expectUnstretched(await pictureIn(cellsOf(correlation).nth(column)));
    }
  });

  it('asks again with a prompt edited in a cell', async () => {
    const image = images()[0]!;
    await cellsOf(row(image)).first().getByLabel('View output and test details').click();
    await page.getByLabel('Edit & Replay').click();
    const prompt = page.locator('textarea').last();
    await prompt.fill((await prompt.inputValue()).replace('Good or poor?', 'Is it good or poor?'));
    await page.getByRole('button', { name: 'Replay', exact: true }).click();
    const replayed = page.getByText('Replay Output').locator('..');
    await expect.poll(() => replayed.innerText(), SOON).toMatch(/"score": 0\.\d+/);
    // The simulated judge answers other words a little otherwise.
    expect(await replayed.innerText()).not.toContain(
      `"score": ${resultsOf(image)[0]?.namedScores.score}`,
    );
    await page.keyboard.press('Escape');
  });

  it('has thumbnail, score and the start of a contact sheet on the first screen of a laptop', async () => {
    const screen = { width: 1440, height: 900 };
    const laptop = await viewer?.evaluation(output.evalId, screen);
    const first = laptop?.locator('#results-table-container tbody tr').first();
    await expect.poll(() => first?.locator('img').count(), SOON).toBe(1 + COLUMNS);
    const places = await first?.locator('img').evaluateAll((pictures) =>
      pictures.map((picture) => {
        const { x, y } = picture.getBoundingClientRect();
        return { x, y };
      }),
    );
    const [thumbnail, sheet] = places ?? [];
    expect(thumbnail?.x).toBeLessThan(screen.width / 3);
    expect(sheet?.x).toBeLessThan(screen.width - 250);
    expect(sheet?.y).toBeLessThan(screen.height - 150);
    const score = await first?.getByText('score').first().boundingBox();
    expect((score?.x ?? screen.width) + (score?.width ?? 0)).toBeLessThan(screen.width);
    await laptop?.close();
  });

  it('shows the same in the dark', async () => {
    const dark = await viewer?.evaluation(output.evalId, { colorScheme: 'dark' });
    await expect.poll(() => dark?.locator('html').getAttribute('data-theme'), SOON).toBe('dark');
    await expect
      .poll(() => dark?.locator('#results-table-container img').count(), SOON)
      .toBe(IMAGES + (IMAGES + 1) * COLUMNS);
    await dark?.close();
  });
});

/** As large as a cell shows it. The viewer stretches what is higher than 3/5 of its width. */
function expectUnstretched({ width, height, naturalWidth, naturalHeight }: ShownPicture): void {
  expect(width).toBeGreaterThan(440);
  expect(height).toBeLessThanOrEqual(300);
  expect(Math.abs(width / height / (naturalWidth / naturalHeight) - 1)).toBeLessThan(0.01);
}
