import type { Measurement } from './history-run.ts';
import type { OrderedRun } from './order-runs.ts';

/** A column over one data set, from run to run. */
export interface Series {
  dataset: string;
  provider: string;
  prompt: string;
  /** From the oldest to the newest. */
  points: Point[];
}

export interface Point {
  /** Place among the runs. */
  run: number;
  runName: string;
  date: Date;
  measurement: Measurement;
}

/** A point with an answer. */
export type Answered = Point & { measurement: Extract<Measurement, { answer: unknown }> };

export const isAnswered = (point: Point): point is Answered => 'answer' in point.measurement;

/** In the order of the data sets and columns of the newest runs that have them. */
export function seriesOf(runs: readonly OrderedRun[]): Series[] {
  const found = new Map<string, Series>();
  for (const [run, { name, date, measurements }] of [...runs.entries()].reverse()) {
    for (const measurement of measurements) {
      const { dataset, provider, prompt } = measurement;
      const key = JSON.stringify([dataset, provider, prompt]);
      const series = found.get(key) ?? { dataset, provider, prompt, points: [] };
      found.set(key, series);
      series.points.unshift({ run, runName: name, date, measurement });
    }
  }
  const all = [...found.values()];
  return [...Map.groupBy(all, ({ dataset }) => dataset).values()].flat();
}

/** `gpt-4.1, qdebias` */
export const seriesName = ({ provider, prompt }: Pick<Series, 'provider' | 'prompt'>): string =>
  `${provider}, ${prompt}`;
