/**
 * What is left of a question's SRCC when its answers are sampled: `node bench/graded-questions.ts [samples]`.
 * 100 simulated images, a simulated biased judge (simulated-judge.ts), the prompt files of this repository;
 * SRCC with the images' true quality, the mean of 40 runs with its standard deviation.
 */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { rankScores } from '../assertions/rank-scores.ts';
import { srcc } from '../assertions/statistics/index.ts';
import { Mt19937 } from '../providers/degradations/mt19937.ts';
import { parsePromptFile } from '../providers/prompt-file.ts';
import { type SimulatedImage, simulatedScore } from './simulated-judge.ts';

const IMAGES = 100;
const RUNS = 40;
export const PROMPTS = [
  'two-level',
  'three-level',
  'five-level',
  'rating',
  'qdebias',
  'qdebias-five',
  'qdebias-nine',
  'qdebias-rating',
] as const;

export const readPrompt = (name: string) =>
  parsePromptFile(
    JSON.stringify(
      parse(readFileSync(new URL(`../prompts/${name}.yaml`, import.meta.url), 'utf8')),
    ),
    name,
  );

/** Standard normal quality and content, independent of each other. */
function simulatedImages(random: Mt19937): SimulatedImage[] {
  const normal = () =>
    Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
  return Array.from({ length: IMAGES }, () => ({ quality: normal(), content: normal() }));
}

/** SRCC with the true quality, of each run. */
export function correlations(prompt: string, samples: number | undefined, runs = RUNS): number[] {
  const file = readPrompt(prompt);
  return Array.from({ length: runs }, (_, run) => {
    const random = new Mt19937(run + 1);
    const images = simulatedImages(random);
    const scores = images.map((image) => simulatedScore(file, image, samples, random));
    return srcc(
      rankScores(scores, samples === undefined ? 'logprobs' : 'samples'),
      images.map(({ quality }) => quality),
    );
  });
}

if (import.meta.main) {
  const samples = Number(process.argv[2] ?? 8);
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const text = (values: number[]) => {
    const m = mean(values);
    const sd = Math.sqrt(mean(values.map((value) => (value - m) ** 2)));
    return `${m.toFixed(2)} ± ${sd.toFixed(2)}`;
  };
  console.log(`${'prompt'.padEnd(16)} ${`${samples} samples`.padEnd(13)} 32 samples    exact`);
  for (const prompt of PROMPTS) {
    const cells = [samples, 32, undefined].map((count) => text(correlations(prompt, count)));
    console.log(`${prompt.padEnd(16)} ${cells.map((cell) => cell.padEnd(13)).join(' ')}`);
  }
}
