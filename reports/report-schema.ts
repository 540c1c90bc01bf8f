import { z } from 'zod';
import { methodSchema } from '../providers/row-output.ts';

/**
 * `report.json`: what a run measured and how sure that is. `schemaVersion` changes when a field is
 * renamed, removed or comes to mean something else; new fields may come without it.
 */
export const REPORT_SCHEMA_VERSION = 1;

const count = z.number().int().min(0);

const estimateSchema = z.object({
  /** Null where it does not exist; `problem` says why. */
  estimate: z.number().nullable(),
  /**
   * Ends of the bootstrap interval, unless another is named: percentiles, or Student's for fewer than 20
   * units; null where there is none.
   */
  low: z.number().nullable(),
  high: z.number().nullable(),
  problem: z.string().optional(),
});

const mappingSchema = z.object({
  /** b1..b4 of `(b1 - b2) / (1 + exp(-(x - b3) / |b4|)) + b2`, or null without a fit. */
  parameters: z.array(z.number()).nullable(),
  /**
   * Pearson's correlation after the mapping, below 0 where the curve falls. The interval holds the curve as
   * it was fitted on all images.
   */
  PLCC: estimateSchema,
  /** In units of the data set's scores; the interval as that of PLCC. */
  RMSE: estimateSchema,
  /** Whether the curve falls: images that people rate lower get higher scores. */
  falls: z.boolean(),
  problem: z.string().optional(),
});

const disagreementSchema = z.object({
  image: z.string(),
  sha256: z.string(),
  score: z.number(),
  mos: z.number(),
  /** Place among the images of the data set, 0 the worst and 1 the best. */
  scorePlace: z.number(),
  mosPlace: z.number(),
});

/** What was bought for the rows of a column, those in error and repetitions included. */
const boughtShape = {
  /** As the vendor returned it; several where it changed during the run. */
  models: z.array(z.string()),
  probabilities: z.object({
    source: z.string().nullable(),
    /** Answers drawn per question, where they are samples. */
    samples: z.array(z.number()),
    /** Words that quality questions could be answered with; none for ratings. */
    choices: z.array(z.number()),
    /** Samples that were none of the choices. */
    invalid: count,
  }),
  calls: z.object({
    bought: count,
    reused: count,
    /** Replies that were paid for and brought no answer. */
    unusable: count,
  }),
  cost: z.object({
    /** Of all answers and unusable replies whose price is known, whenever they were bought. */
    usd: z.number(),
    /** The part of it that this evaluation paid, tries that failed included. */
    paidUsd: z.number(),
    /** Answers and unusable replies whose price is unknown. */
    unpriced: count,
    /** The part of it that went to images without a score. */
    failedRows: z.object({ usd: z.number(), unpriced: count }),
  }),
  /** Of each answer, as it was when it was bought. */
  latencyMs: z.object({ median: z.number(), p95: z.number() }).nullable(),
  /** Further repetitions of rows under --repeat, no part of what is measured. */
  repetitions: count,
  /** Conditions left out because the degradation had no effect on the image. */
  skippedConditions: count,
};

export const entrySchema = z.object({
  /** Number of the column in `columns`. */
  column: count,
  provider: z.string(),
  prompt: z.string(),
  method: methodSchema.nullable(),
  images: z.object({
    total: count,
    scored: count,
    /** The first of those without a score. */
    failed: z.array(z.object({ image: z.string(), reason: z.string() })),
  }),
  SRCC: estimateSchema,
  KRCC: estimateSchema,
  /** Raw, no mapping. */
  PLCC: estimateSchema,
  mapping: mappingSchema,
  /** What was resampled for the intervals: images, or groups. */
  units: z.object({ count, kind: z.enum(['images', 'groups']), few: z.boolean() }).nullable(),
  ...boughtShape,
  gates: z.array(
    z.object({
      passed: z.boolean(),
      /** Of a row in error, its error. */
      reason: z.string(),
      /** Repetitions that it was said of, from 1; left out: all of them. */
      repetitions: z.array(count).optional(),
    }),
  ),
  disagreements: z.array(disagreementSchema),
});

export const comparisonSchema = z.object({
  /** Numbers of columns: the difference is a minus b. */
  a: count,
  b: count,
  /** Images that both scored, over which they are compared; null where they are not comparable. */
  images: count.nullable(),
  SRCC: estimateSchema,
  /**
   * `gain` where a agrees better and `holmPValue` is at most 1 - confidence, `loss` where it agrees worse;
   * the interval is not corrected, so it can leave out 0 where the verdict is `undecided`.
   */
  verdict: z.enum(['gain', 'loss', 'undecided']).nullable(),
  /** Of no difference, two-sided, from the paired bootstrap. */
  pValue: z.number().nullable(),
  /** Whether `pValue` is a share of draws, or Student's tail: of few units, or where too few draws lie beyond 0. */
  pValueFrom: z.enum(['draws', 'tail']).nullable(),
  /** `pValue` corrected by Holm's method over the pairs of the data set that have one. */
  holmPValue: z.number().nullable(),
  /** Z test of Meng, Rosenthal & Rubin (1992), as an analytic check; not corrected. */
  meng: z.object({
    z: z.number().nullable(),
    pValue: z.number().nullable(),
    problem: z.string().optional(),
  }),
  /** The probabilities of the two come from different sources. */
  sourcesDiffer: z.boolean(),
});

const categoryColumnSchema = z.object({
  column: count,
  n: count,
  /** Within the category; the interval is Fisher's, of images that are independent. */
  SRCC: estimateSchema,
  /** Mean of mapped score minus MOS: above 0, such images are rated better than by the data set. */
  bias: estimateSchema,
});

export const tagSchema = z.object({
  name: z.string(),
  /** Categories that there are; `categories` has those with the largest bias, where they are many. */
  values: count,
  categories: z.array(z.object({ value: z.string(), columns: z.array(categoryColumnSchema) })),
  /**
   * Standard deviation of bias between all categories whose bias has an interval, what chance makes of
   * it taken off; `over` is how many those are.
   */
  spread: z.array(z.object({ column: count, bias: z.number().nullable(), over: count })),
});

export const datasetSchema = z.object({
  name: z.string(),
  /** What its scores are, where they are no opinions of people. */
  truth: z.string().nullable(),
  /** How its MOS comes from the score in the file, where it is not the same. */
  direction: z.string().nullable(),
  entries: z.array(entrySchema),
  /** Single-image against debiased columns of one provider; a is the debiased one. */
  debiasing: z.array(comparisonSchema),
  comparisons: z.array(comparisonSchema),
  /**
   * Columns with an SRCC, the best first. Two that share a letter are not told apart by these images;
   * two that share none differ, or could not be compared.
   */
  ranking: z.array(z.object({ column: count, rank: z.number(), letters: z.array(z.string()) })),
  tags: z.array(tagSchema),
  /** What the data set says of its images and makes no categories, and why. */
  tagsLeftOut: z.array(z.object({ name: z.string(), reason: z.string() })),
});

/** What a column whose prompt rates the degraded copies says of them as priors. */
export const priorSchema = z.object({
  column: count,
  provider: z.string(),
  prompt: z.string(),
  images: z.object({ total: count, scored: count }),
  ...boughtShape,
  /** What has to be known to read the ranking. */
  notes: z.array(z.string()),
  /** The best first. */
  ranking: z.array(
    z.object({
      degradation: z.string(),
      severity: z.number().int(),
      n: count,
      /** Copies that do not differ from their image. */
      withoutEffect: count,
      /** P(good) of the copies by themselves. */
      meanGood: z.number().nullable(),
      sdGood: z.number().nullable(),
      /** P(same object); null where it was not asked. */
      meanSame: z.number().nullable(),
      /** Mean of (1 - P(good)) P(same) less its standard deviation; null below two images. */
      suitability: z.number().nullable(),
    }),
  ),
});

export const columnSchema = z.object({
  provider: z.string(),
  prompt: z.string(),
  promptText: z.string(),
  /** Judge, seed, conditions and the like; several where rows differ. */
  settings: z.array(z.record(z.string(), z.unknown())),
  versions: z.array(z.record(z.string(), z.string())),
  weights: z.string().nullable(),
});

export const reportSchema = z.object({
  schemaVersion: z.literal(REPORT_SCHEMA_VERSION),
  createdAt: z.iso.datetime(),
  generator: z.object({ name: z.string(), version: z.string() }),
  evaluations: z.array(z.string()),
  files: z.array(z.string()),
  bootstrap: z.object({ confidence: z.number(), draws: count, seed: z.number().int() }),
  columns: z.array(columnSchema),
  datasets: z.array(datasetSchema),
  /**
   * Mean of the ranks by SRCC over the data sets, the best first, among the columns that have an SRCC on all
   * of them; empty for one data set.
   */
  averageRanks: z.array(
    z.object({
      column: count,
      ranks: z.array(z.object({ dataset: z.string(), rank: z.number() })),
      average: z.number(),
    }),
  ),
  priors: z.array(priorSchema),
  /** Columns of other providers, left out. */
  otherColumns: z.array(z.string()),
});

export type Estimate = z.output<typeof estimateSchema>;
export type Mapping = z.output<typeof mappingSchema>;
export type Disagreement = z.output<typeof disagreementSchema>;
export type Entry = z.output<typeof entrySchema>;
export type AverageRank = Report['averageRanks'][number];
export type Comparison = z.output<typeof comparisonSchema>;
export type Tag = z.output<typeof tagSchema>;
export type DatasetReport = z.output<typeof datasetSchema>;
export type PriorReport = z.output<typeof priorSchema>;
export type Report = z.output<typeof reportSchema>;
