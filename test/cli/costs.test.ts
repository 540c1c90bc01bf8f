import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import {
  createProject,
  type Project,
  projectConfig,
  promptfooEnvironment,
  writeDataset,
} from '../e2e/promptfoo.ts';
import { type OpenaiServer, startOpenaiServer } from '../servers/openai.ts';

const MAIN = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));
const TEN_MINUTES_MS = 600_000;
const IMAGES = 3;

let server: OpenaiServer;
let project: Project;

const config = (provider: object) =>
  projectConfig({
    datasets: ['photographs'],
    provider: { judge: 'openai:test', preview: 'none', ...provider },
    prompts: ['two-level', 'qdebias'],
  });
const price = { inputUsdPerMillionTokens: 1, outputUsdPerMillionTokens: 4 };

beforeAll(async () => {
  server = await startOpenaiServer();
  const judgeOptions = { baseUrl: server.baseUrl, price };
  project = await createProject(config({ judgeOptions }));
  await writeDataset(project, 'photographs', IMAGES);
  const fresh = { ...config({ judgeOptions }), evaluateOptions: { cache: false } };
  await project.write('fresh.yaml', stringify(fresh));
  const unpriced = config({ judgeOptions: { baseUrl: server.baseUrl } });
  await project.write('unpriced.yaml', stringify(unpriced));
  const broken = config({ judgeOptions: { baseUrl: server.baseUrl }, budgetUsd: 1 });
  await project.write('broken.yaml', stringify(broken));
  const budget = config({ judgeOptions, budgetUsd: 0.001 });
  await project.write('budget.yaml', stringify(budget));
  const unreachable = config({ judgeOptions: { baseUrl: 'http://127.0.0.1:9/v1', maxRetries: 0 } });
  await project.write('unreachable.yaml', stringify(unreachable));
});
afterAll(async () => {
  await server.close();
  await project.remove();
});

/** Runs a command of ours in the project; a line a result row, its columns split. */
function iqa(...args: string[]) {
  return new Promise<{ status: number; stdout: string; stderr: string; rows: string[][] }>(
    (resolve) => {
      execFile(
        process.execPath,
        [MAIN, ...args],
        { cwd: project.folder, env: promptfooEnvironment(join(project.folder, '.promptfoo')) },
        (error, stdout, stderr) =>
          resolve({
            status: Number(error?.code ?? 0),
            stdout,
            stderr,
            rows: stdout.split('\n').map((line) => line.trim().split(/\s{2,}/)),
          }),
      );
    },
  );
}

const rowOf = (rows: string[][], name: string) => rows.find((row) => row.includes(name));

describe('what an evaluation costs', () => {
  it(
    'is estimated before, less what the store has, and checked, shown and cleared',
    async () => {
      const before = await iqa('estimate');
      expect(before.stderr).toBe('');
      expect(before.stdout).not.toContain('budgetUsd');
      expect(server.requests).toHaveLength(0);
      expect(rowOf(before.rows, 'two-level')?.slice(3, 5)).toEqual([String(IMAGES), '0']);
      expect(rowOf(before.rows, 'qdebias')?.slice(3, 5)).toEqual([String(8 * IMAGES), '0']);
      expect(rowOf(before.rows, 'qdebias')?.at(-1)).toBe('judgeOptions.price');
      const [, calls, , input, output, cost] = rowOf(before.rows, 'all') ?? [];
      const number = (text = '') => Number(text.replaceAll(/[$,]/g, ''));
      expect(number(calls)).toBe(9 * IMAGES);
      expect(number(cost)).toBeCloseTo((number(input) * 1 + number(output) * 4) / 1e6, 3);

      const check = await iqa('check', '-c', 'promptfooconfig.yaml');
      expect(check.status).toBe(0);
      expect(check.stdout).toContain(
        'openai:test serves: an unknown model (the server does not say which)',
      );
      expect(server.requests).toHaveLength(2);
      expect(rowOf(check.rows, 'qdebias')).toEqual([
        ...['openai:test', 'qdebias', 'yes', 'test-2026-11-01', 'logprobs', '0.960'],
        ...[expect.stringMatching(/^\d+\.\d\d s$/), '900 + 1', '$0.0009'],
      ]);

      const half = await iqa('estimate', '-c', 'promptfooconfig.yaml', '--filter-first-n', '2');
      expect(rowOf(half.rows, 'two-level')?.slice(3, 5)).toEqual(['1', '1']);
      expect(rowOf(half.rows, 'qdebias')?.slice(3, 5)).toEqual(['15', '1']);

      const run = await project.evaluate();
      expect(run.exitCode).toBe(0);
      expect(server.requests).toHaveLength(9 * IMAGES);

      const after = await iqa('estimate', '-c', 'promptfooconfig.yaml');
      expect(rowOf(after.rows, 'all')?.slice(1, 3)).toEqual(['0', String(9 * IMAGES)]);
      const repeated = await iqa('estimate', '-c', 'promptfooconfig.yaml', '--repeat', '2');
      expect(rowOf(repeated.rows, 'all')?.[1]).toBe(String(9 * IMAGES));
      const fresh = await iqa('estimate', '-c', 'promptfooconfig.yaml', '--no-cache');
      expect(rowOf(fresh.rows, 'all')?.[1]).toBe(String(9 * IMAGES));
      const configured = await iqa('estimate', '-c', 'fresh.yaml');
      expect(rowOf(configured.rows, 'all')?.slice(1, 3)).toEqual([String(9 * IMAGES), '0']);
      expect(configured.stdout).toMatch(/^The cache is off .*so everything is asked anew\.$/m);
      expect(after.stdout).not.toMatch(/cache/);

      const shown = await iqa('cache');
      expect(shown.stdout).toContain(join('.promptfoo', 'iqa', 'answers.sqlite'));
      expect(rowOf(shown.rows, 'openai:test')?.[1]).toBe(String(9 * IMAGES));
      const unknown = await iqa('cache', 'clear', '--judge', 'openai:other');
      expect(unknown.stderr).toMatch(/no answers of "openai:other"; it has those of openai:test/);
      const cleared = await iqa('cache', 'clear');
      expect(cleared.stdout).toMatch(new RegExp(`deleted ${9 * IMAGES} answers, .* facts`));
      const again = await iqa('estimate', '-c', 'promptfooconfig.yaml');
      expect(rowOf(again.rows, 'all')?.[1]).toBe(String(9 * IMAGES));
    },
    TEN_MINUTES_MS,
  );

  it(
    'is unknown without a price, and then no budget can be kept',
    async () => {
      const { rows } = await iqa('estimate', '-c', 'unpriced.yaml');
      expect(rowOf(rows, 'qdebias')?.slice(-2)).toEqual([
        'unknown',
        'unknown: set judgeOptions.price',
      ]);
      const over = await iqa('estimate', '-c', 'budget.yaml');
      expect(over.stdout).toMatch(/: \$0\.\d+ is more than its budgetUsd of \$0\.0010\. Rows/);
      const refused = await iqa('estimate', '-c', 'broken.yaml');
      expect(refused.status).toBe(1);
      expect(refused.stderr).toMatch(
        /budgetUsd: 1 cannot be kept, because the price of "openai:test" is not known/,
      );
    },
    TEN_MINUTES_MS,
  );

  it(
    'is not asked for of a judge that cannot be reached, which check reports',
    async () => {
      const { status, rows, stdout } = await iqa('check', '-c', 'unreachable.yaml');
      expect(status).toBe(1);
      expect(rowOf(rows, 'qdebias')?.slice(0, 3)).toEqual(['openai:test', 'qdebias', 'no']);
      expect(stdout).toMatch(/openai:test, qdebias: judge openai:test: .*127\.0\.0\.1:9/);
    },
    TEN_MINUTES_MS,
  );
});
