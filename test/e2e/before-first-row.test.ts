import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type OpenaiServer, startOpenaiServer } from '../servers/openai.ts';
import { checkout, createProject, type Project, projectConfig, writeDataset } from './promptfoo.ts';

const TEN_MINUTES_MS = 600_000;
const KEY = 'IQA_TEST_KEY';

let project: Project | undefined;
let server: OpenaiServer;
beforeEach(async () => {
  vi.stubEnv(KEY, undefined);
  server = await startOpenaiServer();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
  await project?.remove();
});

const entry = (label: string, config: object) => ({
  id: checkout('providers/debiased.ts'),
  label,
  config,
});

const network = (options: object = {}) => ({
  judge: 'openai:m',
  judgeOptions: { baseUrl: server.baseUrl, ...options },
});

async function makeProject(providers: object[], change: object = {}): Promise<Project> {
  const config = projectConfig({ datasets: ['blur'] });
  project = await createProject({ ...config, providers, ...change });
  await writeDataset(project, 'blur', 5);
  return project;
}

/** Lines of a run's log that are none of promptfoo's. */
const said = (log: string): string[] =>
  log
    .split('\n')
    .filter(
      (line) =>
        line !== '' && !/^Starting evaluation|ExperimentalWarning|trace-warnings/.test(line),
    );

describe('before the first row', () => {
  it(
    'a missing key is said once and ends the run; what is bought needs none',
    async () => {
      const { evaluate } = await makeProject([
        entry('one', network({ apiKeyEnv: KEY })),
        entry('two', network({ apiKeyEnv: KEY })),
      ]);
      const refused = await evaluate();
      expect(refused.exitCode).toBe(1);
      expect(refused.output).toBeUndefined();
      expect(said(refused.log)).toEqual([
        `one, two: judge openai:m: the environment variable ${KEY} is not set; set it to the key, or name another one in judgeOptions.apiKeyEnv`,
      ]);
      expect(server.requests).toHaveLength(0);

      vi.stubEnv(KEY, 'sk-some-key-for-tests');
      const bought = await evaluate();
      expect(bought.exitCode, bought.log).toBe(0);
      const { length } = server.requests;
      expect(length).toBeGreaterThan(0);

      vi.stubEnv(KEY, undefined);
      const rerun = await evaluate();
      expect(rerun.exitCode, rerun.log).toBe(0);
      expect(server.requests).toHaveLength(length);
      expect((await evaluate('--no-cache')).exitCode).toBe(1);
    },
    TEN_MINUTES_MS,
  );

  it(
    'a server that is not there is said once, and a rerun that asks nothing does without',
    async () => {
      const { evaluate } = await makeProject([entry('local', network())]);
      await evaluate('-n', '3');
      await server.close();
      const rerun = await evaluate('-n', '3');
      expect(rerun.exitCode, rerun.log).toBe(0);
      const refused = await evaluate();
      expect(refused.exitCode).toBe(1);
      // That what is kept counts all the same is said by the store.
      const refusals = said(refused.log).filter((line) => !line.endsWith('is reused'));
      expect(refusals).toEqual([
        expect.stringMatching(
          /^local: judge openai:m: http:\/\/127\.0\.0\.1:\d+\/v1 cannot be reached \(connect ECONNREFUSED 127\.0\.0\.1:\d+\); start the server, or mend judgeOptions\.baseUrl$/,
        ),
      ]);
    },
    TEN_MINUTES_MS,
  );

  it(
    'settings of a report that nothing could be made with end the run',
    async () => {
      const ensembles = [{ name: 'both', off: ['a, five-level', 'a, qdebias'] }];
      const { evaluate } = await makeProject([entry('a', { judge: 'statistical' })], {
        metadata: { iqaReport: { ensembles } },
      });
      const refused = await evaluate();
      expect(refused.exitCode).toBe(1);
      expect(said(refused.log)).toEqual([
        expect.stringMatching(
          /^metadata\.iqaReport: .*unknown key "ensembles\[0\]\.off", did you mean "of"\?/,
        ),
      ]);
    },
    TEN_MINUTES_MS,
  );

  it(
    'prompt files that do not parse are named with file, line and column',
    async () => {
      const made = await makeProject([entry('a', { judge: 'statistical' })], {
        prompts: [
          { id: 'file://prompts/broken.yaml', label: 'broken' },
          'file://prompts/tabs.yaml',
          { id: 'file://prompts/wrong.yaml', label: 'wrong' },
        ],
      });
      await made.write('prompts/broken.yaml', 'condition: none\nquality:\n  content: "open\n');
      await made.write('prompts/tabs.yaml', 'condition: none\n\tquality: x\n');
      await made.write(
        'prompts/wrong.yaml',
        'condition: none\nquality: { content: Good?, choises: { good: 1, poor: 0 } }\n',
      );
      const { exitCode, log } = await made.evaluate();
      expect(exitCode).toBe(1);
      expect(said(log)).toEqual([
        'a: prompt prompts/broken.yaml, line 4, column 1: Missing closing "quote; mend the YAML',
        expect.stringMatching(
          /^a: prompt prompts\/tabs\.yaml, line 2, column 1: .*; mend the YAML$/,
        ),
        expect.stringMatching(/^a: prompt wrong: unknown key "quality\.choises"/),
      ]);
    },
    TEN_MINUTES_MS,
  );

  it(
    'entries without a key are left out where the configuration asks for it',
    async () => {
      const config = { ...network({ apiKeyEnv: KEY }), skipWithoutKey: true };
      const { evaluate } = await makeProject([
        entry('first', config),
        entry('judge', { judge: 'statistical' }),
        entry('last', config),
      ]);
      const { exitCode, log, output } = await evaluate();
      expect(exitCode, log).toBe(0);
      expect(log).toContain(
        `first: left out (skipWithoutKey): judge openai:m: the environment variable ${KEY} is not set`,
      );
      expect(output?.results.prompts.map(({ provider }) => provider)).toEqual(['judge', 'judge']);
      expect(output?.results.results).toHaveLength(12);

      const none = await evaluate('--filter-providers', 'first');
      expect(none.exitCode).toBe(1);
      expect(said(none.log)).toEqual([
        expect.stringContaining('first: left out'),
        'no column is left: set one of the keys named above',
      ]);
    },
    TEN_MINUTES_MS,
  );
});
