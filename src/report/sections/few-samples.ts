import type { DatasetReport } from '../report-schema.ts';
import { columnName } from './section.ts';

/** Samples from which on two words under a prior are not remarked on. */
const ENOUGH_SAMPLES = 32;

/**
 * A remark on columns whose conditional question has two words and few sampled answers: such answers are
 * nearly all the same, and the gain of the method is lost. The figures are those of
 * bench/graded-questions.ts.
 */
export const fewSamplesNotes = ({ entries }: Pick<DatasetReport, 'entries'>): string[] =>
  entries.flatMap((entry) => {
    const { samples, choices } = entry.probabilities;
    const fewest = Math.min(...samples);
    const isTwoWords = choices.length > 0 && choices.every((count) => count === 2);
    if (entry.method !== 'debiased' || !isTwoWords || !(fewest < ENOUGH_SAMPLES)) return [];
    return [
      `${columnName(entry)}: ${fewest} samples of two words lose most of what the prior gains (on a simulated judge SRCC 0.65 with 8, 0.79 with 32, and 0.89 with 8 of five levels); take prompts/qdebias-five.yaml`,
    ];
  });
