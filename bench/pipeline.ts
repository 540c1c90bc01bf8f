/**
 * Throughput of whole runs: promptfoo's command line, the plugin and a local server that answers at once,
 * beside promptfoo's own echo provider on the same rows and a straightforward loop over the same work.
 *
 *   node bench/pipeline.ts [size=rows ...]      as 512x384=100
 *
 * Rows a second and processor time a row are those of further rows: a run of the first few, which also
 * loads everything, correlates and reports, is taken off. The event loop's delay is that of promptfoo's main thread from the first request
 * to the last reply.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BenchProject, createBenchProject } from './pipeline/project.ts';
import { type Run, runLoop, runPromptfoo } from './pipeline/run.ts';
import { startChatServer } from './pipeline/server.ts';

const SIZES = { '512x384': 100, '1024x768': 60, '4000x3000': 16 };
/** Rows of the run that is taken off. */
const FEW = 4;

const ROWS_AT_ONCE: Record<string, number[]> = { '4000x3000': [4, 8, 32] };

const given = process.argv.slice(2).map((each) => each.split('=') as [string, string]);
const sizes = given.length > 0 ? given : Object.entries(SIZES);

function print(name: string, run: Run, rows: number, few: { wallS: number; cpuMs: number }): void {
  const seconds = run.wallS - few.wallS;
  const cpuMs = (run.cpuMs - few.cpuMs) / rows;
  const delay =
    run.delayP99Ms === null
      ? ''
      : `   delay p99 ${run.delayP99Ms.toFixed(0)} ms, most ${run.delayMaxMs?.toFixed(0)} ms`;
  console.log(
    `  ${name.padEnd(28)}${(rows / seconds).toFixed(2).padStart(8)} rows/s ${cpuMs.toFixed(0).padStart(6)} ms CPU a row ${run.peakMemoryMb.toFixed(0).padStart(6)} MB${delay}`,
  );
}

/** A run of promptfoo with a database of its own, so with no answer kept. */
async function fresh(project: BenchProject, config: string, ...args: string[]): Promise<Run> {
  const database = await mkdtemp(join(tmpdir(), 'iqa-pipeline-db-'));
  try {
    return await runPromptfoo(project.folder, database, '-c', config, ...args);
  } finally {
    await rm(database, { recursive: true });
  }
}

const server = await startChatServer();
for (const [size, count] of sizes) {
  const [width, height] = size.split('x').map(Number) as [number, number];
  const rows = Number(count);
  const project = await createBenchProject(width, height, rows);
  console.log(`\n${size}, ${rows} rows of four conditions, eight requests each`);
  const fewEcho = await fresh(project, 'echo.yaml', '--filter-first-n', String(FEW));
  print('echo -j 4', await fresh(project, 'echo.yaml', '-j', '4'), rows - FEW, fewEcho);
  const loop = await runLoop(project.folder, server.url, project.files);
  const fewImages = await runLoop(project.folder, server.url, project.files.slice(0, FEW));
  print('straightforward loop', loop, rows - FEW, fewImages);
  for (const preview of ['none', 'all']) {
    await project.configure(server.url, { preview });
    const fewRows = await fresh(project, 'plugin.yaml', '--filter-first-n', String(FEW));
    for (const atOnce of ROWS_AT_ONCE[size] ?? [4, 32]) {
      server.takeFigures();
      const run = await fresh(project, 'plugin.yaml', '-j', String(atOnce));
      print(`plugin -j ${atOnce}, preview ${preview}`, run, rows - FEW, fewRows);
      const { requests, bytes } = server.takeFigures();
      if (requests !== 8 * rows) throw new Error(`${requests} requests for ${rows} rows`);
      console.log(`    ${(bytes / requests / 1e6).toFixed(2)} MB a request`);
    }
  }
  await rm(project.folder, { recursive: true });
}
await server.close();
