import { expect, it } from 'vitest';
import { degrade } from '../../src/degradations/index.ts';
import { flat } from '../images/pictures.ts';
import { fog } from './reference/fog.ts';

it('fog scales by the brightest byte of the whole image, wherever it stands', () => {
  const [width, height] = [600, 500];
  for (const place of [0, width * height * 3 - 1]) {
    const image = flat(width, height, [20, 30, 40]);
    image.data[place] = 250;
    const wanted = fog.apply(image, 4, 7).data;
    const found = degrade(image, 'fog', 4, { seed: 7 }).data;
    expect(Buffer.from(found).equals(wanted)).toBe(true);
  }
});
