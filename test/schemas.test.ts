import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { generateSchemas } from '../schemas/generate.ts';
import { keyRows } from '../schemas/key-rows.ts';
import { referenceText } from '../schemas/reference.ts';

describe('JSON schemas for editors', () => {
  it.each([...generateSchemas()])(
    '%s is what the code checks; if not: npm run schemas',
    (name, text) => {
      const written = JSON.parse(
        readFileSync(new URL(`../schemas/${name}`, import.meta.url), 'utf8'),
      );
      expect(written).toEqual(JSON.parse(text));
    },
  );
});

describe('docs/reference.md', () => {
  it('is what the code checks; if not: npm run schemas', () => {
    const written = readFileSync(new URL('../docs/reference.md', import.meta.url), 'utf8');
    expect(written).toBe(referenceText());
  });

  it('says key, values, default and meaning, keys inside after the one they lie in', () => {
    const schema = z.strictObject({
      judge: z.string().describe('Who.'),
      seed: z.number().int().min(0).max(7).default(3),
      share: z.number().positive().optional(),
      mode: z.union([z.literal('all'), z.array(z.strictObject({ name: z.enum(['a', 'b']) }))]),
    });
    expect(keyRows(z.toJSONSchema(schema, { io: 'input' }))).toEqual([
      ['`judge`', 'text', 'required', 'Who.'],
      ['`seed`', 'integer 0 to 7', '`3`', ''],
      ['`share`', 'number above 0', '', ''],
      ['`mode`', '`all` or list of: keys below', 'required', ''],
      ['`mode[].name`', '`a`, `b`', 'required', ''],
    ]);
  });
});
