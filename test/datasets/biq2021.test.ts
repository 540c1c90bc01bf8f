import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import csvDataset from '../../datasets/csv.ts';
import { sharedIsPresent, sharedPath } from '../shared.ts';
import { describeRows } from './contract.ts';

describe.skipIf(!sharedIsPresent('biq2021'))('BIQ2021', () => {
  const config = { file: sharedPath('biq2021/mos.csv'), image: 'image', mos: 'mos' };

  describeRows('csv on BIQ2021', 400, (subset) => csvDataset({ ...config, ...subset }));

  it('names images that are there, with scores of 0 to 1', () => {
    for (const { vars } of csvDataset({ ...config, root: sharedPath('biq2021/images') })) {
      expect(existsSync(vars.image), vars.image).toBe(true);
      expect(vars.mos).toBeGreaterThanOrEqual(0);
      expect(vars.mos).toBeLessThanOrEqual(1);
    }
  });
});
