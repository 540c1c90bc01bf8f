import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { answerOf } from '../assertions/answers.ts';
import { callCli } from '../cli/run-cli.ts';
import { noise } from '../report/evaluations.ts';
import { jsonOf, save } from '../report/history/saved-runs.ts';
import { type Browser, browserIsPresent, openBrowser } from './chromium.ts';

const FIVE_MINUTES_MS = 300_000;
const RUNS = 12;
const HOSTILE = '<img src=x onerror="document.title=\'run\'"><b>\u202e';

describe.skipIf(!browserIsPresent())('the page of a history in a browser', () => {
  let folder = '';
  let browser: Browser | undefined;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'iqa-browser-history-'));
    await mkdir(join(folder, 'runs'));
    vi.stubEnv('PROMPTFOO_CONFIG_DIR', folder);
    for (let run = 0; run < RUNS; run++) {
      const columns = ['a model with a rather long name', HOSTILE].map((provider, column) => ({
        provider,
        answers: [
          answerOf(
            Array.from({ length: 40 }, (_, i) => i / 80 + noise(i, run + 100 * column) / 2),
            { dataset: `KonIQ ${HOSTILE}` },
          ),
        ],
      }));
      const date = new Date(Date.UTC(2026, 8, 1 + run)).toISOString();
      save(join(folder, 'runs'), `${run}.json`, jsonOf({ date, columns }));
    }
    const made = await callCli(['history', 'runs', '--draws', '1000', '-o', 'h.html'], folder);
    expect(made).toMatchObject({ status: 0, stderr: '' });
    browser = await openBrowser();
  }, FIVE_MINUTES_MS);
  afterAll(async () => {
    await browser?.close();
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true, force: true });
  });

  it.each([
    [1400, 'light'],
    [1200, 'dark'],
    [600, 'light'],
    [390, 'dark'],
  ] as const)(
    'fits a window %d wide, %s, asks for nothing and runs nothing',
    async (width, colorScheme) => {
      const page = await browser?.context.newPage();
      if (!page) throw new Error('no browser');
      const asked: string[] = [];
      page.on('request', (request) => asked.push(request.url()));
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      const url = pathToFileURL(join(folder, 'h.html')).href;
      await page.goto(url);
      expect(asked.filter((address) => address !== url && !address.startsWith('data:'))).toEqual(
        [],
      );
      expect(await page.title()).toBe('Image quality assessment: history');
      expect(await page.locator('img, b, script').count()).toBe(0);
      const overflow = await page.locator('html').evaluate((html) => {
        const view = html.ownerDocument.defaultView as unknown as { innerWidth: number };
        return html.scrollWidth - view.innerWidth;
      });
      expect(overflow).toBe(0);
      // However narrow, SRCC with its interval is seen without scrolling aside.
      const table = page.getByRole('region', { name: /rather long name, qdebias: SRCC$/ });
      const srcc = table.locator('td').first();
      expect(await srcc.innerText()).toMatch(/^0\.\d{3}\s\[/);
      const { x, width: wide } = (await srcc.boundingBox()) ?? { x: width, width: 0 };
      expect(x + wide).toBeLessThanOrEqual(width);
      const [plot, ...others] = await page
        .locator('figure [role="img"]:has(svg)')
        .evaluateAll((all) => all.map((one) => one.getAttribute('aria-label')));
      expect(others).toEqual([]);
      expect(plot).toMatch(
        /^SRCC from run to run: a model with a rather long name, qdebias: 2026-09-01 0\.\d{3} \[.*2026-09-12 0\.\d{3} \[/,
      );
      // A point and a bar a run and column, and a line to the run before it.
      const drawn = (kind: string) => page.locator(`svg .mark-${kind}.role-mark > *`).count();
      expect(await drawn('symbol')).toBe(2 * RUNS);
      expect(await drawn('rule')).toBe(2 * RUNS + 2 * (RUNS - 1));
      const colours = await page
        .locator('svg .mark-symbol.role-mark > *')
        .evaluateAll((all) => [...new Set(all.map((one) => one.getAttribute('fill')))]);
      expect(colours).toEqual(['var(--series-1)', 'var(--series-2)']);
      await page.close();
    },
  );
});
