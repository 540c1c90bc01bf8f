import { z } from 'zod';
import { weightsSchema } from '../../method/row-output.ts';

/** What the report takes over from the `rank-correlation` of a correlation row. */
export const rankSettingsSchema = z.object({
  weights: weightsSchema.optional(),
  minCoverage: z.number().min(0).max(1).default(1),
});

export type RankSettings = z.output<typeof rankSettingsSchema>;
