import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { iqaFolder } from './iqa-folder.ts';

/**
 * Which rows an evaluation has, in order. promptfoo does not keep its filters: `--resume` and
 * `--retry-errors` of an evaluation begun with `-n 8` go over the whole suite, with other row numbers.
 * So the extension notes the rows when a run begins, and picks the same ones when it goes on.
 */
const planSchema = z.object({
  /** Identity of each image row, see `rowIdentities` in src/suite/rows-of-run.ts. */
  rows: z.array(z.string()),
  /** Its columns in order, each by its provider and its prompt. */
  columns: z.array(z.string()).optional(),
  /** `--filter-range` of the run, which promptfoo applies once more when it goes on. */
  filterRange: z.string().optional(),
});

export type RunPlan = z.output<typeof planSchema>;

/** The extension and the provider may be loaded as two copies of this module. */
const PENDING = Symbol.for('promptfoo-iqa.run-plan');
const pending = globalThis as { [PENDING]?: RunPlan | undefined };

/** Notes the rows of the run that begins; `persistRunPlan` writes them when the evaluation's id is known. */
export function noteRunPlan(plan: RunPlan): void {
  pending[PENDING] = plan;
}

/** Writes the noted plan for an evaluation, once. The first provider call of a run knows its id. */
export function persistRunPlan(evaluationId: string | undefined): void {
  const plan = pending[PENDING];
  if (!plan || !evaluationId) return;
  pending[PENDING] = undefined;
  const file = planFile(evaluationId);
  mkdirSync(planFolder(), { recursive: true });
  writeFileSync(`${file}.part`, JSON.stringify(plan));
  renameSync(`${file}.part`, file);
}

/**
 * The plan of an earlier evaluation.
 *
 * @param evaluationId left out: the latest evaluation
 * @returns undefined when none was written
 */
export function readRunPlan(evaluationId?: string): RunPlan | undefined {
  const file = evaluationId ? planFile(evaluationId) : latestPlanFile();
  if (!file) return undefined;
  try {
    return planSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Beside promptfoo's own database, so that "the latest evaluation" means the same to both. */
const planFolder = (): string => join(iqaFolder(), 'plans');

/** Evaluation ids hold colons, which Windows forbids in file names. */
const planFile = (evaluationId: string): string =>
  join(planFolder(), `${evaluationId.replaceAll(/[^\w-]/g, '_')}.json`);

function latestPlanFile(): string | undefined {
  try {
    const files = readdirSync(planFolder()).filter((name) => name.endsWith('.json'));
    return files
      .map((name) => join(planFolder(), name))
      .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)[0];
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
