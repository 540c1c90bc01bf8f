/** The answers that were bought or found for a row, with a score or without. */
export interface AnswerSummary {
  models: string[];
  /** Answers drawn per question, where they were samples. */
  samples: number[];
  /** Of quality questions: how many words they could be answered with. */
  choices: number[];
  /** Samples that were none of the choices. */
  invalid: number;
  bought: number;
  reused: number;
  /** Replies that brought no answer, and were paid for. */
  unusable: number;
  /** Of all answers and unusable replies whose price is known, whenever they were bought. */
  costUsd: number;
  /** The part of it that this evaluation paid. */
  paidUsd: number;
  /** Answers and unusable replies whose price is unknown. */
  unpriced: number;
  /** Of each answer, as it was when it was bought. */
  latenciesMs: number[];
}
