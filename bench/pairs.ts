/**
 * When comparisons beat scores, for `judge: simulated`: `node bench/pairs.ts [runs] [folder of BIQ2021]`.
 * SRCC with the true quality of 100 simulated images (bench/graded-questions.ts) by the number of anchors and of
 * samples, beside five levels at the same cost: as many images sent. An anchor is asked about in both orders with two
 * images each, so that k anchors and n samples cost 4 k n images, and five levels about one image get 4 k n samples of
 * one wording for that, or n samples of each of 4 k wordings. Under the priors four copies stand before: 24 k n images
 * for pairs, and 3 k n samples, or wordings, for five levels beside a copy. Means over the runs, with the standard error
 * of the mean.
 *
 * With a folder that holds `mos.csv` (columns image and mos) and `images/`, SRCC with the scores of people as well:
 * `node bench/pairs.ts 0 <folder>` prints that alone.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { parse as parseYaml } from 'yaml';
import { createScorer } from '../providers/score-image.ts';
import { Mt19937 } from '../src/degradations/mt19937.ts';
import type { PromptFile } from '../src/method/prompt-file.ts';
import { srcc } from '../src/statistics/index.ts';
import { rankScores } from '../src/statistics/rank-scores.ts';
import { readPrompt, simulatedImages } from './graded-questions.ts';
import { type SimulatedImage, simulatedPairScorer, simulatedScorer } from './simulated-judge.ts';

const RUNS = Number(process.argv[2] ?? 20);
const POOL = 15;
const ANCHORS = [1, 3, 5];
const SAMPLES = [1, 2, 8, undefined];

type Score = (image: SimulatedImage, random: Mt19937) => Promise<number>;

/** Mean SRCC with the true quality, and its standard error. */
async function measured(
  contentSd: number,
  isSampled: boolean,
  scorerOf: (anchorsOf: (count: number) => SimulatedImage[]) => Score,
): Promise<string> {
  const found: number[] = [];
  for (let run = 1; run <= RUNS; run++) {
    const random = new Mt19937(run);
    const images = simulatedImages(random, 100, contentSd);
    const pool = simulatedImages(random, POOL, contentSd);
    const score = scorerOf((count) => middle(pool, count));
    const scores: number[] = [];
    for (const image of images) scores.push(await score(image, random));
    const ranked = rankScores(scores, isSampled ? 'samples' : 'computed');
    found.push(
      srcc(
        ranked,
        images.map(({ quality }) => quality),
      ),
    );
  }
  const mean = found.reduce((sum, value) => sum + value, 0) / found.length;
  const squares = found.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return `${mean.toFixed(2)} ± ${Math.sqrt(squares / (found.length - 1) / found.length).toFixed(2)}`;
}

/** As `pick: middle` takes them, by scores that are the true qualities. */
function middle(pool: readonly SimulatedImage[], count: number): SimulatedImage[] {
  const scores = pool.map(({ quality }) => quality);
  const centre = (Math.min(...scores) + Math.max(...scores)) / 2;
  return pool
    .toSorted((a, b) => Math.abs(a.quality - centre) - Math.abs(b.quality - centre))
    .slice(0, count);
}

const pairs =
  (prompt: PromptFile, count: number, samples: number | undefined) =>
  (anchorsOf: (count: number) => SimulatedImage[]): Score => {
    const score = simulatedPairScorer(samples);
    const anchors = anchorsOf(count);
    return (image, random) => score(prompt, image, anchors, random);
  };

const levels = (prompt: PromptFile, samples: number | undefined) => (): Score => {
  const score = simulatedScorer(samples);
  return (image, random) => score(prompt, image, random);
};

/** As many wordings of one question, each answered by so many samples: other words are another question. */
const wordings = (prompt: PromptFile, count: number, samples: number | undefined) => (): Score => {
  const score = simulatedScorer(samples);
  return async (image, random) => {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += await score(prompt, image, random);
    return sum / count;
  };
};

async function table(
  title: string,
  contentSd: number,
  prompts: { pairs: string[]; levels: string },
  requestsAtCost: (anchors: number) => number,
): Promise<void> {
  console.log(`\n${title}`);
  console.log(`${prompts.levels} at the same cost: by one wording, and by several`);
  const head = ['anchors', 'samples', ...prompts.pairs, 'one wording', 'several'];
  console.log(head.map((cell) => cell.padEnd(13)).join(' '));
  for (const samples of SAMPLES) {
    for (const anchors of ANCHORS) {
      const cells = [String(anchors), samples === undefined ? 'exact' : String(samples)];
      for (const prompt of prompts.pairs) {
        const scorer = pairs(readPrompt(prompt), anchors, samples);
        cells.push(await measured(contentSd, samples !== undefined, scorer));
      }
      const requests = requestsAtCost(anchors);
      const prompt = readPrompt(prompts.levels);
      for (const scorer of [
        levels(prompt, samples === undefined ? undefined : requests * samples),
        wordings(prompt, requests, samples),
      ]) {
        cells.push(await measured(contentSd, samples !== undefined, scorer));
      }
      console.log(cells.map((cell) => cell.padEnd(13)).join(' '));
    }
  }
}

/** Photographs of BIQ2021, of which the first ones in the list's order are taken. */
async function photographs(count: number, folder: string): Promise<void> {
  const rows: { image: string; mos: string }[] = parse(
    readFileSync(join(folder, 'mos.csv'), 'utf8'),
    { columns: true },
  );
  console.log(`\nBIQ2021, SRCC with the scores of people`);
  for (const judge of ['simulated', 'statistical']) {
    const columns = new Map<string, { image: string; score: number; isAnchor?: boolean }[]>();
    for (const name of ['five-level', 'pair', 'pair-five']) {
      const scorer = createScorer({ judge, prompt: promptWith(name, folder) });
      const scored = [];
      for (const { image } of rows.slice(0, count)) {
        const { score, isAnchor } = await scorer.score(join(folder, 'images', image));
        scored.push({ image, score, ...(isAnchor && { isAnchor }) });
      }
      columns.set(name, scored);
      await scorer.close();
    }
    // All columns over the same images: those that are no anchors in any.
    const anchors = new Set(
      [...columns.values()].flat().flatMap(({ image, isAnchor }) => (isAnchor ? [image] : [])),
    );
    const mosOf = new Map(rows.map(({ image, mos }) => [image, Number(mos)]));
    for (const [name, all] of columns) {
      const scored = all.filter(({ image }) => !anchors.has(image));
      const ranked = rankScores(
        scored.map(({ score }) => score),
        'computed',
      );
      const found = srcc(
        ranked,
        scored.map(({ image }) => mosOf.get(image)!),
      );
      console.log(
        `${judge.padEnd(13)} ${name.padEnd(13)} ${found.toFixed(3)} of ${scored.length} photographs`,
      );
    }
  }
}

/** A prompt file with anchors of the photographs. */
function promptWith(name: string, folder: string): object {
  const prompt = parseYaml(
    readFileSync(new URL(`../prompts/${name}.yaml`, import.meta.url), 'utf8'),
  );
  const config = {
    file: join(folder, 'mos.csv'),
    ...{ root: join(folder, 'images'), image: 'image', mos: 'mos' },
  };
  return prompt.anchors
    ? { ...prompt, anchors: { ...prompt.anchors, dataset: { format: 'csv', config } } }
    : prompt;
}

if (RUNS > 0) {
  const alone = { pairs: ['pair', 'pair-five'], levels: 'five-level' };
  const perPair = (anchors: number) => 4 * anchors;
  await table('A judge that rates quality alone', 0, alone, perPair);
  await table('A judge that is swayed by what an image shows', 1.5, alone, perPair);
  await table(
    'The same judge under the degraded priors',
    1.5,
    { pairs: ['pair-prior'], levels: 'qdebias-five' },
    (anchors) => 3 * anchors,
  );
}
const [folder] = process.argv.slice(3);
if (folder !== undefined) await photographs(400, folder);
else if (RUNS === 0) {
  console.error('name a folder with mos.csv and images/: node bench/pairs.ts 0 <folder>');
  process.exitCode = 1;
}
