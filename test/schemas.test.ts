import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { generateSchemas } from '../schemas/generate.ts';

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
