import fc from 'fast-check';
import { expect, it } from 'vitest';
import { jsonBlob } from '../../providers/judges/json-blob.ts';

const uri = fc.base64String().map((text) => `data:image/png;base64,${text}`);

it('is what JSON.stringify makes of the texts themselves', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(uri, { maxLength: 3 }), fc.jsonValue(), async (uris, rest) => {
      const messageOf = (texts: string[]) => ({
        rest,
        content: [...texts, 'Good or "poor"? ü\n', ...texts].map((url) => ({ url })),
      });
      const blob = await jsonBlob(async (textOf) =>
        messageOf(uris.map((text) => textOf(new Blob([text])))),
      );
      expect(await blob.text()).toBe(JSON.stringify(messageOf(uris)));
      expect(blob.type).toBe('application/json');
    }),
  );
});
