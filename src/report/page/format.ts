import { significant } from '../../common/significant.ts';
import type { Estimate } from '../report-schema.ts';

/** Numbers as the report and the terminal show them. */

export const NONE = '–';

/** `0.714 [0.662, 0.758]`, as far as it exists. */
export function estimateText({ estimate, low, high }: Estimate, digits = 3): string {
  if (estimate === null) return NONE;
  const interval =
    low === null || high === null ? '' : ` [${fixed(low, digits)}, ${fixed(high, digits)}]`;
  return `${fixed(estimate, digits)}${interval}`;
}

const ROUNDING = 1e-6;

/** `8.42 [7.9, 9.03]`: three digits that count, for a number with a unit. */
export function measureText({ estimate, low, high }: Estimate): string {
  if (estimate === null) return NONE;
  // What rounding has left of nothing, as the RMSE of scores on a line, would be as wide as a table.
  const show = (value: number) =>
    value !== 0 && Math.abs(value) < ROUNDING ? value.toPrecision(3) : significant(value, 3);
  return low === null || high === null
    ? show(estimate)
    : `${show(estimate)} [${show(low)}, ${show(high)}]`;
}

/** `+0.042 [+0.010, +0.074]` */
export function differenceText({ estimate, low, high }: Estimate, digits = 3): string {
  if (estimate === null) return NONE;
  const interval =
    low === null || high === null ? '' : ` [${signed(low, digits)}, ${signed(high, digits)}]`;
  return `${signed(estimate, digits)}${interval}`;
}

/** A typographic minus, and no minus before a zero. */
export const fixed = (value: number, digits: number): string =>
  value
    .toFixed(digits)
    .replace(/^-(?=[0.]*$)/, '')
    .replace('-', '−');

const signed = (value: number, digits: number): string => {
  const text = fixed(value, digits);
  return value > 0 && /[1-9]/.test(text) ? `+${text}` : text;
};

/** At least two digits that count, so that a cheap call is not shown as free. */
export function dollars(usd: number): string {
  if (usd === 0) return '$0';
  return `$${usd >= 0.1 ? usd.toFixed(2) : significant(usd, 2)}`;
}

export const milliseconds = (ms: number): string =>
  ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;

export const integer = (value: number): string => value.toLocaleString('en-US');

export const pValueText = (p: number | null): string =>
  p === null ? NONE : p < 0.001 ? '< 0.001' : p.toFixed(3);

/** In the middle of the list, so that both ends of a path stay. */
export function shortened(text: string, length: number): string {
  if (text.length <= length) return text;
  const half = (length - 1) / 2;
  return `${text.slice(0, Math.ceil(half))}…${text.slice(text.length - Math.floor(half))}`;
}
