import { appendFile, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { existingAnswerStore } from '../answers/store.ts';
import { generatorPairsCsv, generatorsCsv, picturesCsv } from './exports/generators-csv.ts';
import { imagesCsv } from './exports/images-csv.ts';
import { leaderboardCsv } from './exports/leaderboard-csv.ts';
import { leaderboardTex } from './exports/leaderboard-tex.ts';
import { pairsCsv, preferencesCsv } from './exports/preferences-csv.ts';
import type { Findings } from './findings.ts';
import { renderPage } from './page/html.ts';
import { renderMarkdown } from './page/markdown.ts';
import { keptPlots } from './plots/kept-plots.ts';
import { sections } from './sections/index.ts';
import { findPairs } from './sheets/find-pairs.ts';
import { findPictures } from './sheets/find-pictures.ts';
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
 * leaderboard.tex and images.csv, those of generators and of pairs where there are any, and appends report.md to the file that
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
  const pictures = await findPictures(findings, store);
  const pairPictures = await findPairs(findings, store);
  const content = { ...findings, sheets, pictures, pairPictures, renderPlot: keptPlots(store) };
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
  await writeFurther(findings, folder);
  await replaceFile(join(folder, 'report.html'), renderPage(title, subtitle, made));
  return {
    html: join(folder, 'report.html'),
    problems: await appendSummary(markdown, environment.GITHUB_STEP_SUMMARY),
  };
}

/** Tables of generators and of pairs; of a run without any, none are left from an earlier one. */
async function writeFurther(findings: Findings, folder: string): Promise<void> {
  const { generated, preferences } = findings;
  const tables: Record<string, (() => string) | undefined> = {
    'generators.csv': generated.length > 0 ? () => generatorsCsv(generated) : undefined,
    'generator-pairs.csv': generated.length > 0 ? () => generatorPairsCsv(generated) : undefined,
    'pictures.csv': generated.length > 0 ? () => picturesCsv(generated) : undefined,
    'preferences.csv': preferences.length > 0 ? () => preferencesCsv(findings) : undefined,
    'pairs.csv': preferences.length > 0 ? () => pairsCsv(findings) : undefined,
  };
  for (const [name, table] of Object.entries(tables)) {
    const path = join(folder, name);
    if (table) await replaceFile(path, table());
    else await rm(path, { force: true });
  }
}

function subtitleOf({ report }: Findings): string {
  const names = [...report.datasets, ...report.preferences].map(({ name }) => name).join(', ');
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
