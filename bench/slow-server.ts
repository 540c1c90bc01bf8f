/**
 * How busy a run keeps a slow endpoint, one that takes a second an answer and works on 64 at a time:
 *
 *   node bench/slow-server.ts [rows] [width]x[height] [-j]
 *
 * Utilisation is the share of its 64 places that worked, from the first request to the last answer; the
 * second figure leaves out the last second, when the run has no more questions than places.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBenchProject } from './pipeline/project.ts';
import { runPromptfoo } from './pipeline/run.ts';
import { startChatServer } from './pipeline/server.ts';

const ANSWER_MS = 1000;
const AT_ONCE = 64;
const rows = Number(process.argv[2] ?? 400);
const [width, height] = (process.argv[3] ?? '512x384').split('x').map(Number) as [number, number];
const rowsAtOnce = process.argv[4] ?? '32';

const server = await startChatServer(ANSWER_MS, AT_ONCE);
const project = await createBenchProject(width, height, rows);
const database = await mkdtemp(join(tmpdir(), 'iqa-slow-server-'));
try {
  await project.configure(server.url, { preview: 'none' });
  const args = ['-c', 'plugin.yaml', '-j', rowsAtOnce];
  const run = await runPromptfoo(project.folder, database, ...args);
  const { requests, utilisation, utilisationBeforeEnd } = server.takeFigures();
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  console.log(
    `${rows} rows of ${width}x${height}, -j ${rowsAtOnce}: ${requests} answers of ${ANSWER_MS} ms, ${AT_ONCE} at a time`,
  );
  console.log(
    `utilisation ${percent(utilisation)}, without the last second ${percent(utilisationBeforeEnd)}; whole run ${run.wallS.toFixed(0)} s, ${run.peakMemoryMb.toFixed(0)} MB, event loop p99 ${run.delayP99Ms?.toFixed(0)} ms`,
  );
} finally {
  await server.close();
  await rm(database, { recursive: true });
  await rm(project.folder, { recursive: true });
}
