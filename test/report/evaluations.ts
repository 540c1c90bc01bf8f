import { createHash } from 'node:crypto';
import type { Evaluation, Result } from '../../src/harness/result-schema.ts';
import { CORRELATION_KEY, RATINGS_KEY, SOURCE_KEY } from '../../src/harness/row-keys.ts';
import type { DatasetSource } from '../../src/rows/dataset-source.ts';
import type { Ratings } from '../../src/rows/ratings.ts';

/** An image of a made-up evaluation. */
export interface MadeImage {
  image: string;
  mos: number;
  group?: string;
  tags?: Record<string, string>;
  source?: DatasetSource;
  ratings?: Ratings;
}

export interface MadeColumn {
  provider: string;
  prompt: string;
  method?: 'debiased' | 'single-image';
  source?: string;
  model?: string;
  seed?: number;
  encoding?: string;
  promptText?: string;
  /** Score of each image; a text is the row's error. */
  score: (image: MadeImage, index: number) => number | string;
  rank?: Record<string, unknown>;
}

export const sha = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Images with MOS 1, 2, 3, … */
export const images = (count: number, first = 0): MadeImage[] =>
  Array.from({ length: count }, (_, i) => ({ image: `d/${first + i}.png`, mos: first + i + 1 }));

/** A reproducible number in 0..1 for each index, in no order. */
export const noise = (index: number, seed = 0): number =>
  Number.parseInt(sha(`${seed} ${index}`).slice(0, 8), 16) / 0xffffffff;

/** An evaluation as promptfoo hands it over: image rows and, after them, a correlation row a column. */
export function evaluation(
  columns: readonly MadeColumn[],
  listed: readonly MadeImage[],
  { dataset = 'd', evalId = 'eval-1', repeat = 1 } = {},
): Evaluation {
  const results: Result[] = [];
  for (const [index, image] of listed.entries()) {
    for (let repetition = 0; repetition < repeat; repetition++) {
      for (const [promptIdx, column] of columns.entries()) {
        const place = { promptIdx, testIdx: index * repeat + repetition };
        results.push(imageResult(column, image, index, dataset, place));
      }
    }
  }
  for (const [promptIdx, column] of columns.entries()) {
    results.push({
      promptIdx,
      testIdx: listed.length * repeat,
      provider: { id: 'file://providers/debiased.ts', label: column.provider },
      vars: { dataset, image: `correlation over ${listed.length} images`, mos: '' },
      success: true,
      testCase: {
        metadata: {
          [CORRELATION_KEY]: {
            dataset,
            several: false,
            rows: listed.map((image) => ({ vars: varsOf(image, dataset) })),
          },
        },
        assert: [{ config: { ...column.rank, publish: true } }],
      },
      response: { output: 'scored', metadata: {} },
    });
  }
  return {
    evalId,
    prompts: columns.map(({ prompt, provider, promptText = '{"a":1}' }) => ({
      raw: promptText,
      label: prompt,
      provider,
    })),
    results,
  };
}

const varsOf = ({ image, mos, group }: MadeImage, dataset: string) => ({
  image,
  mos,
  dataset,
  ...(group !== undefined && { group }),
});

export function imageResult(
  column: MadeColumn,
  image: MadeImage,
  index: number,
  dataset: string,
  place: { promptIdx: number; testIdx: number },
): Result {
  const score = column.score(image, index);
  const row = {
    ...place,
    provider: { id: 'file://providers/debiased.ts', label: column.provider },
    vars: varsOf(image, dataset),
    testCase: {
      metadata: {
        ...image.tags,
        ...(image.source && { [SOURCE_KEY]: image.source }),
        ...(image.ratings && { [RATINGS_KEY]: image.ratings }),
      },
    },
  };
  if (typeof score === 'string') {
    return { ...row, success: false, error: score, failureReason: 2, response: { error: score } };
  }
  const { method = 'single-image', source = 'logprobs', seed = 0, model = 'm-1' } = column;
  const { encoding = 'png' } = column;
  return {
    ...row,
    success: true,
    failureReason: 0,
    response: {
      output: {
        score,
        conditions: [
          {
            degradation: method === 'debiased' ? 'fog' : null,
            severity: method === 'debiased' ? 4 : null,
            quality: score,
            similarity: null,
            weight: 1,
            psnrDb: null,
          },
        ],
        method,
        weights: 'uniform',
        source,
      },
      metadata: {
        ...varsOf(image, dataset),
        imageFile: { sha256: sha(image.image), width: 64, height: 64 },
        judge: column.provider,
        seed,
        sent: { encoding, maxPixels: 1_048_576 },
        answers: [
          { model, source, costUsd: 0.001, latencyMs: 100 + (image.mos ?? 0), reused: false },
        ],
        versions: { 'promptfoo-iqa': '0.1.0' },
      },
    },
  };
}
