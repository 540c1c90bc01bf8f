import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { type Comment, type GitHubServer, startGitHubServer } from '../servers/github.ts';
import { type OpenaiServer, startOpenaiServer } from '../servers/openai.ts';
import { type ActionRun, readAction, runAction } from './composite-action.ts';
import {
  createProject,
  type Project,
  projectConfig,
  promptfooEnvironment,
  writeDataset,
} from './promptfoo.ts';

const FIVE_MINUTES_MS = 300_000;
const IMAGES = 12;
const ACTION = fileURLToPath(new URL('../../action.yml', import.meta.url));
const MAIN = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));
const KEY = 'sk-0123456789abcdefghij';
const TOKEN = 'ghs_0123456789abcdefghijABCDEFGHIJ012345';

/** Other images, to which the server gives other answers than to those of the baseline. */
const POOR = { image: { maxPixels: 1500 } };

let project: Project | undefined;
let github: GitHubServer | undefined;
let vendor: OpenaiServer | undefined;
let kept = '';
afterEach(async () => {
  await project?.remove();
  await github?.close();
  await vendor?.close();
  await rm(kept, { recursive: true, force: true });
});

const configOf = (provider: object = {}, gate: object = {}) =>
  projectConfig({
    datasets: ['blur'],
    prompts: ['two-level'],
    provider: {
      judge: 'openai:gpt-4.1',
      judgeOptions: {
        baseUrl: vendor?.baseUrl,
        apiKeyEnv: 'VENDOR_KEY',
        price: { inputUsdPerMillionTokens: 0, outputUsdPerMillionTokens: 0 },
      },
      ...provider,
    },
    rankConfig: { baseline: { file: 'baseline.json' }, margin: 0.01, ...gate },
  });

/** A checkout with a data set and a gate, in which this package is installed. */
async function checkOut(): Promise<Project> {
  kept = await mkdtemp(join(tmpdir(), 'iqa-action-'));
  vendor = await startOpenaiServer();
  project = await createProject(configOf());
  await writeDataset(project, 'blur', IMAGES);
  await project.write('package.json', '{ "private": true }');
  const command = join(project.folder, 'node_modules/.bin/promptfoo-iqa');
  await project.write(
    'node_modules/.bin/promptfoo-iqa',
    `#!/bin/sh\nexec '${process.execPath}' '${MAIN}' "$@"\n`,
  );
  await chmod(command, 0o755);
  return project;
}

let runNumber = 0;

const PULL_REQUEST = { pull_request: { number: 7, head: { sha: 'c0ffee00c0ffee00c0ffee' } } };
const PUSH = { repository: { default_branch: 'main' } };

/** What GitHub does for one event: a fresh checkout, the event's file, the steps. */
async function happen(
  event: object,
  inputs: Record<string, string> = {},
  { isSameJob = false, environment = {} }: { isSameJob?: boolean; environment?: object } = {},
): Promise<ActionRun & { outputFiles: string[] }> {
  if (!project) throw new Error('there is no checkout');
  const { folder } = project;
  for (const path of ['.iqa-kept', 'baseline.json', 'iqa-report', 'iqa-results.json']) {
    if (!isSameJob) await rm(join(folder, path), { recursive: true, force: true });
  }
  runNumber++;
  const isPullRequest = 'pull_request' in event;
  const eventFile = join(kept, 'event.json');
  const summary = join(kept, 'summary.md');
  await writeFile(eventFile, JSON.stringify(event));
  await writeFile(summary, '');
  const run = await runAction({
    file: ACTION,
    workspace: folder,
    kept,
    inputs: { baseline: 'baseline.json', ...inputs },
    github: { token: TOKEN, run_id: `${runNumber}`, run_attempt: '1' },
    environment: {
      ...promptfooEnvironment(join(kept, `promptfoo-${runNumber}`)),
      VENDOR_KEY: KEY,
      GITHUB_EVENT_PATH: eventFile,
      GITHUB_EVENT_NAME: isPullRequest ? 'pull_request' : 'push',
      GITHUB_REF: isPullRequest ? 'refs/pull/7/merge' : 'refs/heads/main',
      GITHUB_SHA: 'feedface',
      GITHUB_REPOSITORY: 'acme/photos',
      GITHUB_RUN_ID: `${runNumber}`,
      GITHUB_API_URL: github?.url ?? 'http://127.0.0.1:9',
      GITHUB_SERVER_URL: 'https://github.test',
      GITHUB_STEP_SUMMARY: summary,
      ...environment,
    },
  });
  return { ...run, outputFiles: Object.values(run.artifacts).flat() };
}

describe('the action on GitHub', () => {
  it(
    'makes the baseline on the branch, judges pull requests, and keeps one comment up to date',
    async () => {
      const { write } = await checkOut();
      github = await startGitHubServer();

      const first = await happen(PUSH);
      expect(first.log).toContain('baseline: there is none yet, so it is made first');
      expect(first.outputs).toEqual({ verdict: 'passed', 'exit-code': '0' });
      expect(first.ran).toContain('Keep the baseline');
      expect(first.log).toContain('no comment: the event push is of no pull request');
      expect(first.outputFiles).toEqual([
        './iqa-report',
        './iqa-results.json',
        './iqa-results.junit.xml',
      ]);

      await write('promptfooconfig.yaml', stringify(configOf(POOR)));
      const worse = await happen(PULL_REQUEST);
      expect(worse.failed).toBe(true);
      expect(worse.outputs).toEqual({ verdict: 'failed', 'exit-code': '100' });
      expect(worse.log).toContain('baseline: of the last run that passed');
      expect(worse.ran).not.toContain('Keep the baseline');
      expect(worse.ran).toContain('Keep the answers');
      expect(github.comments).toHaveLength(1);
      const [comment] = github.comments;
      expect(comment?.body).toMatch(
        /^<!-- promptfoo-iqa: image-quality -->\n\n\*\*Image quality gate failed/,
      );
      expect(comment?.body).toContain('Commit c0ffee00c0ff.');
      expect(comment?.body).toContain('(https://github.test/acme/photos/actions/runs/2)');
      expect(comment?.body).toMatch(/reaches below the allowed -0\.01/);
      expect(comment?.body).toMatch(/\| judge, two-level \|/);

      await write('promptfooconfig.yaml', stringify(configOf()));
      const mended = await happen(PULL_REQUEST);
      expect(mended.outputs.verdict).toBe('passed');
      // What the branch bought is not bought again; the other images were asked about once.
      expect(vendor?.requests).toHaveLength(2 * IMAGES);
      expect(github.comments).toHaveLength(1);
      expect(github.comments[0]?.body).toContain('**Image quality gate passed**');
      expect(
        github.requests.every(({ headers }) => headers.authorization === `Bearer ${TOKEN}`),
      ).toBe(true);
      for (const secret of [TOKEN, KEY]) {
        expect(first.log + worse.log + mended.log + github.comments[0]?.body).not.toContain(secret);
      }
    },
    FIVE_MINUTES_MS,
  );

  it(
    'asks anew where it is to, and no image twice in one run',
    async () => {
      await checkOut();
      const asked = async (inputs: Record<string, string>) => {
        const run = await happen(PUSH, inputs);
        expect(run.outputs.verdict).toBe('passed');
        return vendor?.requests.length;
      };
      expect(await asked({ fresh: 'true' })).toBe(IMAGES);
      expect(await asked({ fresh: 'true' })).toBe(2 * IMAGES);
      expect(await asked({})).toBe(2 * IMAGES);
    },
    FIVE_MINUTES_MS,
  );

  it(
    'keeps uses of other names apart, although one begins with the other and both run in one job',
    async () => {
      await checkOut();
      const long = await happen(PUSH, { name: 'quality-of-all' });
      const short = await happen(PUSH, { name: 'quality' }, { isSameJob: true });
      for (const { log, outputs } of [long, short]) {
        expect(log).toContain('baseline: there is none yet, so it is made first');
        expect(outputs.verdict).toBe('passed');
      }
      const nothing = { name: 'quality-of', config: 'not-there.yaml', baseline: '' };
      const broken = await happen(PUSH, nothing, { isSameJob: true });
      expect(broken.outputs.verdict).toBe('broken');
      expect(broken.outputFiles).not.toContain('./iqa-results.json');
    },
    FIVE_MINUTES_MS,
  );

  it(
    'knows a red run whatever exit code is wanted for it, and keeps no baseline but one that passed',
    async () => {
      const { write } = await checkOut();
      await write('promptfooconfig.yaml', stringify(configOf({}, { min: 1, minImages: 5 })));
      const red = await happen(PUSH, {}, { environment: { PROMPTFOO_FAILED_TEST_EXIT_CODE: '0' } });
      expect(red.outputs).toEqual({ verdict: 'failed', 'exit-code': '0' });
      expect(red.failed).toBe(false);
      expect(red.ran).not.toContain('Keep the baseline');

      const broken = await happen(
        PUSH,
        { config: 'not-there.yaml' },
        { environment: { PROMPTFOO_FAILED_TEST_EXIT_CODE: '1' } },
      );
      expect(broken.outputs.verdict).toBe('broken');

      await write('promptfooconfig.yaml', stringify(configOf()));
      const mended = await happen(PUSH);
      expect(mended.outputs.verdict).toBe('passed');
      expect(mended.ran).toContain('Keep the baseline');
    },
    FIVE_MINUTES_MS,
  );

  it(
    'says on the pull request when nothing was judged, and runs no text of a workflow',
    async () => {
      const { folder } = await checkOut();
      github = await startGitHubServer();
      const run = await happen(PULL_REQUEST, {
        config: '$(touch run-by-the-shell).yaml',
        arguments: '`touch run-by-the-shell`',
        name: 'a --> <b>@all</b>',
      });
      expect(run.failed).toBe(true);
      expect(run.outputs.verdict).toBe('broken');
      expect(existsSync(join(folder, 'run-by-the-shell'))).toBe(false);
      expect(github.comments.map(({ body }) => body)).toEqual([
        expect.stringMatching(
          /^<!-- promptfoo-iqa: a%20--%3E%20%3Cb%3E%40all%3C%2Fb%3E -->\n\n\*\*Image quality gate broken/,
        ),
      ]);
    },
    FIVE_MINUTES_MS,
  );

  it(
    'leaves the verdict alone where it may not comment, and other people their comments',
    async () => {
      await checkOut();
      const theirs: Comment = {
        id: 1,
        body: '<!-- promptfoo-iqa: image-quality -->\n\nmine',
        user: { login: 'somebody', type: 'User' },
      };
      github = await startGitHubServer({ mayWrite: false, comments: [theirs] });
      const run = await happen(PULL_REQUEST, { baseline: '', config: 'promptfooconfig.yaml' });
      // The gate's baseline is not there, and the action was told of none.
      expect(run.outputs.verdict).toBe('failed');
      expect(run.log).toMatch(/::warning::the verdict was not written .*pull-requests: write/);
      expect(theirs.body).toContain('mine');
    },
    FIVE_MINUTES_MS,
  );

  it('describes what the marketplace asks for, and every input', async () => {
    const action = await readAction(ACTION);
    expect(action.description.length).toBeGreaterThan(40);
    const used = new Set(
      Array.from(
        (await readFile(ACTION, 'utf8')).matchAll(/inputs\.([\w-]+)/g),
        ([, name]) => name,
      ),
    );
    expect([...used].sort()).toEqual(Object.keys(action.inputs).sort());
  });
});
