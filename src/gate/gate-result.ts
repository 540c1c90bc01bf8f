import { z } from 'zod';

/** What a gate says beside whether it passed. */
export const gateResultSchema = z.object({
  /** Whether it was held against something: one that judged nothing does not pass. */
  judged: z.boolean(),
  /** Why it passes or does not, without a full stop. */
  sentence: z.string(),
  /** Sentences after it. */
  remarks: z.array(z.string()),
});

export type GateResult = z.output<typeof gateResultSchema>;
