import { expect, it } from 'vitest';
import { base64, base64Bytes } from '../../src/images/data-uri.ts';

it.each([0, 1, 2, 3, 49_151, 49_152, 49_153, 100_000])(
  'writes the base64 text of %i bytes',
  (length) => {
    const all = Uint8Array.from({ length: length + 7 }, (_, i) => (i * 131) % 256);
    const image = { bytes: all.subarray(7), mimeType: 'image/png' as const };
    expect(Buffer.from(base64Bytes(image)).toString()).toBe(base64(image));
    expect(base64Bytes(image)).toBe(base64Bytes(image));
  },
);
