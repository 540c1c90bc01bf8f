import type { Answer } from '../judges/answer.ts';
import type { Question } from '../judges/question.ts';
import type { Part } from './plan.ts';

/** An answer as it is kept in a row's metadata. */
export type RecordedAnswer = {
  kind: Question['kind'];
  degradation: string | null;
  severity: number | null;
  seed: number | null;
} & Part &
  Answer;
