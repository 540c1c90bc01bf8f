import type { Judge } from '../judges/judge.ts';
import type { AnswerForm } from '../judges/question.ts';

/** Whether a judge says that it answers such a question by several samples. */
export const isSampled = (judge: Pick<Judge, 'requestsFor'>, question: AnswerForm): boolean =>
  (judge.requestsFor?.(question).replies ?? 1) > 1;

/** Why `condition: contrast` takes no samples. */
export const noLogit = (judgeId: string): RangeError =>
  new RangeError(
    `judge ${judgeId}: condition: contrast subtracts logits of probabilities, and a share of a few samples is often 0 or 1, which has no logit; take a judge that gives token probabilities, or a prompt file with condition: degraded, such as prompts/qdebias-five.yaml`,
  );
