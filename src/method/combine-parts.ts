import type { RawImage } from '../images/raw-image.ts';
import { contrastOf, logistic, logit } from './contrast.ts';
import type { pairScore } from './pair-score.ts';
import type { Part } from './plan.ts';
import type { RecordedAnswer } from './recorded-answer.ts';
import type { ConditionResult } from './row-output.ts';

/** What was answered about one part. */
export interface RatedPart extends Part {
  /** 0..1 */
  quality: number;
  standardError?: number | undefined;
  dimensions?: Record<string, number> | undefined;
}

/** What was answered under one condition, or about the image alone. */
export interface RatedCondition
  extends Pick<ConditionResult, 'degradation' | 'severity' | 'psnrDb' | 'similarity'> {
  skipped?: string;
  /** Of the quality question, in the order of the plan; none where the condition was skipped. */
  parts: RatedPart[];
  /** What came of the comparisons with anchors, under `condition: pair`. */
  pairs?: ReturnType<typeof pairScore>;
  picture?: () => Promise<RawImage>;
  answers: RecordedAnswer[];
}

/**
 * The conditions of a row. Wordings and views of one condition are averaged. Where an image alone comes
 * before degraded copies, each copy becomes a condition by its contrast with it.
 */
export function conditionsOf(rated: readonly RatedCondition[]): Omit<ConditionResult, 'weight'>[] {
  const [first, ...rest] = rated;
  if (first?.degradation === null && rest.length > 0) {
    return rest.map((copy) => contrasted(first, copy));
  }
  return rated.map((condition) =>
    resultOf(condition, condition.pairs ?? averaged(condition.parts)),
  );
}

/** The fields stand in the order of the schema: pictures are kept under the text of what they show. */
const resultOf = (
  { degradation, severity, similarity, psnrDb, skipped, parts }: RatedCondition,
  {
    quality,
    standardError,
    ...more
  }: Pick<ConditionResult, 'quality' | 'standardError' | 'parts' | 'contrast' | 'pairs'>,
): Omit<ConditionResult, 'weight'> => ({
  ...{ degradation, severity, quality },
  ...(standardError !== undefined && { standardError }),
  ...{ similarity, psnrDb },
  ...(skipped !== undefined && { skipped }),
  ...more,
  ...dimensionsOf(parts),
});

/** The mean; its standard error takes the parts' samples as independent, as they are drawn. */
function averaged(
  parts: readonly RatedPart[],
): Pick<ConditionResult, 'quality' | 'standardError' | 'parts'> {
  const [only, ...others] = parts;
  if (!only) return { quality: null };
  if (others.length === 0) {
    const { quality, standardError } = only;
    return { quality, ...(standardError !== undefined && { standardError }) };
  }
  const errors = parts.flatMap(({ standardError }) => standardError ?? []);
  return {
    quality: mean(parts.map(({ quality }) => quality)),
    ...(errors.length === parts.length && { standardError: Math.hypot(...errors) / parts.length }),
    parts: parts.map(({ standardError, dimensions: _, ...part }) => ({
      ...part,
      ...(standardError !== undefined && { standardError }),
    })),
  };
}

/** Means over the parts, which all rate the same dimensions. */
function dimensionsOf(parts: readonly RatedPart[]): Pick<ConditionResult, 'dimensions'> {
  const names = Object.keys(parts[0]?.dimensions ?? {});
  if (names.length === 0) return {};
  return {
    dimensions: Object.fromEntries(
      names.map((name) => [name, mean(parts.map(({ dimensions }) => dimensions![name]!))]),
    ),
  };
}

function contrasted(image: RatedCondition, copy: RatedCondition): Omit<ConditionResult, 'weight'> {
  if (copy.parts.length === 0) return resultOf(copy, { quality: null });
  const contrast = contrastOf(
    image.parts.map(({ quality }) => quality),
    copy.parts.map(({ quality }) => quality),
  );
  return resultOf(copy, {
    quality: logistic(contrast.logit),
    ...(copy.parts.length > 1 && {
      parts: copy.parts.map(({ quality, wording, view }, index) => ({
        ...(wording !== undefined && { wording }),
        ...(view !== undefined && { view }),
        quality: logistic(logit(image.parts[index]!.quality) - logit(quality)),
      })),
    }),
    contrast,
  });
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
