import { expect, it } from 'vitest';
import { measureText } from '../../src/report/page/format.ts';

it.each([
  [12_345, '12300 [12300, 12300]'],
  [0.0123, '0.0123 [0.0123, 0.0123]'],
  // No column of a table is wide enough for seventeen zeros.
  [1.504e-14, '1.50e-14 [1.50e-14, 1.50e-14]'],
])('a measure of %d is shown as %s', (value, text) => {
  expect(measureText({ estimate: value, low: value, high: value })).toBe(text);
});
