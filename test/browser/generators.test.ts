import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { humanScore } from '../../src/harness/result-parts.ts';
import { readSavedEvaluation } from '../../src/harness/saved-output.ts';
import { createGeneratorProject, SUBJECTS } from '../e2e/generator-project.ts';
import { type Project, runPromptfoo } from '../e2e/promptfoo.ts';
import { browserIsPresent } from './chromium.ts';
import { pictureIn } from './shown-picture.ts';
import { openViewer, type Viewer } from './viewer.ts';

const FIVE_MINUTES_MS = 300_000;
const SOON = { timeout: 30_000 };

/** An assertion that tries to show a picture in every place that it may fill. */
const SHOWING = `
const picture = 'data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUwAOw==';
export default () => ({
  pass: false,
  score: 0,
  reason: 'look: ![a sheet](' + picture + ') <img src="' + picture + '">',
  metadata: { sheet: picture, images: [{ data: picture }] },
});
`;

/** What promptfoo's viewer shows of a generator's row, and what it does not. */
describe.skipIf(!browserIsPresent())("rows of generators in promptfoo's viewer", () => {
  let project: Project;
  let viewer: Viewer | undefined;
  let page: Page;
  let evalId = '';

  beforeAll(async () => {
    project = await createGeneratorProject([{ judge: 'statistical', prompt: 'qdebias' }]);
    await project.write('showing.mjs', SHOWING);
    const path = join(project.folder, 'promptfooconfig.yaml');
    const config = parse(await readFile(path, 'utf8'));
    config.defaultTest.assert.push({ type: 'javascript', value: 'file://showing.mjs' });
    await project.write('promptfooconfig.yaml', stringify(config));
    const { log, output } = await project.evaluate('--filter-first-n', '5');
    if (!output) throw new Error(log);
    evalId = output.evalId;
    viewer = await openViewer(join(project.folder, '.promptfoo'), project.folder);
    page = await viewer.evaluation(output.evalId, { width: 1440, height: 900 });
  }, FIVE_MINUTES_MS);
  afterAll(async () => {
    await viewer?.close();
    await project.remove();
  });

  it('have the picture and its quality in the cell, and no other picture', async () => {
    const cell = page.locator('td.first-prompt-col').first();
    await expect.poll(() => cell.innerText(), SOON).toMatch(/quality\s+0\.\d\d/);
    const { naturalWidth, naturalHeight } = await pictureIn(cell);
    expect([naturalWidth, naturalHeight]).toEqual([80, 64]);
    // A reason is text: neither its Markdown nor its HTML is shown as a picture.
    expect(await cell.innerText()).toContain('look: ![a sheet](data:image/gif');
  });

  it('have the reasons in the details as text: what a contact sheet says is said in words', async () => {
    const cell = page.locator('td.first-prompt-col').first();
    await cell.hover();
    await cell.getByLabel('View output and test details').click();
    await page.getByRole('tab', { name: 'Evaluation' }).click();
    const panel = page.getByRole('tabpanel');
    await expect
      .poll(() => panel.innerText(), SOON)
      .toMatch(/quality 0\.\d{3}, softmax weights \(computed\): zoom_blur 3: 0\.\d{3} x 0\.\d{3}/);
    expect(await panel.innerText()).toContain('look: ![a sheet](data:image/gif');
    expect(await panel.locator('img').count()).toBe(0);
    await page.keyboard.press('Escape');
  });

  it('that somebody rates there keep it as a score of people', async () => {
    const cell = page.locator('td.first-prompt-col').first();
    await cell.hover();
    await cell.getByLabel('Mark test passed').click();
    const file = join(project.folder, 'rated.json');
    const scores = async () => {
      await runPromptfoo(['export', 'eval', evalId, '-o', file], {
        folder: project.folder,
        configDirectory: join(project.folder, '.promptfoo'),
      });
      const { results } = await readSavedEvaluation(file);
      return results.flatMap((result) => humanScore(result) ?? []);
    };
    await expect.poll(scores, { timeout: 60_000 }).toEqual([1]);
  });

  it('have their contact sheets in the report', async () => {
    const report = await page.context().newPage();
    await report.goto(pathToFileURL(join(project.folder, 'iqa-report', 'report.html')).href);
    const comparison = report.locator('#generators');
    expect(await comparison.locator('h2').innerText()).toBe(
      'Which generator makes better pictures?',
    );
    expect(await comparison.locator('table').count()).toBe(2);
    const section = report.locator('#worst-pictures');
    const sheets = section.locator('figure.picture');
    await expect.poll(() => sheets.count(), SOON).toBe(3 * 5);
    expect(SUBJECTS.length).toBeGreaterThan(5);
    // Beside the picture stand its degraded copies.
    const { naturalWidth } = await pictureIn(sheets.first());
    expect(naturalWidth).toBeGreaterThan(400);
    await report.close();
  });
});
