import fc from 'fast-check';
import { expect, it } from 'vitest';
import { jsonBody } from '../../src/judges/json-body.ts';

const uri = fc.base64String().map((text) => `data:image/png;base64,${text}`);

it('is what JSON.stringify makes of the texts themselves', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(uri, { maxLength: 3 }), fc.jsonValue(), async (uris, rest) => {
      const messageOf = (texts: string[]) => ({
        rest,
        content: [...texts, 'Good or "poor"? ü\n', ...texts].map((url) => ({ url })),
      });
      const body = await jsonBody(async (textOf) =>
        messageOf(uris.map((text) => textOf(Buffer.from(text)))),
      );
      const bytes = Buffer.concat(body.pieces);
      expect(bytes.toString()).toBe(JSON.stringify(messageOf(uris)));
      expect(body.size).toBe(bytes.length);
      expect(body.type).toBe('application/json');
    }),
  );
});
