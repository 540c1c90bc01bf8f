import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { data, Evaluator, Lexer, Parser, wellKnownFunctions } from '@actions/expressions';
import { parse } from 'yaml';
import { z } from 'zod';

const actionSchema = z.object({
  name: z.string(),
  description: z.string(),
  branding: z.object({ icon: z.string(), color: z.string() }),
  inputs: z.record(
    z.string(),
    z.strictObject({ description: z.string(), default: z.string().optional() }),
  ),
  outputs: z.record(z.string(), z.strictObject({ description: z.string(), value: z.string() })),
  runs: z.strictObject({
    using: z.literal('composite'),
    steps: z.array(
      z.strictObject({
        name: z.string(),
        id: z.string().optional(),
        if: z.string().optional(),
        uses: z.string().optional(),
        with: z.record(z.string(), z.string()).optional(),
        shell: z.literal('bash').optional(),
        'working-directory': z.string().optional(),
        env: z.record(z.string(), z.string()).optional(),
        run: z.string().optional(),
      }),
    ),
  }),
});

type Known = (typeof wellKnownFunctions)[string];

type Step = z.output<typeof actionSchema>['runs']['steps'][number];

export const readAction = async (file: string): Promise<z.output<typeof actionSchema>> =>
  actionSchema.parse(parse(await readFile(file, 'utf8')));

export interface ActionRun {
  /** Whether a step failed. */
  failed: boolean;
  outputs: Record<string, string>;
  log: string;
  /** Names of the steps that ran. */
  ran: string[];
  /** What `actions/upload-artifact` would have kept, by name: paths that are there. */
  artifacts: Record<string, string[]>;
}

/**
 * Runs the steps of a composite action as GitHub's runner does: expressions by GitHub's own evaluator, commands
 * by bash, and caches as folders beside the workspace.
 *
 * @param workspace the checkout
 * @param kept where caches lie between runs
 */
export async function runAction({
  file,
  workspace,
  kept,
  inputs,
  github,
  environment,
}: {
  file: string;
  workspace: string;
  kept: string;
  inputs: Record<string, string>;
  github: Record<string, string>;
  environment: NodeJS.ProcessEnv;
}): Promise<ActionRun> {
  const action = await readAction(file);
  const unknown = Object.keys(inputs).filter((name) => !(name in action.inputs));
  if (unknown.length > 0) throw new Error(`no such input: ${unknown.join(', ')}`);
  const contexts: Record<string, unknown> = { github, inputs: {}, steps: {} };
  const given = Object.entries(action.inputs).map(([name, { default: otherwise = '' }]) => [
    name,
    inputs[name] ?? fill(otherwise, contexts, false),
  ]);
  contexts.inputs = Object.fromEntries(given);
  const outputsOfSteps: Record<string, unknown> = {};
  contexts.steps = outputsOfSteps;
  const run: ActionRun = { failed: false, outputs: {}, log: '', ran: [], artifacts: {} };
  for (const step of action.runs.steps) {
    if (!isTrue(step.if ?? 'success()', contexts, run.failed)) continue;
    run.ran.push(step.name);
    const filled = (text: string) => fill(text, contexts, run.failed);
    if (step.uses) {
      await use(step, filled, { workspace, kept, run });
      continue;
    }
    const outputFile = join(kept, 'step-output');
    await writeFile(outputFile, '');
    const { exitCode, log } = await bash(
      step.run ?? '',
      join(workspace, filled(step['working-directory'] ?? '.')),
      {
        ...environment,
        ...Object.fromEntries(
          Object.entries(step.env ?? {}).map(([name, text]) => [name, filled(text)]),
        ),
        GITHUB_OUTPUT: outputFile,
      },
    );
    run.log += log;
    if (exitCode !== 0) run.failed = true;
    const lines = (await readFile(outputFile, 'utf8')).split('\n').filter(Boolean);
    if (step.id) {
      outputsOfSteps[step.id] = { outputs: Object.fromEntries(lines.map(splitAtEquals)) };
    }
  }
  run.outputs = Object.fromEntries(
    Object.entries(action.outputs).map(([name, { value }]) => [
      name,
      fill(value, contexts, run.failed),
    ]),
  );
  return run;
}

const splitAtEquals = (line: string): [string, string] => {
  const at = line.indexOf('=');
  return [line.slice(0, at), line.slice(at + 1)];
};

/** The three actions of GitHub's that are used, as copies of folders. */
async function use(
  { uses = '', with: settings = {} }: Step,
  filled: (text: string) => string,
  { workspace, kept, run }: { workspace: string; kept: string; run: ActionRun },
): Promise<void> {
  const of = (name: string) => filled(settings[name] ?? '');
  const cached = (key: string) => join(kept, 'caches', key);
  switch (uses) {
    case 'actions/cache/restore@v5': {
      const saved = await readFile(join(kept, 'caches', 'order'), 'utf8').catch(() => '');
      const newest = saved
        .split('\n')
        .filter((key) => key !== '' && key.startsWith(of('restore-keys')))
        .at(-1);
      if (newest) await cp(cached(newest), join(workspace, of('path')), { recursive: true });
      return;
    }
    case 'actions/cache/save@v5': {
      if (!existsSync(join(workspace, of('path')))) return;
      await mkdir(join(kept, 'caches'), { recursive: true });
      await rm(cached(of('key')), { recursive: true, force: true });
      await cp(join(workspace, of('path')), cached(of('key')), { recursive: true });
      await writeFile(join(kept, 'caches', 'order'), `${of('key')}\n`, { flag: 'a' });
      return;
    }
    case 'actions/upload-artifact@v6': {
      const paths = of('path').split('\n').filter(Boolean);
      run.artifacts[of('name')] = paths.filter((path) => existsSync(join(workspace, path)));
      return;
    }
    default:
      throw new Error(`the test knows no action ${uses}`);
  }
}

function bash(
  command: string,
  folder: string,
  env: NodeJS.ProcessEnv,
): Promise<{ exitCode: number; log: string }> {
  return new Promise((resolve) => {
    execFile(
      'bash',
      ['--noprofile', '--norc', '-eo', 'pipefail', '-c', command],
      { cwd: folder, env, maxBuffer: 1e8 },
      (error, stdout, stderr) =>
        resolve({ exitCode: error ? Number(error.code ?? 1) : 0, log: stdout + stderr }),
    );
  });
}

/** Replaces each `${{ … }}`. */
const fill = (text: string, contexts: Record<string, unknown>, failed: boolean): string =>
  text.replaceAll(/\$\{\{(.*?)\}\}/g, (_, expression: string) =>
    evaluate(expression, contexts, failed).coerceString(),
  );

/** A condition without a word about the state of the run holds only while nothing has failed. */
function isTrue(condition: string, contexts: Record<string, unknown>, failed: boolean): boolean {
  const hasStatus = /\b(always|success|failure|cancelled)\(\)/.test(condition);
  if (!hasStatus && failed) return false;
  const value = evaluate(condition, contexts, failed);
  return value.coerceString() === 'true';
}

function evaluate(
  expression: string,
  contexts: Record<string, unknown>,
  failed: boolean,
): data.ExpressionData {
  const status = (name: string, holds: boolean) => ({
    name,
    minArgs: 0,
    maxArgs: 0,
    call: () => new data.BooleanData(holds),
  });
  const functions = [status('always', true), status('success', !failed), status('failure', failed)];
  const { tokens } = new Lexer(expression).lex();
  const tree = new Parser(tokens, Object.keys(contexts), functions).parse();
  const known = JSON.parse(JSON.stringify(contexts), data.reviver);
  return new Evaluator(
    tree,
    known,
    new Map<string, (typeof functions)[number] | Known>([
      ...Object.entries(wellKnownFunctions),
      ...functions.map((each) => [each.name, each] as const),
    ]),
  ).evaluate();
}
