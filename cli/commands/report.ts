import type { Command } from 'commander';
import { buildReport } from '../../src/report/build-report.ts';
import { leaderboard } from '../../src/report/printed-leaderboard.ts';
import { reportSettingsSchema, SEED } from '../../src/report/report-settings.ts';
import { withEnsembles } from '../../src/report/run/ensembles.ts';
import { mergeRuns } from '../../src/report/run/merge-runs.ts';
import { readSavedOutput } from '../../src/report/run/saved-output.ts';
import { writeReport } from '../../src/report/write-report.ts';
import { DEFAULT_CONFIDENCE } from '../../src/statistics/index.ts';
import { countOption } from '../count-option.ts';
import { example } from '../example.ts';

const defaults = reportSettingsSchema.parse({});

export function addReportCommand(program: Command): void {
  program
    .command('report')
    .summary('make the report from saved outputs of promptfoo')
    .description(
      'Makes report.json, report.md and report.html from outputs of promptfoo (-o out.json, or -o out.jsonl for large runs). Several outputs are joined: correlations are taken over the union of their images. Outputs that disagree about an image, or asked differently under one name, are refused.',
    )
    .argument('<outputs...>', 'files written by promptfoo eval -o <name>.json or <name>.jsonl')
    .option('-o, --output <folder>', 'folder of the report', String(defaults.folder))
    .addOption(
      countOption(
        'disagreements',
        'images with the largest disagreement shown, and worst pictures of generators',
      ),
    )
    .addOption(countOption('draws', 'bootstrap draws of each interval'))
    .addHelpText('after', example('report shard-1.json shard-2.json'))
    .action(async (files: string[], { output, disagreements, draws }: Options) => {
      const runs = [];
      for (const file of files) runs.push({ file, run: await readSavedOutput(file) });
      const merged = mergeRuns(runs);
      const { run, problems: leftOut } = withEnsembles(merged, merged.ensembles);
      for (const problem of leftOut) process.stderr.write(`${problem}\n`);
      const findings = buildReport(run, {
        draws: { draws, seed: SEED, confidence: DEFAULT_CONFIDENCE },
        disagreements,
        files,
      });
      process.stdout.write(leaderboard(findings.report));
      const { html, problems } = await writeReport(findings, output);
      for (const problem of problems) process.stderr.write(`${problem}\n`);
      process.stdout.write(`${html}\n`);
    });
}

interface Options {
  output: string;
  disagreements: number;
  draws: number;
}
