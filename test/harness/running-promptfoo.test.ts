import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { runningPromptfoo } from '../../src/harness/running-promptfoo.ts';
import { createProject, type Project } from '../e2e/promptfoo.ts';

const TWO_MINUTES_MS = 120_000;

/** A promptfoo provider that answers with what the running promptfoo says. */
const PROBE = `
import { runningPromptfoo } from '${fileURLToPath(new URL('../../src/harness/running-promptfoo.ts', import.meta.url))}';
export default class Probe {
  id() { return 'probe'; }
  async callApi() {
    const promptfoo = await runningPromptfoo();
    return { output: JSON.stringify({ cache: promptfoo?.isCacheEnabled(), config: promptfoo?.config() }) };
  }
}`;

let project: Project;
beforeAll(async () => {
  project = await createProject({});
  await project.write('probe.ts', PROBE);
});
afterAll(() => project.remove());

async function ask(config: object, ...args: string[]) {
  await project.write(
    'promptfooconfig.yaml',
    stringify({
      providers: ['file://probe.ts'],
      prompts: ['p'],
      tests: [{ vars: { a: 1 } }],
      ...config,
    }),
  );
  await project.evaluate('--no-write', ...args);
  const text = await readFile(`${project.folder}/out.json`, 'utf8');
  const output = JSON.parse(text).results.results[0].response.output;
  return typeof output === 'string' ? JSON.parse(output) : output;
}

/** What this package reads of promptfoo's own modules: it must be found in the installed version. */
describe("promptfoo's command line", () => {
  it(
    'says whether its cache is on, and its outputs',
    async () => {
      expect(await ask({ outputPath: 'a.html' })).toMatchObject({
        cache: true,
        config: { outputPath: ['out.json'] },
      });
      for (const config of [
        { evaluateOptions: { cache: false } },
        { commandLineOptions: { cache: false } },
      ]) {
        expect(await ask(config)).toMatchObject({ cache: false });
      }
      expect(await ask({}, '--no-cache')).toMatchObject({ cache: false });
    },
    TWO_MINUTES_MS,
  );

  it('is no other program, and none of a version that is built otherwise', async () => {
    expect(await runningPromptfoo('/usr/lib/other/main.js')).toBeUndefined();
    expect(await runningPromptfoo('/none/promptfoo/dist/src/main.js')).toBeUndefined();
  });
});
