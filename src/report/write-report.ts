import { appendFile, mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { existingAnswerStore } from '../providers/answers/store.ts';
import type { Findings } from './build-report.ts';
import { imagesCsv } from './exports/images-csv.ts';
import { leaderboardCsv } from './exports/leaderboard-csv.ts';
import { leaderboardTex } from './exports/leaderboard-tex.ts';
import { renderPage } from './page/html.ts';
import { renderMarkdown } from './page/markdown.ts';
import { keptPlots } from './plots/kept-plots.ts';
import { sections } from './sections/index.ts';
import { findSheets } from './sheets/find-sheets.ts';

/** GitHub refuses a larger step summary. */
const MAX_SUMMARY_BYTES = 1_048_576;

export interface WrittenReport {
  html: string;
  /** What could not be done, each in one line. */
  problems: string[];
}

/**
 * Writes report.json, report.md and report.html into a folder, beside them leaderboard.csv,
 * leaderboard.tex and images.csv, and appends report.md to the file that
 * `GITHUB_STEP_SUMMARY` names.
 *
 * @param environment says where the step summary and the answer store are
 * @throws Error the folder cannot be written
 */
export async function writeReport(
  findings: Findings,
  folder: string,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<WrittenReport> {
  // Where answers are kept, plots and contact sheets are kept as well, for the next report.
  const store = existingAnswerStore(environment);
  const sheets = await findSheets(findings, store);
  const content = { ...findings, sheets, renderPlot: keptPlots(store) };
  const made = [];
  for (const { id, title, blocks } of sections) {
    const ofSection = await blocks(content);
    if (ofSection.length > 0) made.push({ id, title, blocks: ofSection });
  }
  const title = 'Image quality assessment';
  const subtitle = subtitleOf(findings);
  const markdown = renderMarkdown(title, subtitle, made);
  await mkdir(folder, { recursive: true });
  await replaceFile(join(folder, 'report.json'), `${JSON.stringify(findings.report, null, 2)}\n`);
  await replaceFile(join(folder, 'report.md'), markdown);
  await replaceFile(join(folder, 'leaderboard.csv'), leaderboardCsv(findings.report));
  await replaceFile(join(folder, 'leaderboard.tex'), leaderboardTex(findings.report));
  await replaceFile(join(folder, 'images.csv'), imagesCsv(findings));
  await replaceFile(join(folder, 'report.html'), renderPage(title, subtitle, made));
  return {
    html: join(folder, 'report.html'),
    problems: await appendSummary(markdown, environment.GITHUB_STEP_SUMMARY),
  };
}

function subtitleOf({ report }: Findings): string {
  const names = report.datasets.map(({ name }) => name).join(', ');
  const origin = report.files.length > 0 ? report.files.join(', ') : report.evaluations.join(', ');
  return [names, report.createdAt.slice(0, 16).replace('T', ' '), origin]
    .filter(Boolean)
    .join(' · ');
}

/** A reader never finds half a file. */
async function replaceFile(path: string, text: string): Promise<void> {
  const part = `${path}.part`;
  await writeFile(part, text);
  await rename(part, path);
}

async function appendSummary(markdown: string, file: string | undefined): Promise<string[]> {
  if (!file) return [];
  const bytes = Buffer.byteLength(markdown);
  if (bytes > MAX_SUMMARY_BYTES) {
    return [`report.md has ${bytes} bytes, more than a step summary may have; it was not appended`];
  }
  try {
    await appendFile(file, markdown);
    return [];
  } catch (error) {
    return [`the step summary was not written: ${error instanceof Error ? error.message : error}`];
  }
}
