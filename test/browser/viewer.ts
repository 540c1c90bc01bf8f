import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { PROMPTFOO, promptfooEnvironment } from '../e2e/promptfoo.ts';
import { openBrowser } from './chromium.ts';

const START_MS = 60_000;
const POLL_MS = 200;

export interface PageOptions {
  colorScheme?: 'light' | 'dark';
  /** Of the window, in CSS pixels. */
  width?: number;
  height?: number;
}

/** promptfoo's viewer in a browser. */
export interface Viewer {
  /** `http://localhost:PORT` */
  origin: string;
  /** Opens `/eval/<evaluationId>` and waits until its table is there. */
  evaluation(evaluationId: string, options?: PageOptions): Promise<Page>;
  close(): Promise<void>;
}

/**
 * Starts `promptfoo view` on a promptfoo database, and a browser. A picture of a page is
 * `await page.screenshot({ path })`.
 *
 * @param configDirectory promptfoo's `PROMPTFOO_CONFIG_DIR`
 * @param folder where `promptfoo view` runs
 * @throws Error the server ended or was not ready within a minute, with what it printed
 */
export async function openViewer(configDirectory: string, folder: string): Promise<Viewer> {
  const server = await startServer(configDirectory, folder);
  const browser = await openBrowser().catch(async (error: unknown) => {
    await server.close();
    throw error;
  });
  return {
    origin: server.origin,
    async evaluation(evaluationId, { colorScheme = 'light', width = 1600, height = 1000 } = {}) {
      const page = await browser.context.newPage();
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height });
      await page.goto(`${server.origin}/eval/${evaluationId}`);
      await page.locator('#results-table-container tbody tr').first().waitFor();
      return page;
    },
    async close() {
      await browser.close();
      await server.close();
    },
  };
}

async function startServer(configDirectory: string, folder: string) {
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const server = spawn(process.execPath, [PROMPTFOO, 'view', '-n', '-p', `${port}`], {
    cwd: folder,
    env: promptfooEnvironment(configDirectory),
  });
  let log = '';
  for (const stream of [server.stdout, server.stderr]) {
    stream.on('data', (chunk) => {
      log += chunk;
    });
  }
  const ended = new Promise<void>((resolve) => {
    server.on('close', () => resolve());
  });
  const close = async () => {
    server.kill();
    await ended;
  };
  const start = performance.now();
  while (!(await answers(`${origin}/health`))) {
    if (server.exitCode !== null || performance.now() - start > START_MS) {
      await close();
      throw new Error(`promptfoo view did not start on port ${port}:\n${log}`);
    }
    await setTimeout(POLL_MS);
  }
  return { origin, close };
}

const answers = (url: string): Promise<boolean> =>
  fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, () => {
      const address = probe.address();
      probe.close(() =>
        address !== null && typeof address === 'object'
          ? resolve(address.port)
          : reject(new Error('no free port')),
      );
    });
  });
}
