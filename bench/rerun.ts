/**
 * A rerun from the answer store beside promptfoo's own echo provider on the same rows: `node
 * bench/rerun.ts [rows] [width]x[height] [preview]`. Everything goes through promptfoo's command line,
 * with its database, and the package is built first, as its users have it; the judge's server counts. The first
 * run buys; the second is the rerun. The harness alone takes: a provider that reads the image's file and
 * always gives an answer of the same size, with as many assertions as the rerun and an extension, which do nothing. A provider that does not wait for anything is measured too; it is
 * faster than one can be that looks at images, because promptfoo's log lines of one turn of the event loop share
 * one search for a package.
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
  type PromptfooOutput,
  projectConfig,
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
const config = built(fromSources) as {
  tests: object;
  defaultTest: { assert: object[] };
};
const project = await createProject(config);
const echoConfig = { providers: ['echo'], prompts: ['{{image}}'], tests: config.tests };

/** Configurations with everything of ours but the data set replaced by what does nothing. */
async function writeIdleConfigs({ folder, write }: Project): Promise<void> {
  const output = JSON.parse(await readFile(join(folder, 'out.json'), 'utf8')) as PromptfooOutput;
  const answer = JSON.stringify(output.results.results[0]?.response);
  const provider = (wait: string) => `import { readFile } from 'node:fs/promises';
export default class {
  id() { return 'idle'; }
  async callApi(prompt, { vars }) { ${wait} return ${answer}; }
}`;
  await write('idle.mjs', provider('await readFile(vars.image);'));
  await write('at-once.mjs', provider(''));
  for (const index of config.defaultTest.assert.keys())
    await write(
      `idle-assertion-${index}.mjs`,
      'export default () => ({ pass: true, score: 1, reason: "" });',
    );
  await write(
    'idle-extension.mjs',
    'export const beforeAll = () => {}, beforeEach = () => {}, afterAll = () => {};',
  );
  const idle = {
    ...config,
    defaultTest: {
      assert: config.defaultTest.assert.map((_, index) => ({
        type: 'javascript',
        value: `file://idle-assertion-${index}.mjs`,
      })),
    },
    extensions: ['beforeAll', 'beforeEach', 'afterAll'].map(
      (hook) => `file://idle-extension.mjs:${hook}`,
    ),
  };
  for (const name of ['idle', 'at-once']) {
    await write(`${name}.yaml`, stringify({ ...idle, providers: [`file://${name}.mjs`] }));
  }
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
  await timed('--filter-first-n', '10', '-o', 'out.json');
  await writeIdleConfigs(project);
  const seconds = { echo: Infinity, atOnce: Infinity, idle: Infinity, rerun: Infinity };
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    seconds.echo = Math.min(seconds.echo, await timed('-c', 'echo.yaml'));
    seconds.atOnce = Math.min(seconds.atOnce, await timed('-c', 'at-once.yaml'));
    seconds.idle = Math.min(seconds.idle, await timed('-c', 'idle.yaml'));
    seconds.rerun = Math.min(seconds.rerun, await timed());
  }
  const { echo, atOnce, idle, rerun } = seconds;
  const times = (of: number) => (rerun / of).toFixed(2);
  console.log(`echo provider  ${echo.toFixed(2)} s`);
  console.log(`harness alone  ${idle.toFixed(2)} s; ${atOnce.toFixed(2)} s without reading images`);
  console.log(
    `rerun          ${rerun.toFixed(2)} s, ${requests} requests: ${times(idle)} times the harness alone, ${times(atOnce)} times without reading images, ${times(echo)} times echo`,
  );
} finally {
  await server.close();
  await project.remove();
}
