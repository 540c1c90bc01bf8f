import { expect, it } from 'vitest';
import { significant } from '../../src/common/significant.ts';

it.each([
  [130.4, 2, '130'],
  [999.6, 3, '1000'],
  [9.996, 3, '10.0'],
  [8.4, 3, '8.40'],
  [-1523.4, 3, '-1520'],
  [0.000_000_013_4, 2, '0.000000013'],
  [0, 3, '0.00'],
])('%d with %i digits is %s', (value, digits, text) => {
  expect(significant(value, digits)).toBe(text);
});
