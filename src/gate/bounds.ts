import { z } from 'zod';

const boundsSchema = z.object({
  min: z.unknown().optional(),
  baseline: z.unknown().optional(),
  datasets: z.array(z.string()).optional().catch(undefined),
});
const baselineSchema = z.object({ file: z.string() });

/** What a `rank-correlation` holds a correlation against. */
export interface Bounds {
  /** `min 0.7, baseline baseline.json` */
  name: string;
  /** Data sets that they are for; undefined: all. */
  datasets: readonly string[] | undefined;
  /** Path of the baseline, where one is given. */
  baselineFile: string | undefined;
}

/**
 * The bounds of a `rank-correlation`, which make it a gate. Reads a broken configuration too: its gate is
 * a gate, and the assertion says what is wrong.
 *
 * @param config of the assertion, as written
 */
export function boundsOf(config: unknown): Bounds | undefined {
  const { min, baseline, datasets } = boundsSchema.catch({}).parse(config ?? {});
  if (min === undefined && baseline === undefined) return undefined;
  const baselineFile = baselineSchema.safeParse(baseline).data?.file;
  const names = [
    ...(min === undefined ? [] : [`min ${min}`]),
    ...(baseline === undefined ? [] : [`baseline ${baselineFile ?? ''}`.trim()]),
  ];
  return { name: names.join(', '), datasets, baselineFile };
}
