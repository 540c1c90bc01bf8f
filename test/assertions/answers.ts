import type { ConditionResult } from '../../src/method/row-output.ts';
import type { CorrelationAnswer } from '../../src/rows/correlation-row.ts';

/** One answered condition. */
export const condition = (
  quality: number | null,
  similarity: number | null,
  name = 'fog',
): ConditionResult => ({
  degradation: name,
  severity: 4,
  quality,
  similarity,
  weight: 0,
  psnrDb: 20,
  ...(quality === null && { skipped: 'no effect' }),
});

/** A correlation row's answer over images of these scores; MOS is the place in the list. */
export function answerOf(
  scores: readonly number[],
  extra: Partial<CorrelationAnswer> = {},
): CorrelationAnswer {
  return {
    dataset: 'd',
    several: false,
    repeatIndex: 0,
    rows: scores.map((quality, i) => ({
      image: `${i}.png`,
      sha256: `sha ${i}`,
      mos: i,
      source: 'logprobs',
      conditions: [condition(quality, 1)],
    })),
    missing: [],
    anchors: [],
    asked: {
      conditions: [{ degradation: 'fog', severity: 4 }],
      seed: 0,
      sources: ['logprobs'],
      models: ['model-1'],
      prompt: { label: 'qdebias', sha256: 'text' },
    },
    ...extra,
  };
}
