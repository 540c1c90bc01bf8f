import { expect, it } from 'vitest';
import { counted } from '../../src/gate/phrases.ts';

it.each([
  [1, 'images', '1 image'],
  [2, 'images', '2 images'],
  [1, 'groups of pairs', '1 group of pairs'],
  [1, 'connected sets of pairs', '1 connected set of pairs'],
  [0, 'pairs', '0 pairs'],
])('%i of %s is "%s"', (count, kind, text) => {
  expect(counted(count, kind)).toBe(text);
});
