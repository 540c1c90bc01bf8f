import type { Command } from 'commander';
import { parse } from 'yaml';
import { oneLine } from '../../src/common/one-line.ts';
import { plainTable } from '../../src/common/plain-table.ts';
import { estimateText } from '../../src/report/page/format.ts';
import { meanEstimate, withinEnds } from '../../src/report/verdict/mean-estimate.ts';
import { type OrderAnswers, orderAnswers, orderedWording } from '../../src/rows/order-bias.ts';
import { createAsker } from '../../src/rows/scorer.ts';
import { wilson } from '../../src/statistics/index.ts';
import { askAboutImages, failureLines } from '../ask-about-images.ts';
import { example } from '../example.ts';
import { namedImages } from '../images-of.ts';
import { addJudgeOptions, type JudgeOptions, scorerOptions } from '../judge-options.ts';

export function addBiasCommand(program: Command): void {
  const command = program
    .command('bias')
    .summary('measure what the order of the two images does to a judge')
    .description(
      "Asks the conditional question of a prompt about each image and its degraded copies as it stands, with the two images in each other's place, and with the same image in both: by its first wording, and where it shows pieces of an image, by the first piece. A judge that looks rates the copy lower than the image wherever it stands.",
    )
    .argument('<images...>', 'image files, folders with images, or patterns');
  addJudgeOptions(command, { conditions: [{ degradation: 'fog', severity: 4 }] })
    .addHelpText('after', example('bias photos/*.jpg --judge openai:gpt-4.1'))
    .action(async (paths: string[], options: JudgeOptions) => {
      const images = await namedImages(paths);
      const asker = createAsker(scorerOptions(options), parse);
      try {
        const wording = orderedWording(asker.prompt);
        const asked = await askAboutImages(images, (image) => orderAnswers(image, wording, asker));
        const answered = asked.flatMap(({ image, result: answers = [] }) =>
          answers.length > 0 ? [{ image, answers }] : [],
        );
        // One file under two names says nothing that it has not said.
        const files = [...Map.groupBy(answered, ({ answers }) => answers[0]!.sha256).values()];
        const answers = files.map(([first]) => first!.answers);
        if (answers.length > 0) process.stdout.write(`${describe(answers)}\n`);
        for (const [first, ...others] of files) {
          if (others.length === 0) continue;
          const names = others.map(({ image }) => oneLine(image)).join(', ');
          process.stdout.write(
            `Counted once, because they are one file: ${oneLine(first!.image)}, ${names}\n`,
          );
        }
        const alike = asked.filter(({ result }) => result?.length === 0);
        if (alike.length > 0) {
          process.stdout.write(
            `Not asked about, because no copy is unlike the image: ${alike.map(({ image }) => oneLine(image)).join(', ')}\n`,
          );
        }
        const failures = failureLines(asked);
        for (const line of failures) process.stderr.write(`${line}\n`);
        if (failures.length > 0 || answers.length === 0) process.exitCode = 1;
      } finally {
        await asker.close();
      }
    });
}

/** Over images, each of them the mean over its copies: copies of one image are not independent. */
function describe(images: readonly OrderAnswers[][]): string {
  const units = images.map((_, index) => String(index));
  const ofImage = (own: readonly OrderAnswers[], key: 'asked' | 'swapped' | 'same'): number =>
    own.reduce((sum, answer) => sum + answer[key], 0) / own.length;
  const mean = (key: 'asked' | 'swapped' | 'same'): string =>
    estimateText(
      withinEnds(
        meanEstimate(
          images.map((own) => ofImage(own, key)),
          units,
        ).mean,
        [0, 1],
      ),
    );
  const blind = images.filter((own) => ofImage(own, 'swapped') >= ofImage(own, 'asked')).length;
  const pairs = images.reduce((sum, own) => sum + own.length, 0);
  return [
    plainTable(
      ['what is rated, and what is said to be poor beside it', 'mean answer'],
      [
        ['the image beside its copy (as in an evaluation)', mean('asked')],
        ['the copy beside the image (their places swapped)', mean('swapped')],
        ['the image beside itself (the same in both places)', mean('same')],
      ],
    ),
    '',
    `Images whose copies are rated as high as the image, or higher: ${blind} of ${images.length}, ${estimateText(wilson(blind, images.length))}.`,
    '',
    `${pairs} ${pairs === 1 ? 'pair' : 'pairs'} of ${images.length} ${images.length === 1 ? 'image' : 'images'}. Intervals are at 95 %, over images: Student's for means, Wilson's for the share. A judge that looks at the images has a share near 0, as far as the images are better than their copies; one that goes by their places, of one half or more. The third line is what the words alone do to an image.`,
  ].join('\n');
}
