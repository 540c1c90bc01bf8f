import { z } from 'zod';

const boundsSchema = z.object({
  min: z.unknown().optional(),
  baseline: z.unknown().optional(),
  datasets: z.array(z.string()).optional().catch(undefined),
});
const baselineSchema = z.object({
  file: z.string().optional().catch(undefined),
  lastGreen: z.string().optional().catch(undefined),
});

/** What a `rank-correlation` holds a correlation against. */
export interface Bounds {
  /** `min 0.7, baseline baseline.json` */
  name: string;
  /** Data sets that they are for; undefined: all. */
  datasets: readonly string[] | undefined;
  /** Paths of the baseline, as far as they are given. */
  baseline: { file?: string | undefined; lastGreen?: string | undefined };
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
  const paths = baselineSchema.safeParse(baseline).data ?? {};
  const baselineName =
    paths.lastGreen === undefined ? (paths.file ?? '') : `last green run of ${paths.lastGreen}`;
  const names = [
    ...(min === undefined ? [] : [`min ${min}`]),
    ...(baseline === undefined ? [] : [`baseline ${baselineName}`.trim()]),
  ];
  return { name: names.join(', '), datasets, baseline: paths };
}
