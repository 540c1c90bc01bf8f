import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { isCacheEnabled } from '../../src/harness/cache-use.ts';

describe('whether kept answers may be used', () => {
  it('follows --no-cache', () => {
    expect(isCacheEnabled(['node', 'promptfoo', 'eval', '--no-cache'], {})).toBe(false);
    expect(isCacheEnabled(['node', 'promptfoo', 'eval'], {})).toBe(true);
  });

  it('reads PROMPTFOO_CACHE_ENABLED as promptfoo does', () => {
    const values = ['', 'YES', 'false', 'on'];
    const script = `
      import { cache } from 'promptfoo';
      console.log(JSON.stringify(cache.isCacheEnabled()));`;
    const ofPromptfoo = values.map((value) =>
      JSON.parse(
        execFileSync(process.execPath, ['--input-type=module', '-e', script], {
          env: {
            ...process.env,
            PROMPTFOO_CACHE_ENABLED: value,
            PROMPTFOO_DISABLE_TELEMETRY: '1',
            PROMPTFOO_DISABLE_UPDATE: '1',
          },
        })
          .toString()
          .trim(),
      ),
    );
    expect(values.map((value) => isCacheEnabled([], { PROMPTFOO_CACHE_ENABLED: value }))).toEqual(
      ofPromptfoo,
    );
  });
});
