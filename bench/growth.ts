/**
 * How time, memory and disk grow with the number of rows: `node bench/growth.ts [rows ...]`.
 *
 * promptfoo's real command line, one question an image (two-level), a local endpoint that answers at
 * once, images of 64x64 pixels, `-j 32`: what is measured is the harness and the plugin around the
 * asking. Beside it promptfoo's own echo provider on the same rows, the harness's floor; a second run
 * with every answer in the store; and a run without promptfoo's database (`--no-write`).
 */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { stringify } from 'yaml';
import { plainTable } from '../src/common/plain-table.ts';
import { checkout, OWN_HOOKS, PROMPTFOO, promptfooEnvironment } from '../test/e2e/promptfoo.ts';
import { startOpenaiServer } from '../test/servers/openai.ts';

const SIDE_PX = 64;
const BYTES_PER_MB = 1e6;
const WATCH_EVERY_MS = 100;

interface Measured {
  seconds: number;
  peakMb: number;
}

async function makeImages(folder: string, count: number): Promise<void> {
  await mkdir(join(folder, 'images'));
  const lines = ['image,mos'];
  for (let index = 0; index < count; index++) {
    const data = new Uint8Array(SIDE_PX * SIDE_PX * 3).fill(index % 251);
    data.set([index & 255, (index >> 8) & 255, 17]);
    await sharp(data, { raw: { width: SIDE_PX, height: SIDE_PX, channels: 3 } })
      .png()
      .toFile(join(folder, `images/${index}.png`));
    lines.push(`images/${index}.png,${(index * 7919) % 1000}`);
  }
  await writeFile(join(folder, 'scores.csv'), `${lines.join('\n')}\n`);
}

const configOf = (provider: object) => ({
  providers: [provider],
  prompts: [{ id: checkout('prompts/two-level.yaml'), label: 'two-level' }],
  tests: [
    {
      path: checkout('datasets/csv.ts'),
      config: { file: 'scores.csv', image: 'image', mos: 'mos' },
    },
  ],
});

const assertions = {
  defaultTest: {
    assert: ['debiased-score', 'rank-correlation'].map((name) => ({
      type: 'javascript',
      value: checkout(`assertions/${name}.ts`),
    })),
  },
  extensions: OWN_HOOKS,
};

/** Runs `promptfoo eval` and watches the largest memory it takes. */
async function evaluate(folder: string, config: object, args: string[] = []): Promise<Measured> {
  await writeFile(join(folder, 'promptfooconfig.yaml'), stringify(config));
  const startMs = performance.now();
  const child = spawn(
    process.execPath,
    [PROMPTFOO, 'eval', '-j', '32', '--no-table', '--no-progress-bar', ...args],
    {
      cwd: folder,
      env: promptfooEnvironment(join(folder, '.promptfoo')),
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  let errors = '';
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  let peakMb = 0;
  const watch = setInterval(async () => {
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
    const kb = /^VmHWM:\s+(\d+)/m.exec(status)?.[1];
    if (kb) peakMb = Math.max(peakMb, (Number(kb) * 1024) / BYTES_PER_MB);
  }, WATCH_EVERY_MS);
  const exitCode = await new Promise<number>((done) => {
    child.on('close', (code) => done(code ?? 1));
  });
  clearInterval(watch);
  if (exitCode !== 0) throw new Error(`promptfoo ended with ${exitCode}: ${errors.slice(-2000)}`);
  return { seconds: (performance.now() - startMs) / 1000, peakMb };
}

async function megabytes(folder: string, pattern: RegExp): Promise<number> {
  const names = await readdir(folder, { recursive: true }).catch(() => [] as string[]);
  let bytes = 0;
  for (const name of names.filter((name) => pattern.test(name))) {
    const entry = await stat(join(folder, name));
    if (entry.isFile()) bytes += entry.size;
  }
  return bytes / BYTES_PER_MB;
}

const sizes = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [100, 1_000, 10_000];
const table: string[][] = [];
for (const rows of sizes) {
  const folder = await mkdtemp(join(tmpdir(), 'iqa-growth-'));
  const server = await startOpenaiServer();
  try {
    await makeImages(folder, rows);
    const home = join(folder, '.promptfoo');
    const judge = configOf({
      id: checkout('providers/debiased.ts'),
      label: 'judge',
      config: {
        judge: 'openai:gpt-4.1',
        judgeOptions: { baseUrl: server.baseUrl, maxConcurrency: 32 },
        preview: 'none',
      },
    });
    const runs: [string, () => Promise<Measured>][] = [
      ['echo', () => evaluate(folder, configOf({ id: 'echo' }))],
      ['plugin', () => evaluate(folder, { ...judge, ...assertions })],
      ['plugin, from the store', () => evaluate(folder, { ...judge, ...assertions })],
      ['plugin, --no-write', () => evaluate(folder, { ...judge, ...assertions }, ['--no-write'])],
      ['echo, --no-write', () => evaluate(folder, configOf({ id: 'echo' }), ['--no-write'])],
    ];
    for (const [name, run] of runs) {
      const before = await megabytes(home, /promptfoo\.db/);
      const asked = server.requests.length;
      const { seconds, peakMb } = await run();
      const database = (await megabytes(home, /promptfoo\.db/)) - before;
      table.push([
        rows.toLocaleString('en-US'),
        name,
        seconds.toFixed(1),
        ((seconds / rows) * 1000).toFixed(1),
        peakMb.toFixed(0),
        database.toFixed(1),
        (await megabytes(home, /answers\.sqlite/)).toFixed(1),
        String(server.requests.length - asked),
      ]);
      // The server keeps what it got; the bodies are of no interest here.
      for (const request of server.requests) request.body = undefined;
      console.error(table.at(-1)?.join('  '));
    }
  } finally {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  }
}
console.log(
  plainTable(
    ['rows', 'run', 's', 'ms/row', 'peak MB', "promptfoo's database +MB", 'store MB', 'calls'],
    table,
  ),
);
