import { expect, it } from 'vitest';
import { buildReport } from '../../../src/report/build-report.ts';
import { readRun } from '../../../src/report/run/read-run.ts';
import { shortMarkdown } from '../../../src/report/short-markdown.ts';
import { generated, type MadePicture } from './made-generators.ts';

/** What the report says of two generators over six prompts, as Markdown. */
function textOf(
  more: (index: number, place: number) => Partial<MadePicture> = () => ({}),
): Promise<string> {
  const evaluation = generated(
    ['a', 'b'].map((provider, place) => ({
      provider,
      pictures: Array.from({ length: 6 }, (_, index) => ({
        vars: { subject: `s${index}` },
        score: 0.3 + 0.05 * index + (place === 0 ? 0.2 + 0.01 * (index % 2) : 0),
        ...more(index, place),
      })),
    })),
  );
  const draws = { draws: 1000, seed: 0, confidence: 0.95 };
  const findings = buildReport(readRun(evaluation), { draws, disagreements: 2, files: [] });
  return shortMarkdown('title', findings);
}

it('says that nothing is known of the judge where people have said nothing', async () => {
  const text = await textOf();
  expect(text).toContain('The pictures have no scores of people');
  expect(text).toContain("(Student's, as there are fewer than 20)");
  expect(text).toMatch(
    /\| a \| b \| 6 \| \+0\.205 \[.*\] \| \\< 0\.001 \| \\< 0\.001 \| first is better \|/,
  );
});

it('says how the judge agrees with people on the pictures', async () => {
  const text = await textOf((index, place) => ({ mos: index - place }));
  expect(text).toMatch(/agree with those of people on 12 pictures with SRCC \d/);
  expect(text).toContain('| people prefer the same |');
  // Six of six, by Wilson.
  expect(text).toContain('| 1.00 [0.61, 1.00] of 6 |');
});

it('says of scores of the test cases that they tell no generators apart', async () => {
  const text = await textOf((index) => ({ vars: { subject: `s${index}`, mos: index } }));
  expect(text).toContain('The scores of people are those of the test cases');
  expect(text).not.toContain('people prefer the same');
});
