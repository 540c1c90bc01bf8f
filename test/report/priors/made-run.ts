import type { Evaluation, Result } from '../../../src/harness/result-schema.ts';
import { readRun } from '../../../src/report/run/read-run.ts';
import type { Run } from '../../../src/report/run/scored-run.ts';
import { evaluation, type MadeColumn, type MadeImage, noise } from '../evaluations.ts';

/** What a made-up model answers about a copy: `null` where the copy is without effect. */
export type AnswerOf = (
  image: MadeImage,
  index: number,
) => { quality: number | null; similarity?: number | null };

export interface MadeConditions {
  provider: string;
  prompt: string;
  method: 'debiased' | 'prior';
  /** By `degradation severity`. */
  answers: Readonly<Record<string, AnswerOf>>;
}

export const CONDITIONS_OF_PAPER = ['zoom_blur 3', 'spatter 3', 'saturate 3', 'fog 4'] as const;

/** Images in groups of `each`, with MOS that are in no order. */
export const groupedImages = (groups: number, each: number): MadeImage[] =>
  Array.from({ length: groups * each }, (_, index) => ({
    image: `d/${String(index).padStart(4, '0')}.png`,
    mos: noise(index, 77),
    group: `g${Math.floor(index / each)}`,
  }));

/** Share `signal` of an image's MOS, the rest noise of its own. */
export const answer =
  (signal: number, seed: number): AnswerOf =>
  ({ image, mos }) => ({
    quality: signal * mos + (1 - signal) * noise(Number(/\d+/.exec(image)?.[0]), seed),
    similarity: 0.9,
  });

/** As `evaluation`, with columns that answer under many conditions. */
export function madeEvaluation(
  columns: readonly (MadeColumn | MadeConditions)[],
  images: readonly MadeImage[],
  rank: Record<string, unknown> = {},
): Evaluation {
  const base = evaluation(
    columns.map((column) =>
      'answers' in column ? { ...column, method: 'debiased', score: () => 0.5, rank } : column,
    ),
    images,
  );
  const results = base.results.map((result): Result => {
    const column = columns[result.promptIdx];
    const image = images[result.testIdx];
    const output = result.response?.output;
    if (!column || !('answers' in column) || !image || typeof output !== 'object') return result;
    const conditions = Object.entries(column.answers).map(([name, answerOf]) => {
      const [degradation, severity] = name.split(' ');
      const { quality, similarity = null } = answerOf(image, result.testIdx);
      return {
        degradation,
        severity: Number(severity),
        quality,
        similarity: quality === null ? null : similarity,
        weight: 0,
        psnrDb: quality === null ? null : 20,
        ...(quality === null && { skipped: 'no effect' }),
      };
    });
    return {
      ...result,
      response: { ...result.response, output: { ...output, method: column.method, conditions } },
    };
  });
  return { ...base, results };
}

export const madeRun = (...args: Parameters<typeof madeEvaluation>): Run =>
  readRun(madeEvaluation(...args));
