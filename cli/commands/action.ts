import { existsSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { ConfigError } from '../../src/common/config-error.ts';
import { oneLine } from '../../src/common/one-line.ts';
import { withoutSecrets } from '../../src/common/without-secrets.ts';
import { buildReport } from '../../src/report/build-report.ts';
import { reportSettingsSchema, SEED } from '../../src/report/report-settings.ts';
import { withEnsembles } from '../../src/report/run/ensembles.ts';
import { readSavedOutput } from '../../src/report/run/saved-output.ts';
import { shortMarkdown } from '../../src/report/short-markdown.ts';
import { DEFAULT_CONFIDENCE } from '../../src/statistics/index.ts';
import { commentText } from '../action/comment-text.ts';
import { isOfBranch, readGitHubRun } from '../action/github-run.ts';
import { GitHubError, putComment } from '../action/put-comment.ts';
import { runGate, VERDICTS, type Verdict } from '../action/run-gate.ts';

/** What `action.yml` runs. Every value comes as an option, so that no text of a workflow becomes a command. */
export function addActionCommand(program: Command): void {
  const action = program
    .command('action')
    .summary('the steps of the GitHub action of this package (docs/ci.md)')
    .description(
      'The steps of the GitHub action of this package. They take what GitHub tells a run from the environment.',
    );
  action
    .command('run')
    .description(
      'Runs a configuration with the answers and the baseline that earlier runs have kept, and ends with its exit code.',
    )
    .requiredOption('--configs <lines>', 'configurations of promptfoo, one a line')
    .option('--arguments <lines>', 'further arguments of promptfoo eval, one a line', '')
    .option('--baseline <file>', 'the file that the gates name as their baseline; empty: none', '')
    .option(
      '--branch <name>',
      'what passes there is the next baseline; empty: the default branch',
      '',
    )
    .option('--fresh <boolean>', 'true: ask again what has been answered', 'false')
    .requiredOption('--kept <folder>', 'carried from run to run')
    .requiredOption('--output <file>', "promptfoo's results")
    .requiredOption('--junit <file>', 'the same as JUnit')
    .action(run);
  action
    .command('comment')
    .description(
      "Writes the verdict and the leaderboard on the run's pull request, or replaces what an earlier run wrote there. What goes wrong is a warning: the verdict stands without it.",
    )
    .requiredOption('--name <text>', 'tells the comments of several uses of the action apart')
    .addOption(
      new Option('--verdict <word>', 'of the run; empty: it ended before promptfoo did').choices([
        ...VERDICTS,
        '',
      ]),
    )
    .requiredOption('--output <file>', "promptfoo's results")
    .action(comment);
}

interface RunOptions {
  configs: string;
  arguments: string;
  baseline: string;
  branch: string;
  fresh: string;
  kept: string;
  output: string;
  junit: string;
}

async function run(options: RunOptions): Promise<void> {
  const { baseline, branch, fresh, kept, output, junit } = options;
  const configs = linesOf(options.configs);
  if (configs.length === 0) throw new ConfigError('configs: name at least one configuration');
  const github = await readGitHubRun(process.env);
  const { exitCode, verdict, hasNewBaseline } = await runGate(
    {
      configs,
      args: linesOf(options.arguments),
      baseline: baseline || undefined,
      isOfBranch: isOfBranch(github, branch || undefined),
      fresh: isTrue('fresh', fresh),
      kept,
      output,
      junit,
    },
    process.env,
    (line) => process.stdout.write(`${line}\n`),
  );
  await setOutputs({ verdict, 'exit-code': `${exitCode}`, 'new-baseline': `${hasNewBaseline}` });
  process.exitCode = exitCode;
}

const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

function isTrue(name: string, text: string): boolean {
  if (text === 'true') return true;
  if (text === 'false') return false;
  throw new ConfigError(`${name}: true or false is expected, and it is "${text}"`);
}

/** For later steps. Every value is one line. */
async function setOutputs(outputs: Record<string, string>): Promise<void> {
  const file = process.env.GITHUB_OUTPUT;
  if (!file) throw new ConfigError('GITHUB_OUTPUT is not set: these are the steps of a GitHub run');
  const lines = Object.entries(outputs).map(([name, value]) => `${name}=${value}\n`);
  await appendFile(file, lines.join(''));
}

interface CommentOptions {
  name: string;
  verdict?: Verdict | '';
  output: string;
}

async function comment({ name, verdict, output }: CommentOptions): Promise<void> {
  const github = await readGitHubRun(process.env);
  if (github.pullRequest === undefined) {
    process.stdout.write(`no comment: the event ${github.event} is of no pull request\n`);
    return;
  }
  const token = process.env.GITHUB_TOKEN;
  if (!token)
    throw new ConfigError('GITHUB_TOKEN is not set: give the action its input github-token');
  const text = commentText({
    name,
    verdict: verdict || 'broken',
    commit: github.commit,
    pageUrl: github.pageUrl,
    measured: await measuredIn(output),
  });
  try {
    const done = await putComment({
      run: github,
      pullRequest: github.pullRequest,
      name,
      text,
      token,
    });
    process.stdout.write(`comment ${done} on pull request ${github.pullRequest}\n`);
  } catch (error) {
    if (!(error instanceof GitHubError)) throw error;
    warn(`the verdict was not written on the pull request: ${error.message}${adviceOn(error)}`);
  }
}

/** What a run has left, as Markdown; undefined: nothing. */
async function measuredIn(output: string): Promise<string | undefined> {
  if (!existsSync(output)) return undefined;
  try {
    const { draws, disagreements } = reportSettingsSchema.parse({});
    const saved = await readSavedOutput(output);
    const { run } = withEnsembles(saved, saved.ensembles);
    const findings = buildReport(run, {
      draws: { draws, seed: SEED, confidence: DEFAULT_CONFIDENCE },
      disagreements,
      files: [],
    });
    return await shortMarkdown('What was measured', findings);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    warn(`the comment has no leaderboard: ${error.message}`);
    return undefined;
  }
}

const adviceOn = (error: GitHubError): string =>
  /^40[34]/.test(error.message)
    ? '. It takes `permissions: { pull-requests: write }`, which runs of forks never have'
    : '';

/** A line that GitHub shows on the page of the run. */
const warn = (message: string): boolean =>
  process.stdout.write(`::warning::${oneLine(withoutSecrets(message)).replaceAll('%', '%25')}\n`);
