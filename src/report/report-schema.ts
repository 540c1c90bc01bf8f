import { z } from 'zod';
import { methodSchema } from '../method/row-output.ts';

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

/** Agreement with people beyond correlation; a figure that does not exist is null, and `problem` says why. */
const entryAgreementSchema = z.object({
  /** Share of the pairs of images that people tell apart which the scores put in the same order. */
  pairs: estimateSchema.extend({
    /** Whether the raters' spread says which pairs people tell apart; else all of different MOS. */
    band: z.boolean(),
    told: count.nullable(),
    all: count.nullable(),
  }),
  /** Quadratic-weighted, at the levels of the prompt; `levels` is null where it has none. */
  kappa: estimateSchema.extend({ levels: count.nullable() }),
  /** Krippendorff's, interval, of MOS and the scores after the mapping, whose curve is held. */
  alpha: estimateSchema,
  /** ICC(2,1) and ICC(3,1) of the same. */
  iccAbsolute: estimateSchema,
  iccConsistency: estimateSchema,
  /** What the raters' spread leaves a perfect judge. */
  ceiling: z.object({
    /** Share of the variance of MOS that another such panel would confirm. */
    reliability: z.number().nullable(),
    /** The highest SRCC that can be expected. */
    SRCC: z.number().nullable(),
    /** The column's SRCC over it. */
    share: estimateSchema,
    problem: z.string().optional(),
  }),
  /** Scores against the MOS that they claim: 0 the worst and 1 the best of `scale`. */
  calibration: z.object({
    /** As the data set's, or where that is not known the least and the greatest MOS. */
    scale: z.tuple([z.number(), z.number()]).nullable(),
    /** Mean distance of a bin's claim from its mean MOS, in units of MOS. */
    error: estimateSchema,
    bins: z.array(
      z.object({
        n: count,
        /** Means over the bin; that of MOS with Student's 95 % interval. */
        score: z.number(),
        claimed: z.number(),
        mos: estimateSchema,
      }),
    ),
    problem: z.string().optional(),
  }),
  /** How far the MOS of an image may lie from the mapped score: plus and minus `reach`. */
  prediction: z.object({
    reach: z.number().nullable(),
    confidence: z.number().nullable(),
    problem: z.string().optional(),
  }),
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
  /** `ensemble`: the column is made of others. */
  method: z.enum([...methodSchema.options, 'ensemble']).nullable(),
  images: z.object({
    total: count,
    scored: count,
    /** The first of those without a score. */
    failed: z.array(z.object({ image: z.string(), reason: z.string() })),
    /** May be anchors of others, so that they take no part in correlations; part of `scored`. */
    anchors: count,
  }),
  /** Of a data set without human scores, where there is nothing to correlate. */
  scores: z
    .object({
      mean: z.number(),
      /** The lowest scores, the lowest first. */
      lowest: z.array(z.object({ image: z.string(), score: z.number() })),
    })
    .optional(),
  SRCC: estimateSchema,
  KRCC: estimateSchema,
  /** Raw, no mapping. */
  PLCC: estimateSchema,
  mapping: mappingSchema,
  agreement: entryAgreementSchema,
  /** Where images are compared in pairs: what their places do, means over all images that were compared. */
  pairs: z
    .object({
      images: count,
      /** An image and an anchor under a condition each. */
      pairs: count,
      /** How much more often than chance the image that stands first is preferred, -0.5..0.5. */
      positionBias: estimateSchema,
      /** Share of pairs about which the two orders prefer different images. */
      inconsistent: estimateSchema,
      /** Probability that neither is preferred. */
      ties: estimateSchema,
    })
    .optional(),
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

export const partAgreementSchema = z.object({
  /** Number of the column. */
  column: count,
  /** `wording 2`, `crop 1` */
  name: z.string(),
  /** Of this part's answers alone. */
  SRCC: estimateSchema,
});

export const dimensionAgreementSchema = z.object({
  /** Number of the column. */
  column: count,
  name: z.string(),
  /** SRCC with the data set's own scores of this dimension. */
  own: estimateSchema,
  /** SRCC with MOS. */
  MOS: estimateSchema,
});

/** The paired difference of another figure, over the same images; its p is not corrected. */
const differenceSchema = estimateSchema.extend({ pValue: z.number().nullable() });

export const comparisonSchema = z.object({
  /** Numbers of columns: the difference is a minus b. */
  a: count,
  b: count,
  /** Images that both scored, over which they are compared; null where they are not comparable. */
  images: count.nullable(),
  SRCC: estimateSchema,
  /** Of pair accuracy, and of kappa at the same levels. */
  PAIRS: differenceSchema,
  KAPPA: differenceSchema,
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

/** How columns agree with each other, as they score. */
const columnsAgreementSchema = z.object({
  columns: z.array(count),
  images: count,
  /** Krippendorff's, interval. */
  alpha: estimateSchema,
  /** ICC(2,1): whether they give the same scores. */
  iccAbsolute: estimateSchema,
  /** ICC(3,1): the same but for a constant. */
  iccConsistency: estimateSchema,
});

export const datasetSchema = z.object({
  name: z.string(),
  /** What its scores are, where they are no opinions of people. */
  truth: z.string().nullable(),
  /** How its MOS comes from the score in the file, where it is not the same. */
  direction: z.string().nullable(),
  /** Ends of the scale of MOS, the worst first; null where the data set does not say it. */
  scale: z.tuple([z.number(), z.number()]).nullable(),
  entries: z.array(entrySchema),
  /** Single-image against debiased columns of one provider; a is the debiased one. */
  debiasing: z.array(comparisonSchema),
  comparisons: z.array(comparisonSchema),
  /** All columns over the same images together, and each two of them where they are few. */
  betweenColumns: z.array(columnsAgreementSchema),
  /**
   * Columns with an SRCC, the best first. Two that share a letter are not told apart by these images;
   * two that share none differ, or could not be compared.
   */
  /** How each wording and view of a column agrees by itself; none where all columns have one. */
  parts: z.array(partAgreementSchema),
  /** Further dimensions that columns rate; none where no prompt file names any. */
  dimensions: z.array(dimensionAgreementSchema),
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

/** A provider of pictures as one judge rates it. */
const generatorSchema = z.object({
  /** Label of the provider, with the template where its providers have several. */
  name: z.string(),
  provider: z.string(),
  /** Null where the templates are the prompts, because there is one test case. */
  template: z.string().nullable(),
  /** Prompts of all generators, and those of which this one has a rated picture. */
  prompts: z.object({
    total: count,
    scored: count,
    /** The first of those without. */
    missing: z.array(z.object({ prompt: z.string(), reason: z.string() })),
  }),
  /** Repetitions of a prompt are several pictures of it. */
  pictures: z.object({ total: count, scored: count }),
  /** Over its prompts, repetitions of one averaged before; prompts are resampled. */
  mean: estimateSchema,
  /** 1 the highest mean. Two that share a letter are not told apart by these prompts, as in `ranking` of a data set. */
  rank: z.number().nullable(),
  letters: z.array(z.string()),
  /** What people say; null where they say nothing. The interval of the mean is Student's, over prompts. */
  people: z.object({ pictures: count, MOS: estimateSchema, SRCC: estimateSchema }).nullable(),
  /** As the vendor of the judge returned it. */
  models: z.array(z.string()),
  source: z.string().nullable(),
  /** Of the judge's answers, whenever they were bought; not of the generator. */
  cost: z.object({ usd: z.number(), unpriced: count }),
  /** Its pictures with the lowest scores, the lowest first. */
  worst: z.array(z.object({ prompt: z.string(), sha256: z.string(), score: z.number() })),
});

const generatorPairSchema = z.object({
  /** Places in `generators`: the difference is a minus b. */
  a: count,
  b: count,
  /** Prompts of which both have a rated picture; over these they are compared. */
  prompts: count,
  leftOut: z.object({ onlyA: count, onlyB: count, neither: count }),
  /** Of mean scores; prompts are resampled. */
  difference: estimateSchema,
  /** Of no difference, two-sided, from the paired bootstrap. */
  pValue: z.number().nullable(),
  pValueFrom: z.enum(['draws', 'tail']).nullable(),
  /** Corrected by Holm's method over the pairs that have one. */
  holmPValue: z.number().nullable(),
  /** `gain` where a is better and `holmPValue` is at most 1 - confidence. */
  verdict: z.enum(['gain', 'loss', 'undecided']).nullable(),
  /** Share of prompts of which judge and people prefer the same generator, ties of either left out; Wilson's interval. */
  people: z.object({ prompts: count, same: estimateSchema }).nullable(),
});

/** Generators over the same prompts, as one `image-quality` rates their pictures. */
export const generatedSchema = z.object({
  name: z.string(),
  judge: z.string(),
  /** Name of the prompt file. */
  prompt: z.string(),
  /** What has to be said beside the numbers: `simulated, no model`. */
  notice: z.string().nullable(),
  /** Prompts of all generators together. */
  prompts: count,
  generators: z.array(generatorSchema),
  comparisons: z.array(generatorPairSchema),
  /** Where pictures have scores of people: the judge's agreement with them over all pictures. */
  people: z.object({ pictures: count, SRCC: estimateSchema }).nullable(),
});

const side = z.object({ first: count, tie: count, second: count });

/** A column over one data set of pairs. */
const preferenceEntrySchema = z.object({
  /** Place in `columns`. */
  column: count,
  provider: z.string(),
  prompt: z.string(),
  pairs: count,
  answered: count,
  missing: z.array(z.object({ first: z.string(), second: z.string(), reason: z.string() })),
  /** Independent sets of pairs: those that share an image or a group are one. */
  units: z.object({ count, kind: z.string() }),
  metrics: z.object({
    /** Share of pairs on which the judge prefers what most people prefer; ties of the judge count half, those of people are left out. */
    ACCURACY: estimateSchema,
    /** The same, weighted by |2 share - 1|. */
    WEIGHTED: estimateSchema,
    /** Mean share of people who prefer what the judge prefers. */
    '2AFC': estimateSchema,
    /** Cohen's, over first, tie and second. */
    KAPPA: estimateSchema,
    /** Mean log-likelihood of people's shares, in nats. */
    LOGLIK: estimateSchema,
  }),
  /** Probabilities that LOGLIK holds at the bound. */
  bounded: count,
  /** LOGLIK of a judge that knows the shares; null without pairs. */
  bestLogLikelihood: z.number().nullable(),
  /** Pairs by what people prefer, then by what the judge prefers; a tie is exactly one half. */
  confusion: z.object({ first: side, tie: side, second: side }),
  /** Mean over pairs, -0.5..0.5: how much more often than chance the image shown first is preferred. */
  positionBias: z.number().nullable(),
  /** Pairs of which the two orders prefer different images. */
  inconsistent: count,
  /** Of all answers, those of repetitions included. */
  calls: z.object({ bought: count, reused: count, unusable: count }),
  cost: z.object({ usd: z.number(), paidUsd: z.number(), unpriced: count }),
  /** Rows that were asked again by --repeat: what is measured is over the first. */
  repetitions: count,
  worst: z.array(
    z.object({
      first: z.string(),
      second: z.string(),
      share: z.number(),
      probability: z.number(),
      shownFirst: z.number(),
      shownSecond: z.number(),
    }),
  ),
  gates: z.array(
    z.object({
      passed: z.boolean(),
      judged: z.boolean(),
      reason: z.string(),
      repetitions: z.array(count).optional(),
    }),
  ),
});

/** Two columns over one data set of pairs. */
const preferencePairSchema = z.object({
  /** Places in `columns`: the difference is a minus b. */
  a: count,
  b: count,
  /** Pairs of images that both have answered; over these they are compared. */
  pairs: count,
  /** Of ACCURACY; independent sets of pairs are resampled. */
  ACCURACY: estimateSchema,
  /** Of no difference, two-sided, from the paired bootstrap. */
  pValue: z.number().nullable(),
  pValueFrom: z.enum(['draws', 'tail']).nullable(),
  /** Corrected by Holm's method over the pairs of columns that have one. */
  holmPValue: z.number().nullable(),
  /** `gain` where a agrees more often with people and `holmPValue` is at most 1 - confidence. */
  verdict: z.enum(['gain', 'loss', 'undecided']).nullable(),
});

export const preferenceSchema = z.object({
  name: z.string(),
  /** LOGLIK holds probabilities this far from 0 and 1. */
  bound: z.number(),
  entries: z.array(preferenceEntrySchema),
  /** Which columns differ, all pairs of them. */
  comparisons: z.array(preferencePairSchema),
});

export const columnSchema = z.object({
  provider: z.string(),
  prompt: z.string(),
  promptText: z.string(),
  /** Judge, seed, conditions and the like; several where rows differ. */
  settings: z.array(z.record(z.string(), z.unknown())),
  versions: z.array(z.record(z.string(), z.string())),
  weights: z.string().nullable(),
  /** Of a column that is made of others: by which names, and how. Nothing was asked for it; settings and prompt are those of the first. */
  ensemble: z.object({ of: z.array(z.string()), combine: z.string() }).optional(),
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
  /** Pictures of other providers, one for each `image-quality` that rated them. */
  generated: z.array(generatedSchema),
  /** Data sets of pairs. */
  preferences: z.array(preferenceSchema),
  /** Columns of other providers, left out. */
  otherColumns: z.array(z.string()),
});

export type Estimate = z.output<typeof estimateSchema>;
export type Mapping = z.output<typeof mappingSchema>;
export type EntryAgreement = z.output<typeof entryAgreementSchema>;
export type ColumnsAgreement = z.output<typeof columnsAgreementSchema>;
export type Disagreement = z.output<typeof disagreementSchema>;
export type DimensionAgreement = z.output<typeof dimensionAgreementSchema>;
export type PartAgreement = z.output<typeof partAgreementSchema>;
export type Entry = z.output<typeof entrySchema>;
export type AverageRank = Report['averageRanks'][number];
export type Comparison = z.output<typeof comparisonSchema>;
export type Tag = z.output<typeof tagSchema>;
export type DatasetReport = z.output<typeof datasetSchema>;
export type PriorReport = z.output<typeof priorSchema>;
export type PreferenceReport = z.output<typeof preferenceSchema>;
export type PreferencePair = z.output<typeof preferencePairSchema>;
export type PreferenceEntry = z.output<typeof preferenceEntrySchema>;
export type GeneratedReport = z.output<typeof generatedSchema>;
export type GeneratorReport = GeneratedReport['generators'][number];
export type GeneratorPair = GeneratedReport['comparisons'][number];
export type Report = z.output<typeof reportSchema>;
