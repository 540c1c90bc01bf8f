/**
 * What is left of a question's SRCC when its answers are sampled: `node bench/graded-questions.ts [samples]`.
 * 100 simulated images that vary more in content than in quality, `judge: simulated` (simulated-judge.ts), the
 * prompt files of this repository;
 * SRCC with the images' true quality, the mean of 40 runs with its standard deviation.
 */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { Mt19937 } from '../src/degradations/mt19937.ts';
import { parsePromptFile } from '../src/method/prompt-file.ts';
import { srcc } from '../src/statistics/index.ts';
import { rankScores } from '../src/statistics/rank-scores.ts';
import { type SimulatedImage, simulatedScorer } from './simulated-judge.ts';

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

/** Content varies more than quality, as over the photographs of a data set. */
const CONTENT_SD = 1.5;

/** Normal quality and content, independent of each other. */
export function simulatedImages(
  random: Mt19937,
  count = IMAGES,
  contentSd = CONTENT_SD,
): SimulatedImage[] {
  const normal = () =>
    Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
  return Array.from({ length: count }, () => ({
    quality: normal(),
    content: contentSd * normal(),
  }));
}

/** SRCC with the true quality, of each run. */
export async function correlations(
  prompt: string,
  samples: number | undefined,
  runs = RUNS,
): Promise<number[]> {
  const file = readPrompt(prompt);
  const score = simulatedScorer(samples);
  const found: number[] = [];
  for (let run = 1; run <= runs; run++) {
    const random = new Mt19937(run);
    const images = simulatedImages(random);
    const scores: number[] = [];
    for (const image of images) scores.push(await score(file, image, random));
    const source = samples === undefined ? 'computed' : 'samples';
    found.push(
      srcc(
        rankScores(scores, source),
        images.map(({ quality }) => quality),
      ),
    );
  }
  return found;
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
    const cells: string[] = [];
    for (const count of [samples, 32, undefined]) {
      cells.push(text(await correlations(prompt, count)));
    }
    console.log(`${prompt.padEnd(16)} ${cells.map((cell) => cell.padEnd(13)).join(' ')}`);
  }
}
