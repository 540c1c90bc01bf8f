import { type Command, InvalidArgumentError, Option } from 'commander';
import { PAPER_CONDITIONS } from '../../src/method/config.ts';
import { choosePriors } from '../../src/report/priors/choose-priors.ts';
import { printedChoice } from '../../src/report/priors/printed-choice.ts';
import { SEED } from '../../src/report/report-settings.ts';
import { mergeRuns } from '../../src/report/run/merge-runs.ts';
import { readSavedOutput } from '../../src/report/run/saved-output.ts';
import { DEFAULT_CONFIDENCE, DEFAULT_DRAWS } from '../../src/statistics/index.ts';
import { example } from '../example.ts';
import { seedOption } from '../seed-option.ts';

export function addPriorsCommand(program: Command): void {
  program
    .command('priors')
    .summary(
      'pick the conditions for a model on one half of the groups, and measure them on the other',
    )
    .description(
      "Picks degradations and severities from saved outputs of promptfoo in which images were asked about beside many degraded copies (conditions: all, or a longer list than is picked), and says what they gain over the paper's four on the half of the groups that took no part. Asks nothing: any conditions' score follows from the answers.",
    )
    .argument('<outputs...>', 'files written by promptfoo eval -o <name>.json or <name>.jsonl')
    .addOption(
      new Option('--count <number>', 'conditions to pick, at most')
        .default(PAPER_CONDITIONS.length)
        .argParser(parseCount),
    )
    .addOption(seedOption(0, 'seed of the halves'))
    .option('--provider <label>', 'label of the model, where there are several')
    .option('--prompt <label>', 'label of the prompt, where there are several')
    .option('--dataset <name>', 'name of the data set, where there are several')
    .addHelpText('after', example('priors out.json'))
    .action(async (files: string[], options: Options) => {
      const runs = [];
      for (const file of files) runs.push({ file, run: await readSavedOutput(file) });
      const choice = choosePriors(mergeRuns(runs), {
        ...options,
        draws: { draws: DEFAULT_DRAWS, seed: SEED, confidence: DEFAULT_CONFIDENCE },
      });
      process.stdout.write(printedChoice(choice));
    });
}

interface Options {
  count: number;
  seed: number;
  provider?: string;
  prompt?: string;
  dataset?: string;
}

function parseCount(text: string): number {
  if (/^[1-9]\d{0,2}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Write a whole number from 1.');
}
