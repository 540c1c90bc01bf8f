import type { Interval } from '../statistics/index.ts';

/** Decimals of a number in a reason, unless rounding would hide on which side of a bound it lies. */
const DECIMALS = 2;
const MOST_DECIMALS = 6;

/** Decimals at which rounding leaves every value on its side of its bound. */
export function decimalsFor(comparisons: readonly (readonly [value: number, bound: number])[]) {
  let decimals = DECIMALS;
  const isHidden = ([value, bound]: readonly [number, number]) =>
    Math.sign(Number(value.toFixed(decimals)) - bound) !== Math.sign(value - bound);
  while (decimals < MOST_DECIMALS && comparisons.some(isHidden)) decimals++;
  return decimals;
}

/** `0.71 [0.66, 0.76]`, or the estimate alone. */
export function withInterval(
  estimate: number,
  interval: Pick<Interval, 'low' | 'high'> | undefined,
  decimals: number,
): string {
  const show = (value: number) => value.toFixed(decimals).replace(/^-(0\.?0*)$/, '$1');
  return interval
    ? `${show(estimate)} [${show(interval.low)}, ${show(interval.high)}]`
    : show(estimate);
}

/** What a reader should know of an interval over these units. */
export function describeInterval(
  { fewUnits, units, undefinedDraws, draws }: Interval,
  kind: string,
): string[] {
  return [
    ...(fewUnits ? [`${units} ${kind} are few, so the interval is Student's`] : []),
    ...(undefinedDraws > 0
      ? [`${undefinedDraws} of ${draws} bootstrap draws had no such figure and are left out`]
      : []),
  ];
}

/** `1 image`, `2 images`, `1 group of pairs` */
export const counted = (count: number, kind: string): string =>
  `${count} ${count === 1 ? kind.replace(/s(?= of |$)/, '') : kind}`;
