import { expect, it } from 'vitest';
import { conditionSeed } from '../../src/method/condition-seed.ts';

// Python: int.from_bytes(hashlib.sha256(f'{seed} {pixels} {degradation}'.encode()).digest()[:4], 'big')
const pixels = '0'.repeat(64);
it.each([
  ['a seed, an image and a degradation', 0, pixels, 'fog', 3196178364],
  ['another degradation', 0, pixels, 'spatter', 3731189231],
  ['another image', 0, '1'.repeat(64), 'fog', 4189568413],
  ['another seed', 7, pixels, 'fog', 4025105384],
])('%s has its own seed', (_, seed, image, degradation, wanted) => {
  expect(conditionSeed(seed, image, degradation)).toBe(wanted);
});
