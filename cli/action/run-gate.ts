import { existsSync } from 'node:fs';
import { copyFile, mkdir, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { ConfigError } from '../../src/common/config-error.ts';
import { FAILED_EXIT_CODE, failedExitCode } from '../../src/harness/gate-exit.ts';
import { evaluateSeen } from '../../src/harness/run-promptfoo.ts';

export interface GateSettings {
  configs: readonly string[];
  /** Further options of `promptfoo eval`. */
  args: readonly string[];
  /** Where promptfoo writes results; the baseline of the next run, if this one passes. */
  output: string;
  junit: string;
  /** The file that the configuration's gates read; undefined: they have no baseline. */
  baseline: string | undefined;
  /** The folder that is carried from run to run: answers and the last baseline. */
  kept: string;
  /** Whether what passes may become the baseline. */
  isOfBranch: boolean;
  /** Ask again what is in the answer store, once: a baseline that is made first is made of these answers. */
  fresh: boolean;
}

/** `broken`: promptfoo did not get as far as the rows. */
export const VERDICTS = ['passed', 'failed', 'broken'] as const;
export type Verdict = (typeof VERDICTS)[number];

export interface GateRun {
  /** promptfoo's, with `PROMPTFOO_FAILED_TEST_EXIT_CODE` for a failed row where the environment sets that. */
  exitCode: number;
  verdict: Verdict;
  /** Whether the kept folder has another baseline than before. */
  hasNewBaseline: boolean;
}

/**
 * Runs a configuration with the answers and the baseline that earlier runs have left.
 *
 * A baseline that lies in the checkout is used as it is and never replaced. Another one is taken from the
 * kept folder; where there is none yet and the run is of the branch, it is made first, by the same
 * configuration. Kept for the next run is only what passed. Nothing is left in its place: a later use in
 * the same job would take it for one of the checkout.
 *
 * @param say takes lines for the log
 * @throws ConfigError the output is the baseline
 */
export async function runGate(
  settings: GateSettings,
  environment: NodeJS.ProcessEnv,
  say: (line: string) => void,
): Promise<GateRun> {
  const { configs, args, output, junit, baseline, kept, isOfBranch, fresh } = settings;
  if (baseline !== undefined && resolve(baseline) === resolve(output)) {
    throw new ConfigError(`--output ${output} is the baseline as well; give it another name`);
  }
  const env = {
    ...environment,
    // The environment may ask for another one, which a broken run has as well, or for 0.
    PROMPTFOO_FAILED_TEST_EXIT_CODE: `${FAILED_EXIT_CODE}`,
    PROMPTFOO_IQA_STORE: resolve(join(kept, 'answers', 'answers.sqlite')),
  };
  await mkdir(join(kept, 'answers'), { recursive: true });
  // What an earlier step left must not be taken for this run's.
  for (const file of [output, junit]) await rm(file, { force: true });
  const noCache = fresh ? ['--no-cache'] : [];
  const words = [...configs.flatMap((config) => ['-c', config]), '--no-table', ...args];

  const keptBaseline = join(kept, 'baseline', 'baseline.json');
  if (baseline === undefined || existsSync(baseline)) {
    if (baseline !== undefined) say(`baseline: ${baseline}, as it lies in the checkout`);
    return { ...(await judge(noCache)), hasNewBaseline: false };
  }
  let options = noCache;
  try {
    if (existsSync(keptBaseline)) {
      await copy(keptBaseline, baseline);
      say('baseline: of the last run that passed');
    } else if (isOfBranch) {
      say('baseline: there is none yet, so it is made first');
      const exitCode = await makeBaseline([...words, ...noCache], baseline, env);
      options = [];
      if (verdictOf(exitCode) === 'broken' || !existsSync(baseline)) {
        say(`the baseline could not be made: promptfoo ended with exit code ${exitCode}`);
        return { exitCode: exitCode || 1, verdict: 'broken', hasNewBaseline: false };
      }
    } else {
      say('baseline: there is none yet; a run that passes on the branch makes it');
    }
    const judged = await judge(options);
    const hasNewBaseline = judged.verdict === 'passed' && isOfBranch;
    if (hasNewBaseline) await copy(output, keptBaseline);
    return { ...judged, hasNewBaseline };
  } finally {
    await rm(baseline, { force: true });
  }

  async function judge(more: readonly string[]): Promise<Pick<GateRun, 'exitCode' | 'verdict'>> {
    const exitCode = await evaluateSeen([...words, '-o', output, '-o', junit, ...more], env);
    const verdict = verdictOf(exitCode);
    return { exitCode: verdict === 'failed' ? failedExitCode() : exitCode, verdict };
  }
}

/** Its gates are held against a baseline that is not there, so they fail: that is no error here. */
const makeBaseline = (
  words: readonly string[],
  baseline: string,
  env: NodeJS.ProcessEnv,
): Promise<number> =>
  // The summary is that of the run that is judged.
  evaluateSeen([...words, '-o', baseline], { ...env, GITHUB_STEP_SUMMARY: '' });

function verdictOf(exitCode: number): Verdict {
  if (exitCode === 0) return 'passed';
  return exitCode === FAILED_EXIT_CODE ? 'failed' : 'broken';
}

async function copy(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await copyFile(from, to);
}
