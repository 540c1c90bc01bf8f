import fc from 'fast-check';
import { expect, it } from 'vitest';
import { jsonBytes } from '../../providers/judges/json-bytes.ts';

const uri = fc.base64String({ minLength: 1 }).map((text) => `data:image/png;base64,${text}`);

it('gives the bytes of JSON.stringify, whatever stands around the plain texts', () => {
  fc.assert(
    fc.property(fc.array(uri, { maxLength: 3 }), fc.jsonValue(), (uris, rest) => {
      const value = {
        rest,
        messages: [{ content: [...uris, 'Good or "poor"? ü\n', ...uris].map((url) => ({ url })) }],
      };
      expect(Buffer.from(jsonBytes(value, uris)).toString()).toBe(JSON.stringify(value));
    }),
  );
});
