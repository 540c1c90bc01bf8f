import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, extname, resolve } from 'node:path';
import { ConfigError } from '../common/config-error.ts';
import { historyCsv } from './exports/history-csv.ts';
import { historyMarkdown, historyPage } from './history/history-page.ts';
import type { History } from './history/history-schema.ts';
import type { RenderPlot } from './plots/render-svg.ts';

type MakeText = (history: History, renderPlot: RenderPlot) => string | Promise<string>;

const WRITERS: Readonly<Record<string, MakeText>> = {
  '.html': historyPage,
  '.md': historyMarkdown,
  '.csv': historyCsv,
  '.json': (history) => `${JSON.stringify(history, null, 2)}\n`,
};

/**
 * Checks, before any output is read, that a file can be one of a history: its ending says what is written.
 *
 * @param read the outputs that the history is made of
 * @throws ConfigError another ending; it is one of the outputs
 */
export function checkHistoryFile(path: string, read: readonly string[]): void {
  if (!WRITERS[extname(path).toLowerCase()]) {
    throw new ConfigError(
      `-o ${path}: its ending says what is written, one of ${Object.keys(WRITERS).join(', ')}`,
    );
  }
  if (read.some((file) => resolve(file) === resolve(path))) {
    throw new ConfigError(
      `-o ${path}: it is one of the files that are read, which would be overwritten; write it elsewhere`,
    );
  }
}

/**
 * Writes a history as its file's ending says. A reader never finds half a file.
 *
 * @throws ConfigError the file cannot be written
 */
export async function writeHistory(
  history: History,
  path: string,
  renderPlot: RenderPlot,
): Promise<void> {
  const make = WRITERS[extname(path).toLowerCase()];
  const text = await make?.(history, renderPlot);
  if (text === undefined) throw new ConfigError(`-o ${path}: there is no such kind of history`);
  try {
    await mkdir(dirname(resolve(path)), { recursive: true });
    await writeFile(`${path}.part`, text);
    await rename(`${path}.part`, path);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError(`-o ${path}: it could not be written: ${reason}`, { cause });
  }
}
