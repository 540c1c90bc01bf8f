import { type Command, InvalidArgumentError, Option } from 'commander';
import { existingAnswerStore } from '../../src/answers/store.ts';
import { ConfigError, suggestion } from '../../src/common/config-error.ts';
import { oneLine } from '../../src/common/one-line.ts';
import { outputFiles } from '../../src/gate/baseline/output-files.ts';
import { GATE_METRICS, type GateMetric } from '../../src/gate/gate-metric.ts';
import { buildHistory } from '../../src/report/history/build-history.ts';
import type { HistoryRun, LeftOut } from '../../src/report/history/history-run.ts';
import type { History } from '../../src/report/history/history-schema.ts';
import { type OrderedRun, orderRuns } from '../../src/report/history/order-runs.ts';
import { printedHistory } from '../../src/report/history/printed-history.ts';
import { readHistoryRun } from '../../src/report/history/read-history-run.ts';
import { type Series, seriesOf } from '../../src/report/history/series.ts';
import { keptPlots } from '../../src/report/plots/kept-plots.ts';
import { SEED } from '../../src/report/report-settings.ts';
import { checkHistoryFile, writeHistory } from '../../src/report/write-history.ts';
import { DEFAULT_CONFIDENCE } from '../../src/statistics/index.ts';
import { countOption } from '../count-option.ts';
import { example } from '../example.ts';

const DEFAULT_FILE = 'iqa-history.html';

/** As promptfoo ends a run in which a gate failed. */
const DROP_EXIT_CODE = 100;
const NOT_JUDGED_EXIT_CODE = 101;

interface Options {
  output: string[];
  metric: GateMetric[];
  confidence: number;
  draws: number;
  anyPrompt: boolean;
  failOnDrop: boolean;
  dataset?: string;
  provider?: string;
  prompt?: string;
}

export function addHistoryCommand(program: Command): void {
  program
    .command('history')
    .summary('how agreement changed from run to run, from saved outputs of promptfoo')
    .description(
      `Joins saved outputs of promptfoo over time: each metric with its interval by data set, column, model as the vendor named it and date; tests of the change between neighbouring runs and of a trend over all. Runs that are not comparable are not compared, and it says what differs. With --fail-on-drop it ends with ${DROP_EXIT_CODE} where a metric of a newest run fell, and with ${NOT_JUDGED_EXIT_CODE} where that could not be judged.`,
    )
    .argument(
      '<outputs...>',
      'files that promptfoo eval wrote with -o <name>.json or .jsonl, folders of them, or patterns',
    )
    .addOption(
      new Option('-o, --output <file>', '.html, .md, .csv or .json; may be given several times')
        .default([], DEFAULT_FILE)
        .argParser((file: string, before: string[]) => [...before, file]),
    )
    .addOption(
      new Option('--metric <name>', `one of ${GATE_METRICS.join(', ')}; may be given several times`)
        .default([], 'SRCC')
        .argParser(parseMetric),
    )
    .addOption(
      new Option('--confidence <share>', 'of intervals and verdicts')
        .default(DEFAULT_CONFIDENCE)
        .argParser(parseConfidence),
    )
    .addOption(countOption('draws', 'bootstrap draws of each interval'))
    .option('--any-prompt', 'compare runs with another text of the prompt as well', false)
    .option('--fail-on-drop', 'end with an exit code other than 0 unless no metric fell', false)
    .option('--dataset <name>', 'this data set alone')
    .option('--provider <label>', 'this provider alone')
    .option('--prompt <label>', 'this prompt alone')
    .addHelpText('after', example('history runs/', 'history runs/ --metric SRCC --fail-on-drop'))
    .action(async (named: string[], options: Options) => {
      const { files, mustBeRuns } = filesOf(named);
      const outputs = options.output.length > 0 ? options.output : [DEFAULT_FILE];
      for (const output of outputs) checkHistoryFile(output, files);
      const { runs, leftOut } = await readRuns(files, mustBeRuns);
      const history = buildHistory(runs, leftOut, {
        metrics: options.metric.length > 0 ? options.metric : ['SRCC'],
        draws: { draws: options.draws, seed: SEED, confidence: options.confidence },
        anyPrompt: options.anyPrompt,
        isWanted: chosen(seriesOf(runs), options),
      });
      process.stdout.write(printedHistory(history));
      const renderPlot = keptPlots(existingAnswerStore(process.env));
      for (const output of outputs) await writeHistory(history, output, renderPlot);
      process.stdout.write(`\n${outputs.map((output) => `${oneLine(output)}\n`).join('')}`);
      if (options.failOnDrop) failOnDrop(history);
    });
}

/** @returns every file once, and those that were named themselves */
function filesOf(named: readonly string[]): { files: string[]; mustBeRuns: ReadonlySet<string> } {
  const found = named.map((name) => outputFiles(name, ['.json', '.jsonl'], 'history'));
  return {
    files: [...new Set(found.flatMap(({ files }) => files))],
    mustBeRuns: new Set(found.flatMap(({ files, isNamedItself }) => (isNamedItself ? files : []))),
  };
}

/** One file at a time: an output may be large, and little of it is kept. */
async function readRuns(
  files: readonly string[],
  mustBeRuns: ReadonlySet<string>,
): Promise<{ runs: OrderedRun[]; leftOut: LeftOut[] }> {
  const runs: HistoryRun[] = [];
  const leftOut: LeftOut[] = [];
  for (const file of files) {
    const read = await readHistoryRun(file);
    if ('measurements' in read) runs.push(read);
    else if (mustBeRuns.has(file)) throw new ConfigError(`${file}: ${read.reason}`);
    else leftOut.push(read);
  }
  if (runs.length === 0) {
    const [first] = leftOut;
    const because = first
      ? `: ${leftOut.length === 1 ? 'one file was left out,' : `${leftOut.length} files were left out, the first of them`} ${first.file}: ${first.reason}`
      : '; write the outputs of runs there with promptfoo eval -o <folder>/<date>.json';
    throw new ConfigError(`history: there is no run to look at${because}`);
  }
  return { runs: orderRuns(runs), leftOut };
}

/** Of a name that no series has, those that there are. */
function chosen(
  all: readonly Series[],
  options: Pick<Options, 'dataset' | 'provider' | 'prompt'>,
): (series: Series) => boolean {
  for (const key of ['dataset', 'provider', 'prompt'] as const) {
    const wanted = options[key];
    const known = [...new Set(all.map((series) => series[key]))];
    if (wanted !== undefined && !known.includes(wanted)) {
      throw new ConfigError(`--${key}: no run has "${wanted}"; ${suggestion(wanted, known)}`);
    }
  }
  return (series) =>
    (['dataset', 'provider', 'prompt'] as const).every(
      (key) => options[key] === undefined || series[key] === options[key],
    );
}

/** A drop that cannot be judged is no pass. */
function failOnDrop({ drops }: History): void {
  for (const { kind, reason } of drops) {
    const verdict = { drop: 'drop', none: 'no drop', 'not judged': 'not judged' }[kind];
    process.stdout.write(`${verdict}: ${oneLine(reason)}\n`);
  }
  const count = (wanted: string) => drops.filter(({ kind }) => kind === wanted).length;
  const [fell, open] = [count('drop'), count('not judged')];
  if (fell > 0) process.exitCode = DROP_EXIT_CODE;
  else if (open > 0) process.exitCode = NOT_JUDGED_EXIT_CODE;
  process.stdout.write(
    `drops: ${fell} of ${drops.length}${open > 0 ? `, ${open} not judged` : ''}\n`,
  );
}

function parseMetric(text: string, before: GateMetric[]): GateMetric[] {
  const metric = GATE_METRICS.find((name) => name === text.toUpperCase());
  if (!metric) throw new InvalidArgumentError(`Write one of ${GATE_METRICS.join(', ')}.`);
  return before.includes(metric) ? before : [...before, metric];
}

function parseConfidence(text: string): number {
  const share = Number(text);
  if (!(share > 0 && share < 1)) throw new InvalidArgumentError('Write a number between 0 and 1.');
  return share;
}
