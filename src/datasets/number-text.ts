/** `10,073` */
export const counted = (value: number): string => value.toLocaleString('en');

/** Without the digits that binary fractions add. */
export const rounded = (value: number): string => String(Number(value.toPrecision(6)));

/** The least and the greatest; undefined where there are none. */
export function rangeOf(values: readonly number[]): { min: number; max: number } | undefined {
  if (values.length === 0) return undefined;
  return {
    min: values.reduce((a, b) => Math.min(a, b)),
    max: values.reduce((a, b) => Math.max(a, b)),
  };
}

/** `3.9 to 88.4` */
export const rangeText = ({ min, max }: { min: number; max: number }): string =>
  `${rounded(min)} to ${rounded(max)}`;
