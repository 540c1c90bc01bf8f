import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { decodeImage } from '../../../src/images/decode.ts';
import { readImageFile } from '../../../src/images/image-file.ts';
import { features, quality } from '../../../src/judges/statistical/index.ts';
import { srcc } from '../../../src/statistics/index.ts';
import { sharedIsPresent, sharedPath } from '../../shared.ts';

describe.skipIf(!sharedIsPresent('biq2021'))('on BIQ2021', () => {
  it('ranks authentic photographs as observers do: SRCC of at least 0.55', async () => {
    const rows: { image: string; mos: string }[] = parse(
      readFileSync(sharedPath('biq2021/mos.csv'), 'utf8'),
      { columns: true },
    );
    expect(rows.length).toBe(400);
    const scores: number[] = [];
    for (const { image } of rows) {
      const file = await readImageFile(sharedPath(`biq2021/images/${image}`));
      scores.push(quality(features(await decodeImage(file, 1e8))));
    }
    const mos = rows.map((row) => Number(row.mos));
    expect(srcc(scores, mos)).toBeGreaterThan(0.55);
  }, 180_000);
});
