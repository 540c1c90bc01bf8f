/**
 * A rerun from the answer store beside promptfoo's own echo provider on the same rows: `node
 * bench/rerun.ts [rows] [width]x[height] [preview]`. Everything goes through promptfoo's command line,
 * with its database, and the package is built first, as its users have it; the judge's server counts. The first
 * run buys; the second is the rerun. The harness alone has the same rows: a provider reads the image's file
 * and gives the answer that the rerun gave, with an assertion and an extension that do nothing. Two others are measured
 * beside it: without the correlation row, whose answer is by far the largest, and with a provider that does not wait for
 * anything. The latter is faster than one can be that looks at images, because promptfoo's log lines of one turn of
 * the event loop share one search for a package.
 */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { stringify } from 'yaml';
import {
  createProject,
  type Project,
  projectConfig,
  type ResultRow,
} from '../test/e2e/promptfoo.ts';
import { startOpenaiServer } from '../test/servers/openai.ts';

const rows = Number(process.argv[2] ?? 1000);
const [width, height] = (process.argv[3] ?? '512x384').split('x').map(Number) as [number, number];
const preview = process.argv[4] ?? 'none';
const REPEATS = 5;

let requests = 0;
const server = await startOpenaiServer({
  reply: () => {
    requests += 1;
    // Thousands of images would fill memory.
    server.requests.length = 0;
    return undefined;
  },
});
/** The compiled modules of the package in place of its sources. */
const built = <Config>(config: Config): Config =>
  JSON.parse(
    JSON.stringify(config).replace(
      /\/(providers|datasets|assertions|reports)\/([\w-]+)\.ts/g,
      '/dist/$1/$2.js',
    ),
  );
const fromSources = projectConfig({
  datasets: ['photographs'],
  provider: { judge: 'openai:test', judgeOptions: { baseUrl: server.baseUrl }, preview },
  prompts: ['qdebias'],
});
const config = built(fromSources) as { tests: object[] };
const project = await createProject(config);

interface Row extends Pick<ResultRow, 'vars' | 'response'> {
  testCase: { vars: Record<string, unknown>; assert?: object[] };
}

const echoConfig = { providers: ['echo'], prompts: ['{{image}}'], tests: config.tests };

/** Configurations with everything of ours but the data set replaced by what does nothing. */
async function writeIdleConfigs({ folder, write }: Project): Promise<void> {
  const output = JSON.parse(await readFile(join(folder, 'out.json'), 'utf8')) as {
    results: { results: Row[] };
  };
  const { results } = output.results;
  const answers = results.map(({ vars, response }) => [vars.image, response]);
  await write('answers.json', JSON.stringify(Object.fromEntries(answers)));
  const provider = (wait: string) => `import { readFile } from 'node:fs/promises';
const answers = JSON.parse(await readFile('answers.json', 'utf8'));
export default class {
  id() { return 'idle'; }
  async callApi(prompt, { vars }) { ${wait} return answers[vars.image]; }
}`;
  await write('idle.mjs', provider('if (vars.mos !== "") await readFile(vars.image);'));
  await write('at-once.mjs', provider(''));
  await write('idle-assertion.mjs', 'export default () => ({ pass: true, score: 1, reason: "" });');
  await write(
    'idle-extension.mjs',
    'export const beforeAll = () => {}, beforeEach = () => {}, afterAll = () => {};',
  );
  const idle = (name: string, tests: readonly object[]) => ({
    ...config,
    tests,
    providers: [`file://${name}.mjs`],
    defaultTest: { assert: [{ type: 'javascript', value: 'file://idle-assertion.mjs' }] },
    extensions: ['beforeAll', 'beforeEach', 'afterAll'].map(
      (hook) => `file://idle-extension.mjs:${hook}`,
    ),
  });
  const correlationRows = results.flatMap(({ testCase: { assert: _, ...test } }) =>
    test.vars.mos === '' ? [test] : [],
  );
  if (correlationRows.length !== 1) throw new Error(`${correlationRows.length} correlation rows`);
  const all = [...config.tests, ...correlationRows];
  await write('idle.yaml', stringify(idle('idle', all)));
  await write('images-only.yaml', stringify(idle('idle', config.tests)));
  await write('at-once.yaml', stringify(idle('at-once', all)));
}

async function writeImages({ write }: Project): Promise<void> {
  const lines = ['file,score'];
  const noise = { type: 'gaussian', mean: 128, sigma: 30 } as const;
  const create = { width, height, channels: 3, noise, background: '#808080' } as const;
  for (let index = 0; index < rows; index++) {
    const image = sharp({ create }).blur(2 + index / rows);
    await write(`photographs/images/${index}.jpg`, await image.jpeg({ quality: 90 }).toBuffer());
    lines.push(`images/${index}.jpg,${index}`);
  }
  await write('photographs/scores.csv', `${lines.join('\n')}\n`);
}

/** Seconds of a whole run of promptfoo's command line. */
async function timed(...args: string[]): Promise<number> {
  const startMs = performance.now();
  const [code] = await once(project.start(...args), 'exit');
  if (code !== 0) throw new Error(`promptfoo ended with code ${code}`);
  return (performance.now() - startMs) / 1000;
}

try {
  execFileSync(process.execPath, [fileURLToPath(new URL('../build.ts', import.meta.url))]);
  await writeImages(project);
  await project.write('echo.yaml', stringify(echoConfig));
  const bought = await timed();
  console.log(`${rows} rows of ${width}x${height}, preview ${preview}`);
  console.log(`first run      ${bought.toFixed(2)} s, ${requests} requests`);
  requests = 0;
  await timed('-o', 'out.json');
  await writeIdleConfigs(project);
  const runs = {
    echo: ['-c', 'echo.yaml'],
    imagesOnly: ['-c', 'images-only.yaml'],
    atOnce: ['-c', 'at-once.yaml'],
    idle: ['-c', 'idle.yaml'],
    rerun: [],
  };
  const seconds = {
    echo: Infinity,
    imagesOnly: Infinity,
    atOnce: Infinity,
    idle: Infinity,
    rerun: Infinity,
  };
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    for (const name of Object.keys(runs) as (keyof typeof runs)[]) {
      seconds[name] = Math.min(seconds[name], await timed(...runs[name]));
    }
  }
  const { echo, imagesOnly, atOnce, idle, rerun } = seconds;
  const times = (of: number) => (rerun / of).toFixed(2);
  console.log(`echo provider  ${echo.toFixed(2)} s`);
  console.log(
    `harness alone  ${idle.toFixed(2)} s; ${imagesOnly.toFixed(2)} s without the correlation row, ${atOnce.toFixed(2)} s without reading images`,
  );
  console.log(
    `rerun          ${rerun.toFixed(2)} s, ${requests} requests: ${times(idle)} times the harness alone, ${times(imagesOnly)} times without the correlation row, ${times(atOnce)} times without reading images, ${times(echo)} times echo`,
  );
} finally {
  await server.close();
  await project.remove();
}
